"""The caseload on the screen: filters by single keys, `/`, pages of 500."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from fieldpo.screens.caseload import CaseloadScreen
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Person
from tests.filled_vault import Pulled, fill
from tests.listed import EARLIER_TODAY, OVERDUE
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_today import press
from tests.snapshots import app_on, assert_pictures, picture, settled


async def test_the_typed_name_is_hidden_from_a_client(on_today: Open) -> None:
    """The client-safe view shows the filter's letters as dots; F3 brings them back."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "c", "slash", *"boat", "f3")
        assert "boat" not in picture(app)
        await press(pilot, "f3")
        assert "boat" in picture(app)


async def test_pictures(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """Everybody by name, with a name of 40 letters and a Chinese one."""
    await assert_pictures(snapshot, on_today, press=["c"])


async def test_pictures_for_a_client(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """One client's row alone."""
    await assert_pictures(snapshot, on_today, press=["c", "f3"])


async def test_pictures_of_nobody(snapshot: SnapshotAssertion, bare_vault: Vault) -> None:
    """An empty caseload names the keys to press."""
    await assert_pictures(snapshot, lambda: app_on(bare_vault), press=["c"])


async def test_single_keys_narrow_and_zero_widens(on_today: Open) -> None:
    """D shows who is overdue, f who has a safety entry as well, 0 everybody."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "c", "d")
        screen = app.screen
        assert isinstance(screen, CaseloadScreen)
        assert "2 of 8: due overdue" in picture(app)
        await press(pilot, "f")
        assert screen.table.keys == (OVERDUE,)
        await press(pilot, "0")
        assert len(screen.table.keys) == 8


async def test_w_shows_all_of_why(on_today: Open) -> None:
    """What does not fit below the list is there after w, and cut off again after another."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "c", "d", "f")
        screen = app.screen
        assert isinstance(screen, CaseloadScreen)
        assert screen.detail.max_scroll_y > 0
        await press(pilot, "w")
        assert screen.detail.max_scroll_y == 0
        await press(pilot, "w")
        assert screen.detail.max_scroll_y > 0


async def test_slash_filters_as_it_is_typed(on_today: Open) -> None:
    """Letters in the filter are text; Enter goes to the list, Enter again opens the person, Esc takes it away."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "c", "slash", *"gomez")
        screen = app.screen
        assert isinstance(screen, CaseloadScreen)
        assert list(screen.table.keys) == [EARLIER_TODAY]
        await press(pilot, "enter", "enter")
        assert picture(app).startswith(" CLIENT  Gómez, Rosa  ID 5514")
        await press(pilot, "escape", "escape")
        assert len(screen.table.keys) == 8
        assert picture(app).startswith(" CASELOAD  8 clients")
        await press(pilot, "escape")
        assert picture(app).startswith(" TODAY")


async def test_a_filter_that_fits_nobody_says_so(on_today: Open) -> None:
    """The empty list names the key that brings everybody back, and the row's keys are off."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "c", "slash", *"qqq", "enter", "n")
        assert "0 takes them away" in picture(app)
        assert isinstance(app.screen, CaseloadScreen)


async def test_six_hundred_clients_come_in_pages(bare_vault: Vault) -> None:
    """500 rows are shown at most; ] turns to the rest and [ back."""
    people = [
        Pulled("person", f"p{n:04d}", f"p{n:04d}", Person(family_name=f"Name{n:04d}", agency_ids={"agency": str(n)}))
        for n in range(600)
    ]
    fill(bare_vault, people)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "c")
        screen = app.screen
        assert isinstance(screen, CaseloadScreen)
        assert len(screen.table.keys) == 500
        await press(pilot, "right_square_bracket")
        assert screen.table.keys[0] == "p0500"
        assert len(screen.table.keys) == 100
        await press(pilot, "left_square_bracket")
        assert screen.table.keys[0] == "p0000"
