"""The keys that work everywhere, played."""

from __future__ import annotations

import datetime as dt

from textual.widgets import Input, TextArea

from fieldpo.app import FieldpoApp
from fieldpo.screens.curtain import CurtainScreen
from fieldpo.screens.help import HelpScreen
from fieldpo.screens.leaving import LOCKED, LOCKED_IDLE
from fieldpo.store.acting.acts import Act, perform
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.vault import Vault
from tests.app.conftest import Open
from tests.app.stub import StubForm, StubList
from tests.filled_vault import NOW
from tests.snapshots import app_on, picture, settled


async def test_the_curtain_hides_a_field_at_once_and_gives_it_back(on_list: Open) -> None:
    """F2 in a field leaves nothing of it on the screen; F2 again, and typing goes on where it was."""
    app = on_list()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"secret", "f2")
        await pilot.pause()
        assert "secret" not in picture(app)
        await pilot.press("x", "ctrl+g")
        await pilot.press(*"ive")
        assert isinstance(app.screen, StubForm)
        assert app.screen.query_one(Input).value == "secretive"


async def test_toasts_go_behind_the_curtain_and_with_the_full_view(on_list: Open) -> None:
    """A toast can name somebody: F2 and F3 take those that stand away, and what is said meanwhile waits."""
    app = on_list()
    async with app.run_test(notifications=True) as pilot:
        app.say("Fahey was moved")
        await pilot.press("f2")
        app.say("Gomez was moved")
        await pilot.pause()
        assert not app._notifications
        await pilot.press("f2")
        assert [note.message for note in app._notifications] == ["Gomez was moved"]
        await pilot.press("f3")
        assert not app._notifications


async def test_the_clock_is_the_offices_once_the_vault_is_open(bare_vault: Vault) -> None:
    """A device set to another zone shows the office's day and hour, not its own."""
    utc = NOW.astimezone(dt.UTC).replace(hour=1)
    app = FieldpoApp(vault=bare_vault, clock=lambda: utc, sync=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert app.now() == utc
        assert app.now().utcoffset() == dt.timedelta(hours=-6)
        assert "Sun 22 Nov 2026 19:02" in picture(app)


async def test_keys_do_nothing_behind_the_curtain(on_list: Open) -> None:
    """No command runs while the screen is blank but blank, lock and quit."""
    app = on_list()
    async with app.run_test() as pilot:
        await pilot.press("f2", "ctrl+p", "f1", "escape", "enter")
        await pilot.pause()
        assert isinstance(app.screen, CurtainScreen)


async def test_letters_are_text_in_a_form(on_list: Open) -> None:
    """In a form the global letters are typed, in its note too, and off where nothing takes text."""
    app = on_list()
    async with app.run_test() as pilot:
        await pilot.press("enter", *"tcsu?", "tab", *"tcsu?")
        assert isinstance(app.screen, StubForm)
        assert app.screen.query_one(Input).value == "tcsu?"
        assert app.screen.query_one(TextArea).text == "tcsu?"
        app.screen.set_focus(None)
        await pilot.press("t", "s", "u")
        assert isinstance(app.screen, StubForm)


async def test_f3_swaps_the_view_inside_a_field_and_holds_on_the_way_back(on_list: Open) -> None:
    """The client-safe view asked for in a form holds on the list below."""
    app = on_list()
    async with app.run_test() as pilot:
        await pilot.press("enter", "f3")
        assert isinstance(app.screen, StubForm)
        assert app.screen.client_safe
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, StubList)
        assert app.screen.client_safe
        assert "VIEW: CLIENT" in picture(app)


async def test_a_key_that_is_off_says_why(on_list: Open) -> None:
    """Pressing it shows the reason and does nothing else."""
    app = on_list()
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("v")
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["There is no condition to report on."]


async def test_toasts_take_no_markup(on_list: Open) -> None:
    """A toast with brackets in it shows them."""
    app = on_list()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert "[/] because" in picture(app)


async def test_escape_keeps_the_draft(on_list: Open, bare_vault: Vault) -> None:
    """Leaving a form by Esc keeps what was typed, without waiting for a pause."""
    app = on_list()
    async with app.run_test() as pilot:
        await pilot.press("enter", *"typed", "escape")
        await settled(pilot)
    with bare_vault.reading() as connection:
        assert [draft.state["field"] for draft in drafts(connection)] == ["typed"]


async def test_an_answer_that_comes_while_its_screen_is_left_is_dropped(on_list: Open) -> None:
    """What was asked for a screen whose parts are being taken away is not painted: there is nothing to paint on."""
    app = on_list()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        form = app.screen
        assert isinstance(form, StubForm)
        app.pop_screen()
        left = form.remove()
        painted: list[str] = []
        form._deliver(painted.append, "an answer")
        await left
        assert painted == []


async def test_lock_keeps_the_draft_and_ends_the_process(on_list: Open, bare_vault: Vault) -> None:
    """ctrl+l in a field: the draft is in the vault and the exit code asks for a fresh, locked process."""
    app = on_list()
    async with app.run_test() as pilot:
        await pilot.press("enter", *"typed", "ctrl+l")
        await settled(pilot)
    assert app.return_value == LOCKED
    with bare_vault.reading() as connection:
        assert [draft.state["field"] for draft in drafts(connection)] == ["typed"]


async def test_idle_time_locks(stub_today: None, bare_vault: Vault) -> None:
    """After the minutes of the settings without a key the app locks; a key before that puts it off."""
    clock = [NOW]
    app = FieldpoApp(vault=bare_vault, clock=lambda: clock[0])
    async with app.run_test() as pilot:
        clock[0] += dt.timedelta(minutes=9)
        app.look_at_idle()
        assert app.status.minutes_to_lock == 1
        await pilot.press("f3")
        clock[0] += dt.timedelta(minutes=9)
        app.look_at_idle()
        assert app.return_value is None
        clock[0] += dt.timedelta(minutes=1)
        app.look_at_idle()
        await settled(pilot)
    assert app.return_value == LOCKED_IDLE


async def test_twelve_hours_lock_however_busy(stub_today: None, bare_vault: Vault) -> None:
    """The passphrase is asked again 12 hours after it was typed, though keys were pressed all the time."""
    clock = [NOW]
    app = FieldpoApp(vault=bare_vault, clock=lambda: clock[0])
    async with app.run_test() as pilot:
        clock[0] += dt.timedelta(hours=12, minutes=1)
        await pilot.press("f3")
        app.look_at_idle()
        await settled(pilot)
    assert app.return_value == LOCKED_IDLE


async def test_help_lists_and_filters(on_list: Open) -> None:
    """`?` lists the screen's keys and those of everywhere; typing filters; Esc comes back."""
    app = on_list()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.press("question_mark")
        await settled(pilot)
        shown = picture(app)
        assert isinstance(app.screen, HelpScreen)
        assert "Attempted, no contact" in shown
        assert "Blank the screen at once" in shown
        await pilot.press(*"blank")
        await settled(pilot)
        shown = picture(app)
        assert "F2, ctrl+g" in shown
        assert "Attempted, no contact" not in shown
        await pilot.press("escape")
        assert "LIST" in picture(app)


async def test_undo_says_what_it_took_back(on_list: Open, bare_vault: Vault) -> None:
    """`u` undoes the last act and names it; with none left it says so."""
    app = on_list()
    async with app.run_test(notifications=True) as pilot:
        perform(bare_vault, Act("Contact with Fahey, B.", (), NOW), NOW)
        await pilot.press("u")
        await settled(pilot)
        assert "Contact with Fahey, B.: taken back" in [note.message for note in app._notifications][-1]
        assert isinstance(app.screen, StubList)
        assert app.screen.refreshed == 1
        await pilot.press("u")
        await settled(pilot)
        assert [note.message for note in app._notifications][-1] == "There is nothing to undo."


async def test_a_remapped_key_works_and_shows(stub_today: None, bare_vault: Vault) -> None:
    """The settings' keymap moves a key; the footer and help show the new one."""
    app = app_on(bare_vault, keymap={"why": "Y"})
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        assert "Y why" in picture(app)
        await pilot.press("Y")
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["[/] because"]


async def test_the_palette_has_the_commands_and_no_screenshot(on_list: Open) -> None:
    """Every command that is not mere movement is in the palette; a picture of notes is not offered."""
    app = on_list()
    async with app.run_test():
        names = {command.title for command in app.get_system_commands(app.screen)}
    assert {"Log contact", "Today", "Sync", "Lock", "Theme: high-contrast"} <= names
    assert "Screenshot" not in names
