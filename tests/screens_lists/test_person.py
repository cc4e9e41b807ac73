"""One person on the screen: hazards first, tabs, and what a client may see."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from fieldpo.screens.person import PersonScreen
from fieldpo.screens.person_tabs.notes import NotesTab
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Contact
from tests.filled_vault import OFFICER, Pulled, fill
from tests.listed import LONG, OVERDUE, QUIET, RETURNED, at
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_today import press
from tests.snapshots import Reach, app_on, assert_pictures, picture, settled


def to_person(person_id: str, *keys: str) -> Reach:
    """Open a person, then press keys."""

    async def reach(pilot: Pilot[Any]) -> None:
        pilot.app.go("person", person_id=person_id)  # type: ignore[attr-defined]
        await settled(pilot)
        await press(pilot, *keys)

    return reach


@pytest.mark.parametrize("tab", ["1", "2", "3", "4", "5", "6", "7", "8"])
async def test_pictures_of_the_tabs(snapshot: SnapshotAssertion, on_today: Open, tab: str) -> None:
    """Each tab of a person with safety entries."""
    await assert_pictures(snapshot, on_today, reach=to_person(OVERDUE, tab))


async def test_pictures_of_reports_and_assessments(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """A returned report with its comment."""
    await assert_pictures(snapshot, on_today, reach=to_person(RETURNED, "7"))


async def test_pictures_of_long_names_and_notes(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """A name of 40 letters with Chinese, a note of 12,000 characters, emoji."""
    await assert_pictures(snapshot, on_today, reach=to_person(LONG, "2", "down"))


async def test_hazards_stand_first_with_source_date_and_review(on_today: Open) -> None:
    """The gravest first; one whose review day is over says so; one that is not active any more is not there."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(OVERDUE)(pilot)
        lines = picture(app).splitlines()
        assert lines[3].startswith(" !! WEAPON     Shotgun, hall closet.  Ofc Lund, 02 Nov 2026. Review 02 Nov")
        assert "Client said, 12 Oct 2026. REVIEW WAS DUE 12 Nov 2026." in " ".join(picture(app).split())
        assert "Old order" not in picture(app)


async def test_nothing_on_file_is_not_safe(on_today: Open) -> None:
    """A person without a safety entry says that this is not the same as safe."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(QUIET)(pilot)
        assert "Nothing on file. That is not the same as safe." in picture(app)


@pytest.mark.parametrize("tab", ["1", "2", "3", "6", "7"])
async def test_a_client_sees_nothing_of_others(on_today: Open, tab: str) -> None:
    """No hazard, third party, date of birth or withheld entry is painted on any tab of the client-safe view."""
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_person(OVERDUE, tab)(pilot)
        await press(pilot, "f3", "down", "down")
        shown = picture(app)
        assert "Alvarez, Marisol" in shown
        for secret in ("Shotgun", "WEAPON", "Large", "Rosa", "Hector", "1990", "brother", "safety review"):
            assert secret not in shown


async def test_a_withdrawn_note_stays_marked(on_today: Open) -> None:
    """An entry made in error stands in the list as withdrawn, with its reason."""
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_person(OVERDUE, "2")(pilot)
        assert "WITHDRAWN: entered in error." in picture(app)


async def test_older_notes_come_as_the_cursor_nears_the_end(listed_vault: Vault) -> None:
    """After the first 200 the next ones follow, and the cursor keeps its place."""
    many = [
        Pulled(
            "contact",
            f"many-{n:04d}",
            QUIET,
            Contact(
                person_id=QUIET, occurred_at=at(-n - 1, 9), contact="phone", outcome="reported", officer_id=OFFICER
            ),
        )
        for n in range(260)
    ]
    fill(listed_vault, many)
    app = app_on(listed_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(QUIET, "2")(pilot)
        tab = app.screen.query_one(NotesTab)
        assert tab.table.row_count == 200
        await press(pilot, "end")
        assert tab.table.row_count == 260
        assert tab.table.current_key == "many-0199"


async def test_slash_narrows_the_notes_by_words(on_today: Open) -> None:
    """Words typed leave the entries that have them; Esc brings all back; on another tab the key is off."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(OVERDUE, "2", "slash", *"knocked")(pilot)
        tab = app.screen.query_one(NotesTab)
        assert tab.table.row_count == 1
        await press(pilot, "escape")
        assert tab.table.row_count == 4
        await press(pilot, "1", "slash", "2")
        assert isinstance(app.screen, PersonScreen)
        assert app.screen.tab == "notes"


async def test_the_tabs_fit_eighty_columns(on_today: Open) -> None:
    """All eight names are read at 80 columns."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(QUIET)(pilot)
        assert "[1 overview]2 notes 3 conditions 4 plan 5 tests 6 risk 7 violations 8 documents" in picture(app)


async def test_opening_a_person_is_logged_once(on_today: Open, listed_vault: Vault) -> None:
    """The log says who was read, once however many tabs are opened."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(OVERDUE, "2", "3", "1")(pilot)
    with listed_vault.reading() as connection:
        rows = list(connection.scalars(text("SELECT text FROM audit WHERE text LIKE '%\"read\"%'")))
    assert len(rows) == 1
    assert OVERDUE in rows[0]
