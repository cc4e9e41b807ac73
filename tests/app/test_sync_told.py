"""What a sync's messages make of the status line, message by message, and what is said of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from textual.message import Message

from fieldpo.messages import SyncFailed, SyncFinished, SyncProgress
from fieldpo.screens.sync_told import SILENCE, Central, Toast, begun, counted, failed, finished, progressed, waited
from fieldpo.screens.widgets.status_line import Status
from fieldpo.store.vault import Vault
from fieldpo.sync.receipt import Receipt
from fieldpo.workers import SyncWorker
from tests.filled_vault import NOW

BEFORE = NOW - dt.timedelta(hours=2)
ONLINE = Status(online=True, since=BEFORE, not_sent=2, activity="syncing…")
OFFLINE = replace(ONLINE, online=False)


def test_a_sync_that_ended_well_is_online_since_it_was() -> None:
    """The time since when stands while the computer is online, and is that of the answer where it was not."""
    for before, since in ((ONLINE, BEFORE), (OFFLINE, NOW), (Status(), NOW)):
        status = finished(before, SyncFinished("Received", NOW)).status
        assert (status.online, status.since, status.last_sync, status.activity) == (True, since, NOW, "")


def test_a_receipt_is_said_where_it_was_asked_for_or_asks_back() -> None:
    """Nothing of an ordinary sync; the receipt of a forced one; what needs an answer, before what cannot be read."""

    def said(*, forced: bool = False, asked: int = 0, unread: int = 0) -> Toast | None:
        return finished(ONLINE, SyncFinished("Received", NOW, forced=forced, asked=asked, unread=unread)).toast

    assert said() is None
    assert said(forced=True) == Toast("Received", "Synced")
    assert said(forced=True, unread=1) == Toast("Received. a opens what cannot be read.", "Synced", "warning")
    assert said(asked=1, unread=1) == Toast("Received. a opens what needs your answer.", "Synced", "warning")


def test_offline_is_told_by_the_line_alone_unless_the_sync_was_asked_for() -> None:
    """Since when is kept while it lasts."""
    away = SyncFailed("No answer.", NOW, offline=True)
    told = failed(ONLINE, Central(), away)
    assert (told.status.online, told.status.since, told.status.activity, told.toast) == (False, NOW, "", None)
    assert failed(OFFLINE, Central(), away).status.since == BEFORE
    assert failed(OFFLINE, Central(), replace(away, forced=True)).toast == Toast("No answer.", "Offline", "warning")


def test_a_refusal_is_said_once_until_another_sync_or_reason() -> None:
    """Central that refuses is not offline; the same sentence comes again after a good sync, or where asked for."""
    refused = SyncFailed("Too old.", NOW, offline=False)
    first = failed(ONLINE, Central(), refused)
    assert (first.status.online, first.toast) == (True, Toast("Too old.", "Not synced", "warning"))
    assert failed(ONLINE, first.central, refused).toast is None
    assert failed(ONLINE, first.central, replace(refused, forced=True)).toast is not None
    assert failed(ONLINE, first.central, replace(refused, reason="Ended.")).toast is not None
    assert failed(ONLINE, finished(ONLINE, SyncFinished("", NOW)).central, refused).toast is not None


def test_a_sign_in_that_ended_is_remembered_through_a_time_offline() -> None:
    """Another refusal, or a sync that went well, forgets it."""
    ended = failed(ONLINE, Central(), SyncFailed("Sign in.", NOW, offline=False, sign_in=True)).central
    assert ended.sign_in_ended
    assert failed(ONLINE, ended, SyncFailed("No answer.", NOW, offline=True)).central.sign_in_ended
    assert not failed(ONLINE, ended, SyncFailed("Too old.", NOW, offline=False)).central.sign_in_ended
    assert not finished(ONLINE, SyncFinished("", NOW)).central.sign_in_ended


def test_how_far_a_sync_is_stands_in_the_line() -> None:
    """Sent and received, each only once there is something to say."""
    assert begun(Status()).activity == "syncing…"
    assert progressed(ONLINE, SyncProgress()).activity == "syncing…"
    assert progressed(ONLINE, SyncProgress(12, 1_219)).activity == "syncing… 12 of 1,231 received"
    assert progressed(ONLINE, SyncProgress(0, 0, 4_100)).activity == "syncing…, 4,100 in"


def test_a_central_that_keeps_silent_is_told_since_when() -> None:
    """From the wait's beginning, which stays while it lasts; an answer, or the sync's end, takes it away."""
    assert waited(ONLINE, SILENCE - 1, NOW).silent_since is None
    silent = waited(ONLINE, SILENCE + 1, NOW)
    assert silent.silent_since == NOW - dt.timedelta(seconds=SILENCE + 1)
    assert waited(silent, SILENCE + 60, NOW) == silent
    assert waited(silent, 0.1, NOW) == waited(silent, None, NOW) == ONLINE


def test_a_count_of_the_vault_keeps_what_only_the_syncs_know() -> None:
    """Counts are the vault's; connection, silence and the clock stay, and so does the last sync it has none of."""
    now = replace(ONLINE, last_sync=NOW, minutes_to_lock=7, silent_since=NOW)
    found = Status(not_sent=0, held=1, need_answer=3, supervises=True, unreadable=2)
    assert counted(now, found) == replace(now, not_sent=0, held=1, need_answer=3, supervises=True, unreadable=2)
    assert counted(now, replace(found, last_sync=BEFORE)).last_sync == BEFORE


def test_screens_read_anew_what_a_sync_could_not_send(bare_vault: Vault) -> None:
    """An entry that was refused stands otherwise than before, though nothing came and nothing went."""
    told: list[Message] = []
    worker = SyncWorker(bare_vault, told.append, lambda: NOW, 15)
    for receipt in (Receipt(NOW, not_sent=1, not_taken=1), Receipt(NOW)):
        worker.finished(receipt, forced=False)
    assert [one.changed for one in told if isinstance(one, SyncFinished)] == [True, False]
