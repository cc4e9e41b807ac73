"""The sync that runs by itself: soon after a save, every few minutes, and when the network comes back.

One thread syncs, another watches it: a sync that is online, has work and stands still is broken off and begun anew.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from fieldpo.errors import AlreadySyncing, FieldpoError, Offline
from fieldpo.store import tokens
from fieldpo.store.vault import Vault
from fieldpo.sync.backoff import pause
from fieldpo.sync.client import Client, open_client
from fieldpo.sync.receipt import Progress, Receipt
from fieldpo.sync.runner import sync_once


class Listener(Protocol):
    """Who is told; every call comes from the syncing thread. `forced` where the officer asked for this sync."""

    def progress(self, progress: Progress) -> None:
        """A sync is under way."""

    def finished(self, receipt: Receipt, *, forced: bool) -> None:
        """A sync came to its end."""

    def failed(self, error: FieldpoError, *, forced: bool) -> None:
        """A sync ended early; the work is kept."""

    def broke(self, error: Exception) -> None:
        """A defect of our own; the next sync is made all the same."""


@dataclass(frozen=True)
class Pace:
    """How often, all in seconds."""

    first: float = 1.5
    """After unlocking: Today is painted by then."""
    after_save: float = 3.0
    """Further saves within it join the same sync."""
    every: float = 300.0
    look: float = 10.0
    """Between two looks for the network while there is none, and at a sync that somebody else makes."""
    still: float = 300.0
    """Without a sign of life a running sync is broken off: longer than any deadline within it."""


_CONNECT: Final = 2.0


class Background:
    """Syncs one vault until it is stopped. Any thread may ask."""

    def __init__(
        self, vault: Vault, listener: Listener, pace: Pace | None = None, *, ca: Path | None = None,
        open_: Callable[[Vault, Path | None], Client] = open_client,
    ) -> None:  # fmt: skip
        self._vault = vault
        self._listener = listener
        self._pace = pace or Pace()
        self._ca = ca
        self._open = open_
        self._rng = random.SystemRandom()
        self._wake = threading.Condition()
        self._due = time.monotonic() + self._pace.first
        self._forced = False
        self._offline = 0
        self._unreachable = False
        self._life = 0
        self._client: Client | None = None
        self._beat: float | None = None
        self._cancel = threading.Event()
        self._before: Receipt | None = None
        """Of the sync that ran while the officer asked for one: the asked one tells of both."""

    def start(self) -> None:
        """Begin; the first sync comes soon."""
        threading.Thread(target=self._run, args=(self._life,), name="sync", daemon=True).start()
        threading.Thread(target=self._watch, name="sync-watchdog", daemon=True).start()

    def saved(self) -> None:
        """Something was saved: sync soon, unless central was away a moment ago."""
        with self._wake:
            if not self._offline:
                self._due = min(self._due, time.monotonic() + self._pace.after_save)
            self._wake.notify_all()

    def force(self) -> None:
        """Sync now, whatever happened before; once more after the one that runs."""
        with self._wake:
            self._forced = True
            self._due = time.monotonic()
            self._wake.notify_all()

    def silent_for(self) -> float | None:
        """Seconds since the sync under way began or had its last answer; None while none runs."""
        beat = self._beat
        return None if beat is None else time.monotonic() - beat

    def stop(self, seconds: float = 2.0) -> None:
        """End; a sync under way ends where it may, and what was not sent is kept."""
        self._cancel.set()
        with self._wake:
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._beat is None, seconds)
            if self._client is not None:
                self._client.close()

    def _run(self, life: int) -> None:
        while self._wait(life):
            with self._wake:
                forced, self._forced = self._forced, False
                self._beat = time.monotonic()
            after = self._sync(forced=forced)
            with self._wake:
                if life != self._life:
                    return
                self._beat = None
                if not self._forced:
                    self._due = time.monotonic() + after
                self._wake.notify_all()

    def _wait(self, life: int) -> bool:
        """Until a sync is due; False when this thread shall end."""
        while True:
            with self._wake:
                if self._cancel.is_set() or life != self._life:
                    return False
                left = self._due - time.monotonic()
                if left <= 0:
                    return True
                self._wake.wait(min(left, self._pace.look) if self._unreachable else left)
            if self._unreachable and self._reachable():
                return True

    def _sync(self, *, forced: bool) -> float:
        """One sync; returns the seconds until the next."""
        before, self._before = self._before, None
        try:
            receipt = self._once()
        except Offline as error:
            self._offline += 1
            self._unreachable = not self._reachable()
            self._listener.failed(error, forced=forced)
            return pause(self._rng, self._offline + 3)
        except AlreadySyncing as error:
            if forced:
                self._listener.failed(error, forced=True)
            return self._pace.look  # another program's sync, or the end of one of ours that was broken off
        except FieldpoError as error:
            self._listener.failed(error, forced=forced)
        except Exception as error:  # noqa: BLE001 - a defect of the sync must not end the officer's typing
            self._listener.broke(error)
        else:
            self._offline, self._unreachable = 0, False
            if forced and before is not None:
                receipt = receipt.after(before)
            self._before = receipt if self._forced else None
            self._listener.finished(receipt, forced=forced)
        return self._pace.every * self._rng.uniform(0.9, 1.1)

    def _once(self) -> Receipt:
        client = self._open(self._vault, self._ca)
        self._client = client
        try:
            return sync_once(self._vault, client, self._progress, self._cancel, attempts=2)
        finally:
            self._client = None
            client.close()

    def _progress(self, progress: Progress) -> None:
        self._beat = time.monotonic()
        self._listener.progress(progress)

    def _reachable(self) -> bool:
        """Whether central's port takes a connection: asks nothing and sends nothing."""
        with self._vault.reading() as connection:
            parts = urlsplit(tokens.central(connection))
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with contextlib.suppress(OSError), socket.create_connection((parts.hostname or "", port), _CONNECT):
            self._unreachable = False
            return True
        return False

    def _watch(self) -> None:
        """Break off a sync that shows no sign of life, and let another thread go on."""
        while not self._cancel.wait(min(30.0, self._pace.still)):
            with self._wake:
                beat = self._beat
                if beat is None or time.monotonic() - beat < self._pace.still:
                    continue
                self._life += 1
                self._beat, self._due = None, time.monotonic()
                client, life = self._client, self._life
            if client is not None:
                client.close()
            threading.Thread(target=self._run, args=(life,), name=f"sync-{life}", daemon=True).start()
