"""What the status line says, the idle clock, and an end by a defect."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from textual.worker import WorkerFailed

from fieldpo.app import FieldpoApp
from fieldpo.messages import SyncFailed, SyncFinished, SyncProgress
from fieldpo.screens.crash import REPORT
from fieldpo.screens.leaving import IdleClock
from fieldpo.screens.widgets.status_line import Status, status_text
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.database.meta import get_meta
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Person
from tests.app.conftest import Open
from tests.app.stub import StubList
from tests.filled_vault import NOW
from tests.snapshots import app_on, picture, settled

SECRET = "Fahey was seen on Ash Street"


def test_the_line_fits_80_columns_with_everything_on_it() -> None:
    """Offline, entries, held, answers, the last sync and the lock: shorter words, and none of them missing."""
    status = Status(False, NOW, 123, 4, 12, NOW - dt.timedelta(days=3), 10)
    long = status_text(status, NOW)
    short = status_text(status, NOW, 78)
    assert long.startswith(
        "OFFLINE since 14:02 | 123 not sent, kept here | 4 held for review | 12 need your answer (a)"
    )
    assert len(short) < len(long)
    assert [part.split()[0] for part in short.split(" | ")] == ["OFFLINE", "123", "4", "12", "sync", "locks"]


def test_a_silent_central_is_not_called_online() -> None:
    """While a sync waits for an answer the line says since when, in 80 columns, and that it still tries."""
    status = Status(True, NOW, 7, last_sync=NOW, minutes_to_lock=9, activity="syncing…", silent_since=NOW)
    assert status_text(status, NOW, 78) == (
        "NO ANSWER since 14:02 | 7 not sent, kept here | still trying | locks in 9 min"
    )
    assert status_text(dataclasses.replace(status, online=False), NOW).startswith("OFFLINE since 14:02 | ")


async def test_offline_and_back_is_told_with_its_time(on_list: Open, bare_vault: Vault) -> None:
    """The line says since when; a sync nobody asked about shows no toast, unless something needs an answer."""
    perform(bare_vault, Act("Intake", (Create(Person(family_name="Gomez")),), NOW), NOW)
    app = on_list()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        app.post_message(SyncFailed("Central did not answer.", NOW, offline=True))
        await settled(pilot)
        assert "OFFLINE since 14:02 | 1 not sent, kept here" in picture(app)
        assert not app._notifications
        app.post_message(SyncProgress(received=12, to_send=19))
        await settled(pilot)
        assert "syncing… 12 of 31 received" in picture(app)
        app.post_message(SyncFinished("31 of 31 received 14:02, 0 held, 1 returned", NOW))
        await settled(pilot)
        assert "ONLINE since 14:02" in picture(app)
        assert not app._notifications
        app.post_message(SyncFinished("1 of 1 received 14:02, 0 held, 0 returned", NOW, forced=True))
        app.post_message(SyncFinished("1 of 1 received 14:02, 0 held, 1 returned", NOW, asked=1))
        await settled(pilot)
        assert [note.message for note in app._notifications] == [
            "1 of 1 received 14:02, 0 held, 0 returned",
            "1 of 1 received 14:02, 0 held, 1 returned. a opens what needs your answer.",
        ]


def test_the_idle_clock_counts_sleep_and_a_clock_set_back() -> None:
    """Whichever of the wall clock and the ticks has gone further counts."""
    now, ticks = [NOW], [0.0]
    clock = IdleClock(10, lambda: now[0], lambda: ticks[0])
    now[0] += dt.timedelta(minutes=11)  # the laptop slept: ticks stood still
    assert clock.seconds_left() < 0
    clock.pressed()
    now[0] -= dt.timedelta(days=1)
    ticks[0] += 660
    assert clock.seconds_left() < 0


async def test_a_defect_ends_without_a_word_of_a_client(
    on_list: Open, bare_vault: Vault, capsys: pytest.CaptureFixture[str]
) -> None:
    """The terminal gets a plain message; the report, without the values of variables, stands in the vault alone."""

    def broken() -> None:
        note = SECRET
        raise ZeroDivisionError(note[:0])

    with pytest.raises(ZeroDivisionError):
        await _run(on_list(), lambda app: app.call_later(broken))
    told = capsys.readouterr()
    assert "Every saved entry is safe" in told.err
    assert SECRET not in told.out + told.err
    assert "Traceback" not in told.out + told.err
    with bare_vault.reading() as connection:
        report = get_meta(connection, REPORT) or ""
    assert "ZeroDivisionError" in report
    assert SECRET not in report


async def test_a_defect_in_a_thread_ends_the_same_way(on_list: Open, capsys: pytest.CaptureFixture[str]) -> None:
    """A worker's exception says no more than one on the screen."""

    def broken() -> None:
        raise ZeroDivisionError(SECRET)

    def begin(app: FieldpoApp) -> None:
        assert isinstance(app.screen, StubList)
        app.screen.compute(broken, lambda _: None)

    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        await _run(on_list(), begin)
    assert SECRET not in capsys.readouterr().err


async def _run(app: FieldpoApp, begin: Callable[[FieldpoApp], object]) -> None:
    async with app.run_test() as pilot:
        await settled(pilot)
        begin(app)
        await pilot.pause()
        await settled(pilot)


def test_the_time_to_lock_is_never_cut_off() -> None:
    """However much there is to say at 80 columns, what waits and the time to lock stand; since when online goes."""
    told = Status(
        online=True, since=NOW, not_sent=1, held=1, need_answer=2, last_sync=NOW, minutes_to_lock=10, unreadable=0
    )
    said = status_text(told, NOW, 78)
    assert len(said) <= 78
    assert said.startswith("ONLINE | 1 not sent | 1 held | 2 need answer (a)")
    assert said.endswith("locks 10 min")


async def test_toasts_of_the_same_words_do_not_pile_up(on_list: Open) -> None:
    """Said twice it stands once; a newer receipt takes the older one's place, another subject stands beside it."""
    app = on_list()
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        for text, title in (
            ("There is nothing to undo.", ""),
            ("There is nothing to undo.", ""),
            ("Up to date 17:04", "Synced"),
            ("1 of 1 received 17:05, 0 held, 0 returned", "Synced"),
        ):
            app.say(text, title=title)
            await pilot.pause()
        assert [note.message for note in app._notifications] == [
            "There is nothing to undo.",
            "1 of 1 received 17:05, 0 held, 0 returned",
        ]


async def test_undo_in_the_clients_view_names_nobody(stub_today: None, bare_vault: Vault) -> None:
    """The last act may be another client's: under F3 the line says what became of it, not whose it was."""
    perform(bare_vault, Act("Contact with Fahey, B.", (Create(Person(family_name="Fahey")),), NOW), NOW)
    app = app_on(bare_vault)
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("f3", "u")
        await settled(pilot)
        [note] = app._notifications
        assert "Fahey" not in note.message
        assert "taken back before it was sent" in note.message


async def test_help_over_a_clients_view_is_one_too(on_list: Open) -> None:
    """A screen that shows the client's view of itself alone has it in its help."""
    app = on_list()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.screen.show_client_safe()  # type: ignore[attr-defined]
        await pilot.press("f1")
        await settled(pilot)
        assert "HELP" in picture(app)
        assert "VIEW: CLIENT" in picture(app)
