"""What central sent and nobody can read, on the officer's screens: said wherever it could be missed."""

from __future__ import annotations

from fieldpo.screens.needs_answer import NeedsAnswerScreen
from fieldpo.store.acting.acts import Act, Change, perform
from fieldpo.store.applying.apply_pages import Place, take_changes
from fieldpo.store.records import read_record
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import Change as Pulled
from tests.filled_vault import NOW
from tests.listed import OVERDUE, QUIET
from tests.screens_lists.conftest import Open
from tests.snapshots import picture, settled

SHOTGUN, TEST = "0192eeee-0000-7000-8000-000000000001", "0192eeee-0000-7000-8000-000000000002"


def pull(vault: Vault, kind: str, record_id: str, body: dict[str, Json], person_id: str = OVERDUE) -> None:
    """One record as a page brings it."""
    with vault.writing() as connection:
        person = read_record(connection, "person", OVERDUE)
        assert person is not None
        change = Pulled(id=record_id, kind=kind, version=9, number=900, person_id=person_id, body=body)
        take_changes(connection, Place(person.partition, person.generation), [change])


async def test_a_record_that_cannot_be_read_is_said_on_every_screen(listed_vault: Vault, on_today: Open) -> None:
    """The status line counts it, Today and Needs your answer name it and what to do, the client has an alert; there is
    nothing to choose."""
    pull(listed_vault, "drug_test", TEST, {"person_id": OVERDUE, "at": "yesterday"})
    app = on_today()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        assert "1 unreadable (a)" in picture(app)
        assert "1 record cannot be" in picture(app)
        await pilot.press("a")
        await settled(pilot)
        shown = picture(app)
        assert isinstance(app.screen, NeedsAnswerScreen)
        assert "CANNOT BE READ" in shown
        assert "Alvarez, Marisol" in shown
        assert f"drug_test{TEST}" in "".join(line[81:].strip(" │") for line in shown.splitlines())
        assert "1 theirs" not in shown
        await pilot.press("1")
        await settled(pilot)
        assert [one.message for one in app._notifications] == [
            "There is nothing to choose here: tell your administrator."
        ]
        await pilot.press("f3")
        await settled(pilot)
        assert "Alvarez" not in picture(app)


async def test_a_safety_entry_that_cannot_be_read_is_never_nothing_on_file(listed_vault: Vault, on_today: Open) -> None:
    """A dot would say that nothing is on file: Today and the client's own screen say UNREAD, before anything else."""
    pull(listed_vault, "hazard", SHOTGUN, {"person_id": QUIET, "hazard": ["weapon"]}, QUIET)
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        app.go("person", person_id=QUIET)
        await settled(pilot)
        shown = picture(app)
        assert "!! UNREAD" in shown
        assert "Ask the office before you go" in shown
        assert "1 record cannot be read" in shown
        await pilot.press("enter")
        await settled(pilot)


async def test_an_edit_that_waits_outlives_what_cannot_be_read(listed_vault: Vault, on_today: Open) -> None:
    """The officer's own unsent change of a record stands in the outbox though central's copy of it cannot be read."""
    perform(listed_vault, Act("Language", (Change("person", OVERDUE, {"language": "es"}),), NOW), NOW)
    with listed_vault.reading() as connection:
        mine = read_record(connection, "person", OVERDUE)
    assert mine is not None
    pull(listed_vault, "person", OVERDUE, {**mine.body, "family_name": 7})
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.press("o")
        await settled(pilot)
        assert "person changed" in picture(app)
        await pilot.press("a")
        await settled(pilot)
        assert "CANNOT BE READ" in picture(app)
