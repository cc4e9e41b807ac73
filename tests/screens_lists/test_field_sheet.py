"""Marking persons on the lists, and the field sheet that comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from fieldpo.paths import paths
from fieldpo.screens.field_sheet import FieldSheetScreen
from fieldpo.screens.home_visit import HomeVisitScreen
from fieldpo.screens.row_screen import RowScreen
from fieldpo.screens.today import TodayScreen
from fieldpo.store.vault import Vault
from tests.filled_vault import Template, as_template, empty_vault, fill, open_copy
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_hostile import PEOPLE, clean_screen, hostile
from tests.screens_lists.test_today import press
from tests.snapshots import app_on, assert_pictures, picture, settled
from tests.visits import BOOKED, ELSEWHERE, HIGH, visits


@pytest.fixture(scope="session")
def visits_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A vault with seven clients to visit, to copy from."""
    vault = empty_vault(tmp_path_factory.mktemp("visits") / "vault")
    fill(vault, visits())
    return as_template(vault)


@pytest.fixture
def visits_vault(visits_template: Template, fieldpo_home: Path) -> Iterator[Vault]:
    """This test's own open vault with them."""
    with open_copy(visits_template, paths().data) as vault:
        yield vault


@pytest.fixture
def on_visits(visits_template: Template, tmp_path: Path) -> Iterator[Open]:
    """Makes the app on Today, each time on a vault of its own: marks are kept."""
    opened: list[Vault] = []

    def make() -> object:
        opened.append(open_copy(visits_template, tmp_path / f"vault{len(opened)}"))
        return app_on(opened[-1])

    yield make  # type: ignore[misc]
    for vault in opened:
        vault.close()


async def go_to(pilot: Pilot[int], person_id: str) -> None:
    """Put the cursor on a person's row."""
    screen = pilot.app.screen
    assert isinstance(screen, RowScreen)
    for key in screen.table.keys:
        screen.table.go_to_key(key)
        if screen.person_here() == person_id:
            break
    await settled(pilot)
    assert screen.person_here() == person_id


async def mark_two(pilot: Pilot[int]) -> None:
    """Mark two persons on Today."""
    for person_id in (HIGH, ELSEWHERE):
        await go_to(pilot, person_id)
        await press(pilot, "space")


async def sheet_of_two(pilot: Pilot[int]) -> None:
    """Mark two persons on Today and open the sheet."""
    await mark_two(pilot)
    await press(pilot, "i")


async def sheet_for_a_client(pilot: Pilot[int]) -> None:
    """The sheet as the client under the cursor may see it."""
    await sheet_of_two(pilot)
    await press(pilot, "f3")


async def test_pictures_of_today_with_marks(snapshot: SnapshotAssertion, on_visits: Open) -> None:
    """The marked have a star before the name; a line below says how many."""
    await assert_pictures(snapshot, on_visits, reach=mark_two)


async def test_pictures(snapshot: SnapshotAssertion, on_visits: Open) -> None:
    """The marked first, then suggestions, by place; below, what the visit clears and why."""
    await assert_pictures(snapshot, on_visits, reach=sheet_of_two)


async def test_pictures_for_a_client(snapshot: SnapshotAssertion, on_visits: Open) -> None:
    """The client-safe view of one row."""
    await assert_pictures(snapshot, on_visits, reach=sheet_for_a_client)


async def test_pictures_of_nobody(snapshot: SnapshotAssertion, bare_vault: Vault) -> None:
    """An empty sheet names the key to press."""
    await assert_pictures(snapshot, lambda: app_on(bare_vault), press=["i"])


async def test_marks_make_the_sheet_and_enter_opens_the_visit(visits_vault: Vault) -> None:
    """Two marks and `i`: both stand first; enter opens the home visit with the appointment that was made."""
    app = app_on(visits_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await sheet_of_two(pilot)
        sheet = app.screen
        assert isinstance(sheet, FieldSheetScreen)
        marked = sheet.table.keys[: sheet.table.keys.index("SUGGESTED:Ash St N")]
        assert {HIGH, ELSEWHERE} == {key for key in marked if ":" not in key}
        assert "Offline: nobody is alerted." in picture(app)
        assert "2 marked" in picture(app)
        await go_to(pilot, BOOKED)
        booked = sheet.appointment_here()
        await press(pilot, "enter")
        visit = app.screen
        assert isinstance(visit, HomeVisitScreen)
        assert (visit.person_id, visit.appointment_id) == (BOOKED, booked)
        assert booked


async def test_a_mark_is_taken_away_on_the_sheet_and_gone_on_the_lists(visits_vault: Vault) -> None:
    """Space again: the star goes where the row stands, and on Today and in the caseload too."""
    app = app_on(visits_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await sheet_of_two(pilot)
        await go_to(pilot, HIGH)
        await press(pilot, "space")
        assert "* Alvarez" not in picture(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, TodayScreen)
        assert "Marked for the field sheet: 1 " in picture(app)
        assert "* Alvarez" not in picture(app)
        assert "* Cho" in picture(app)
        await press(pilot, "c")
        assert "* Cho, Dae" in picture(app)
        await go_to(pilot, ELSEWHERE)
        await press(pilot, "space")
        assert "Marked for" not in picture(app)


async def test_marks_stand_after_a_crash(visits_vault: Vault) -> None:
    """A new app on the same vault knows who was marked, and offers no form to go on with."""
    first = app_on(visits_vault)
    async with first.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await mark_two(pilot)
    again = app_on(visits_vault)
    async with again.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Marked for the field sheet: 2 " in picture(again)
        assert "BEGUN" not in picture(again)


async def test_a_client_sees_nobody_else(visits_vault: Vault) -> None:
    """In the client-safe view one row is left, no safety, nobody else in the area; space does nothing."""
    app = app_on(visits_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await sheet_of_two(pilot)
        await go_to(pilot, HIGH)
        await press(pilot, "f3", "space")
        shown = picture(app)
        assert "Alvarez" in shown
        for hidden in ("Cho", "Boateng", "Dorsey", "WEAPON", "marked"):
            assert hidden not in shown
        await press(pilot, "f3")
        assert "2 marked" in picture(app)


async def test_hostile_text(bare_vault: Vault) -> None:
    """Names, areas and addresses that fight back are on the sheet, in both views, and nothing raw is painted."""
    fill(bare_vault, hostile())
    app = app_on(bare_vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for person_id in PEOPLE:
            await go_to(pilot, person_id)
            await press(pilot, "space")
        await clean_screen(pilot, "i", *["down"] * len(PEOPLE), "f3", "f3", "w")
        assert isinstance(app.screen, FieldSheetScreen)
        assert set(PEOPLE) <= set(app.screen.table.keys)
