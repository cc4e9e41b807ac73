"""The app beside a real central: enrolling on First run, and the sync with and without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from fieldpo.app import FieldpoApp
from fieldpo.central.accounts.tokens import end_device_tokens
from fieldpo.central.accounts.users import user_named
from fieldpo.central.books.database import writing
from fieldpo.config import Config
from fieldpo.messages import ActSaved
from fieldpo.screens.first_run import FirstRunScreen
from fieldpo.screens.sign_in_again import SignInAgainScreen
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.sync.protocol.kinds import Person
from tests.app.stub import StubList
from tests.filled_vault import NOW, PASSPHRASE
from tests.running_central import Central, running
from tests.snapshots import picture, settled

PERSON = "0192cccc-0000-7000-8000-000000000001"
MANY = 400
"""Looks at the screen before a test gives up; each lets the app work."""


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Central]:
    """A training central that runs."""
    with running(tmp_path) as one:
        yield one


async def until(pilot: Pilot[Any], there: Callable[[], bool]) -> None:
    """Let the app work until something is there."""
    for _ in range(MANY):
        if there():
            return
        await pilot.pause(0.05)
    raise AssertionError(picture(pilot.app))


async def enrolled(pilot: Pilot[Any], central: Central) -> None:
    """Play First run to its end."""
    app = pilot.app
    assert isinstance(app.screen, FirstRunScreen)
    app.screen.query_one("#first-url", Input).value = central.url
    await pilot.press("enter")
    code = app.screen.query_one("#first-code", Static)
    await until(pilot, lambda: bool(code.display))
    officer = central.user("reyes")
    central.put(officer.id, [(PERSON, Person(family_name="Fahey", given_name="Bo"))])
    central.approve(str(code.render()).split()[-1], officer)
    first = app.screen.query_one("#first-passphrase", Input)
    await until(pilot, lambda: bool(first.display))
    first.value = PASSPHRASE
    await pilot.press("enter")
    app.screen.query_one("#first-again", Input).value = PASSPHRASE
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, StubList))
    await settled(pilot)


async def test_first_run_enrols_then_a_sync_sends(stub_today: None, fieldpo_home: Path, central: Central) -> None:
    """Address, code, passphrase twice, Today; `s` sends what was saved and tells its receipt."""
    app = FieldpoApp(Config(sync_every_minutes=1440))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        assert "not enrolled" in picture(app)
        await enrolled(pilot, central)
        with app.vault.reading() as connection:
            assert counts(connection).not_sent == 0

        record = Create(Person(family_name="Gomez", given_name="Ri"))
        saved = perform(app.vault, Act("Intake of Gomez, Ri", (record,), NOW), NOW)
        app.post_message(ActSaved(saved.act_id, "Intake of Gomez, Ri"))
        await pilot.press("s")
        await until(pilot, lambda: any("1 of 1 received" in note.message for note in app._notifications))
        await until(pilot, lambda: "ONLINE" in picture(app) and "all sent" in picture(app))
        assert central.record(record.record_id).body["family_name"] == "Gomez"
    app.close()


async def test_a_sign_in_that_ended_is_made_again_from_the_screen(
    stub_today: None, fieldpo_home: Path, central: Central
) -> None:
    """`s` is told that the sign-in ended, a second `s` shows page and code and what is kept; approved, it syncs."""
    app = FieldpoApp(Config(sync_every_minutes=1440))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await enrolled(pilot, central)
        with writing(central.engine) as conn:
            end_device_tokens(conn, app.vault.identity.device_id)
            officer = user_named(conn, "reyes")
        record = Create(Person(family_name="Gomez", given_name="Ri"))
        perform(app.vault, Act("Intake of Gomez, Ri", (record,), NOW), NOW)
        await pilot.press("s")
        await until(pilot, lambda: any("s signs in again" in note.message for note in app._notifications))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SignInAgainScreen) and "/device" in picture(app))
        assert "1 entry not sent yet" in picture(app)
        central.approve(str(app.screen.query_one("#first-code", Static).render()).split()[-1], officer)
        await until(pilot, lambda: any("1 of 1 received" in note.message for note in app._notifications))
        assert isinstance(app.screen, StubList)
        assert central.record(record.record_id).body["family_name"] == "Gomez"
    app.close()


async def test_quitting_while_the_code_waits_ends_at_once(
    stub_today: None, fieldpo_home: Path, central: Central
) -> None:
    """ctrl+q before the code was approved: nothing goes on waiting for it, and nothing was made."""
    app = FieldpoApp(sync=False)
    async with app.run_test() as pilot:
        await settled(pilot)
        app.screen.query_one("#first-url", Input).value = central.url
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.screen.query_one("#first-code").display))
        await pilot.press("ctrl+q")
    assert app.return_value == 0
    assert not (fieldpo_home / "data").exists()


async def test_a_central_that_is_not_there_is_said_and_nothing_is_made(stub_today: None, fieldpo_home: Path) -> None:
    """First run stays on the address, with a sentence, and no vault is on the disk."""
    app = FieldpoApp(sync=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.screen.query_one("#first-url", Input).value = "http://127.0.0.1:9"
        await pilot.press("enter")
        await settled(pilot)
        assert "Nothing was made" in picture(app)
        assert not app.screen.query_one("#first-url", Input).disabled
        app.screen.query_one("#first-url", Input).value = "http://central.example"
        await pilot.press("enter")
        await settled(pilot)
        assert "https" in picture(app)
    assert not (fieldpo_home / "data").exists()
