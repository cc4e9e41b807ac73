"""Runs the engine: one sync in the calling thread, one at a time for each vault."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Final

from fieldpo.errors import Offline
from fieldpo.store.acting.outbox_view import not_taken
from fieldpo.store.database.meta import put_meta
from fieldpo.store.opening.state import sync_lock
from fieldpo.store.queries.agenda.unreadable import unreadable_ids
from fieldpo.store.steps import BESIDE, Pace
from fieldpo.store.vault import Vault
from fieldpo.sync.client import Client
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.effects import Answer, Effect, Fault, Post, Refresh, Reply, Sleep
from fieldpo.sync.engine import World, sync
from fieldpo.sync.receipt import Progress, Receipt

ATTEMPTS: Final = 3
_LISTENS: Final = 0.1
"""Seconds between two looks, while an answer is waited for, at whether the sync shall end."""
_GOES_OUT: Final = 0.05
"""Seconds that a request has to go out before other work begins, which would take turns of 5 ms with it."""
LAST_SYNC = "last_sync"
"""The meta key of the last sync that central answered, ISO 8601 with its offset."""


class Cancelled(Exception):
    """Somebody asked the sync to end; what was not sent is kept."""


def now() -> dt.datetime:
    """The device's clock, with its offset; for people only."""
    return dt.datetime.now().astimezone()


def quiet(_: Progress) -> None:
    """For who does not watch."""


def sync_once(
    vault: Vault,
    client: Client,
    progress: Callable[[Progress], None] = quiet,
    cancel: threading.Event | None = None,
    *,
    attempts: int = ATTEMPTS,
    pace: Pace = BESIDE,
) -> Receipt:
    """One whole sync. Ends early, with a receipt that says so, when `cancel` is set.

    Raises `AlreadySyncing`, `Offline`, `CentralRefused`, `SignInNeeded`, `StorageFailed`; the work is kept.
    """
    cancel = cancel or threading.Event()
    disk = VaultDisk(vault, pace)
    reached = Progress()

    def told(done: Progress) -> None:
        nonlocal reached
        reached = done
        progress(done)

    world = World(disk, now, random.SystemRandom(), told, attempts)
    with sync_lock(vault.folder), ThreadPoolExecutor(1, "fieldpo-exchange") as pool:
        unread = _unreadable(vault)
        engine = sync(world)
        try:
            reply: Reply = None
            while True:
                try:
                    effect = engine.send(reply)
                except StopIteration as ended:
                    receipt: Receipt = ended.value
                    break
                if cancel.is_set():
                    raise Cancelled
                reply = _perform(effect, client, pool, cancel)
        except Cancelled:
            counts = disk.counts()
            return Receipt(
                now(),
                received=reached.received,
                pulled=reached.pulled,
                news=reached.pulled,
                not_sent=counts.not_sent,
                need_answer=counts.need_answer,
                stopped=True,
            )
        finally:
            engine.close()
    with vault.writing() as connection:
        put_meta(connection, LAST_SYNC, receipt.at.isoformat())
        found, parked = unreadable_ids(connection), not_taken(connection)
    return replace(receipt, unreadable=len(found), unread=len(found - unread), not_taken=parked)


def _unreadable(vault: Vault) -> frozenset[str]:
    with vault.reading() as connection:
        return unreadable_ids(connection)


def _perform(effect: Effect, client: Client, pool: ThreadPoolExecutor, cancel: threading.Event) -> Reply:
    match effect:
        case Post():
            gone = threading.Event()
            under_way: Future[Answer | Fault] = pool.submit(client.post, effect, gone.set)
            if effect.meanwhile is not None:
                gone.wait(_GOES_OUT)
                effect.meanwhile()
            # connecting, sending and reading each have deadlines of their own; this one is for all of it
            return _within(under_way, effect.deadline + 30.0, client, cancel)
        case Sleep():
            if cancel.wait(effect.seconds):
                raise Cancelled
            return None
        case Refresh():
            return client.refresh()


def _within(
    under_way: Future[Answer | Fault], seconds: float, client: Client, cancel: threading.Event
) -> Answer | Fault:
    ends = time.monotonic() + seconds
    while not under_way.done() and not cancel.is_set() and time.monotonic() < ends:
        wait([under_way], _LISTENS)
    if under_way.done():
        return under_way.result()
    client.close()
    under_way.result()  # ends now that its connection is closed
    if cancel.is_set():
        raise Cancelled
    raise Offline("Central took too long. Every entry is kept here and goes at the next sync.")
