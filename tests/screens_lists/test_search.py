"""Search of everything, as it is typed."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from fieldpo.screens.person import PersonScreen
from fieldpo.screens.search import SearchScreen
from tests.listed import OVERDUE
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_today import press
from tests.snapshots import assert_pictures, picture, settled


async def test_pictures(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """People first, then entries with the words around."""
    await assert_pictures(snapshot, on_today, press=["ctrl+f", *"re"])


async def test_a_name_nearly_right_opens_the_person(on_today: Open) -> None:
    """ctrl+f, a name with a letter wrong, Enter."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "ctrl+f", *"alvares", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert app.screen.person_id == OVERDUE


async def test_an_entry_opens_where_it_stands(on_today: Open) -> None:
    """Enter on an entry opens the case notes with the cursor on it."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "ctrl+f", *"calm", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert app.screen.tab == "notes"
        assert "NOTE    Home, calm." in picture(app)


async def test_only_the_last_answer_is_shown(on_today: Open) -> None:
    """Typing on at once shows what fits all of it, whatever an earlier key asked for."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+f", *"boateng", "backspace", "backspace")
        await settled(pilot)
        assert "1 person, 0 entries" in picture(app)


async def test_nothing_found_says_so(on_today: Open) -> None:
    """Nothing is found in words, not as an empty screen; Enter then does nothing."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "ctrl+f", *"qqqq", "enter")
        assert "Nothing on this laptop has that." in picture(app)
        assert isinstance(app.screen, SearchScreen)


async def test_results_are_hidden_from_a_client(on_today: Open) -> None:
    """The client-safe view shows no result, nor the words that were typed, before F3 and after it."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "ctrl+f", *"boateng", "f3")
        assert "Boateng, Kwame" not in picture(app)
        assert "boateng" not in picture(app)
        await press(pilot, "escape", "ctrl+f", *"tanaka")
        assert "tanaka" not in picture(app)
        await press(pilot, "f3")
        assert "tanaka" in picture(app)
