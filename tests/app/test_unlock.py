"""Unlock, played: right and wrong passphrases, what may be shown before, and what never leaves the field."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from textual.widgets import Input

from fieldpo.app import FieldpoApp
from fieldpo.paths import paths
from fieldpo.screens import unlock
from fieldpo.screens.leaving import LOCKED_IDLE
from fieldpo.screens.not_sent import NotSentScreen
from fieldpo.screens.unlock import UnlockScreen, open_here
from fieldpo.store.acting.outbox import counts
from fieldpo.store.vault import Vault
from tests.app.stub import StubList
from tests.filled_vault import NOW, PASSPHRASE, Template, open_copy
from tests.snapshots import picture, settled


@pytest.fixture
def locked(empty_template: Template, fieldpo_home: object, stub_today: None) -> None:
    """A vault in its place, closed, with three entries not sent."""
    with open_copy(empty_template, paths().data) as vault:
        vault.note_entries_not_sent(3)


@pytest.fixture
def app(locked: None) -> Iterator[FieldpoApp]:
    """The app before unlocking; nothing syncs."""
    made = FieldpoApp(clock=lambda: NOW, sync=False)
    yield made
    made.close()


async def test_the_right_passphrase_opens_today(app: FieldpoApp) -> None:
    """Typed and Enter: the vault is open and Today is shown."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "3 entries not sent yet" in picture(app)
        app.screen.query_one(Input).value = PASSPHRASE
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, StubList)
        with app.vault.reading() as connection:
            assert counts(connection).not_sent == 0
        await pilot.press("escape", "f1", "escape", "escape")
        assert isinstance(app.screen, StubList)


async def test_a_wrong_passphrase_says_how_many_tries_are_left(app: FieldpoApp) -> None:
    """The field is empty again and takes the next try."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.screen.query_one(Input).value = "not the passphrase"
        await pilot.press("enter")
        await settled(pilot)
        assert "UnlockScreen" in repr(app.screen)
        assert "4 tries are left" in picture(app)
        assert app.screen.query_one(Input).value == ""
        app.screen.query_one(Input).value = PASSPHRASE
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, StubList)


async def test_nothing_of_the_passphrase_reaches_a_clipboard(app: FieldpoApp) -> None:
    """ctrl+c and ctrl+x on a marked passphrase copy nothing."""
    async with app.run_test() as pilot:
        await settled(pilot)
        field = app.screen.query_one(Input)
        field.value = PASSPHRASE
        field.action_select_all()
        await pilot.press("ctrl+c", "ctrl+x")
        await pilot.pause()
        assert app.clipboard == ""
        assert field.value == PASSPHRASE
        assert PASSPHRASE not in picture(app)


async def test_letters_commands_and_places_are_closed_before_unlocking(app: FieldpoApp) -> None:
    """No key goes past Unlock; F2 blanks it."""
    async with app.run_test() as pilot:
        await settled(pilot)
        app.screen.set_focus(None)
        await pilot.press("t", "c", "o", "ctrl+f", "ctrl+p", "f3", "escape")
        await pilot.pause()
        assert isinstance(app.screen, UnlockScreen)
        assert len(app.screen_stack) == 1


async def test_the_training_passphrase_is_shown_where_the_demo_gives_it(locked: None) -> None:
    """With brackets in it, too."""
    app = FieldpoApp(clock=lambda: NOW, sync=False, shown_passphrase="[b]words of the demo[/]")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "[b]words of the demo[/]" in picture(app)


async def test_an_idle_lock_says_so(locked: None) -> None:
    """The fresh process tells why it is locked and that drafts are kept."""
    app = FieldpoApp(clock=lambda: NOW, sync=False, locked_because=LOCKED_IDLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "Locked after 10 min without a key" in picture(app)


async def test_what_is_typed_while_the_vault_opens_is_meant_for_today(
    app: FieldpoApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An impatient second Enter opens nobody; a key after it works on Today, and is in no field of Unlock."""
    opening, go_on = threading.Event(), threading.Event()

    def slowly(passphrase: str) -> Vault:
        opening.set()
        assert go_on.wait(60)
        return open_here(passphrase)

    monkeypatch.setattr(unlock, "open_here", slowly)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.screen.query_one(Input).value = PASSPHRASE
        await pilot.press("enter")
        await asyncio.to_thread(opening.wait, 60)
        await pilot.press("enter", "o")
        assert app.screen.query_one(Input).value == ""
        go_on.set()
        await settled(pilot)
        await pilot.pause()
        await settled(pilot)
        assert isinstance(app.screen, NotSentScreen)
