"""Not sent, played on entries as a sync leaves them."""

from __future__ import annotations

from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion

from fieldpo.screens.answering import words
from fieldpo.screens.not_sent import NotSentScreen
from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.acting.outbox_view import outbox_entries
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Addendum
from tests.app.asked import CONTACT, PERSON, person, returned
from tests.filled_vault import NOW, OFFICER
from tests.snapshots import app_on, assert_pictures, picture, settled


async def test_not_sent_tells_where_each_entry_is(stub_today: None, bare_vault: Vault) -> None:
    """`o` lists each entry with where it is, what happened and what to do; F3 hides whose they are."""
    person(bare_vault)
    returned(bare_vault)
    perform(bare_vault, Act("Changed Fahey, Bo", (Change("person", PERSON, {"language": "de"}),), NOW), NOW)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("o", "down")
        await settled(pilot)
        assert isinstance(app.screen, NotSentScreen)
        shown = picture(app)
        assert "! returned" in shown
        assert "language: de" in shown
        assert "it goes by itself" in shown
        await pilot.press("f3")
        await settled(pilot)
        assert "Fahey" not in picture(app)


async def test_pictures_of_an_empty_not_sent(stub_today: None, bare_vault: Vault, snapshot: SnapshotAssertion) -> None:
    """Not sent with nothing in it names the keys to press."""
    await assert_pictures(snapshot, lambda: app_on(bare_vault), press=["o"])


def test_an_entry_not_sent_reads_as_a_person_writes() -> None:
    """Moments, codes of the policy pack and kinds are told in words; a note is left as it was typed."""
    assert words("2026-11-21T14:15:00-06:00") == "Sat 21 Nov 2026 14:15"
    assert words({"contact": "face_to_face"}) == "contact: face to face"
    assert words("He said face_to_face.") == "He said face_to_face."


async def test_not_sent_lists_the_first_entries_of_very_many(stub_today: None, bare_vault: Vault) -> None:
    """Of six hundred entries five hundred are listed, the one that needs an answer first, though saved last."""
    person(bare_vault)
    body = Addendum(person_id=PERSON, entry_id=CONTACT, text="waits", officer_id=OFFICER, written_at=NOW)
    perform(bare_vault, Act("Addenda, Fahey, Bo", tuple(Create(body) for _ in range(250)), NOW), NOW)
    perform(bare_vault, Act("Addenda, Fahey, Bo", tuple(Create(body) for _ in range(250)), NOW), NOW)
    perform(bare_vault, Act("Addenda, Fahey, Bo", tuple(Create(body) for _ in range(100)), NOW), NOW)
    asked = returned(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("o")
        await settled(pilot)
        rows = app.screen.query_one(RecordTable)
        assert (len(rows.keys), rows.keys[0]) == (500, asked)
        assert "601 entries, all kept here; the first 500 are listed" in picture(app)


async def test_what_was_not_taken_is_tried_again(stub_today: None, bare_vault: Vault) -> None:
    """`r` on an entry that was refused lets it wait again, and asks for a sync, which tells what became of it."""
    person(bare_vault)
    perform(bare_vault, Act("Changed Fahey, Bo", (Change("person", PERSON, {"language": "de"}),), NOW), NOW)
    with bare_vault.writing() as connection:
        connection.execute(text("UPDATE op SET state = 'parked', tries = 3, problem = '413 too large'"))
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("o")
        await settled(pilot)
        assert "r try again" in picture(app)
        await pilot.press("r")
        await settled(pilot)
        assert [note.message for note in app._notifications] == ["Sync is off here."]
        assert "not taken" not in picture(app)
        await pilot.press("r")
        assert [note.message for note in app._notifications][-1].startswith("Only an entry")
    with bare_vault.reading() as connection:
        assert [str(one.place) for one in outbox_entries(connection)] == ["not sent"]
