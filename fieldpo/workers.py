"""What runs behind the app's screens: the sync, by itself and when forced, and the steps of enrolling.

The app starts them; they tell it in messages and know no screen. httpx is loaded with the first of them that runs.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.message import Message

from fieldpo.errors import AlreadySyncing, CentralRefused, FieldpoError, Offline
from fieldpo.messages import SyncFailed, SyncFinished, SyncProgress
from fieldpo.paths import paths
from fieldpo.screens.crash import keep_report

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault
    from fieldpo.sync.enrol import Code, Enrolled
    from fieldpo.sync.receipt import Progress, Receipt

FIRST: Final = 1.5
"""Seconds after unlocking before the first sync: Today is painted by then."""
AFTER_SAVE: Final = 3.0
"""Seconds after a save, in which further saves join the same sync."""
OFFLINE_AGAIN: Final = (20.0, 60.0)
"""Seconds between two tries while central does not answer, spread so that an office does not come back as one."""
DEFECT: Final = "The sync met a defect of its own. Every entry is kept here; a report of it is in the vault."


class SyncWorker:
    """One thread that syncs the vault every few minutes, soon after a save, and at once when forced."""

    def __init__(
        self, vault: Vault, tell: Callable[[Message], object], now: Callable[[], dt.datetime], every_minutes: int
    ) -> None:
        self._vault = vault
        self._tell = tell
        self._now = now
        self._pause = every_minutes * 60.0
        self._wake = threading.Condition()
        self._due = FIRST
        self._asked = False
        self._forced = False
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin; the first sync comes soon."""
        self._thread.start()

    def force(self) -> None:
        """Sync now, or once more after the one that runs."""
        self._ask(0.0, forced=True)

    def soon(self) -> None:
        """Something was saved."""
        self._ask(AFTER_SAVE, forced=False)

    def stop(self, seconds: float = 2.0) -> None:
        """End; a sync under way is cancelled, and what was not sent is kept."""
        self._cancel.set()
        self._ask(0.0, forced=False)
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _ask(self, due: float, *, forced: bool) -> None:
        with self._wake:
            self._due = due
            self._asked = True
            self._forced = self._forced or forced
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while self._wake.wait_for(self._take_asked, self._due) and self._due > 0:
                    """A save joined: wait again, from now."""
                forced, self._forced = self._forced, False
            if self._cancel.is_set():
                return
            pause = self._sync(forced=forced)
            with self._wake:
                if not self._asked:
                    self._due = pause

    def _take_asked(self) -> bool:
        asked, self._asked = self._asked, False
        return asked

    def _sync(self, *, forced: bool) -> float:
        """One sync, told in messages; returns the seconds to wait before the next."""
        try:
            self._finished(self._once(), forced=forced)
        except Offline as error:
            self._tell(SyncFailed(error.message, self._now(), offline=True, forced=forced))
            return random.uniform(*OFFLINE_AGAIN)  # noqa: S311 - spreads the load, guards nothing
        except AlreadySyncing as error:
            if forced:
                self._tell(SyncFailed(error.message, self._now(), offline=False, forced=True))
        except FieldpoError as error:
            self._tell(SyncFailed(error.message, self._now(), offline=False, forced=forced))
        except Exception as error:  # noqa: BLE001 - a defect of the sync must not end the officer's typing
            keep_report(self._vault, error)
            self._tell(SyncFailed(DEFECT, self._now(), offline=False, forced=forced))
        return self._pause

    def _once(self) -> Receipt:
        from fieldpo.sync.client import open_client
        from fieldpo.sync.runner import sync_once

        client = open_client(self._vault)
        try:
            return sync_once(self._vault, client, self._progress, self._cancel)
        finally:
            client.close()

    def _progress(self, progress: Progress) -> None:
        self._tell(SyncProgress(progress.received, progress.to_send, progress.pulled))

    def _finished(self, receipt: Receipt, *, forced: bool) -> None:
        sent = receipt.received + receipt.held + receipt.returned
        self._tell(
            SyncFinished(
                receipt.words,
                receipt.at,
                changed=bool(sent or receipt.pulled or receipt.cases_left),
                worth_saying=forced or bool(sent),
                need_answer=receipt.need_answer,
            )
        )


class Enrolling:
    """The steps of `fieldpo.sync.enrol` in the order in which First run asks for them."""

    def __init__(self) -> None:
        self._url = ""
        self._code: Code | None = None
        self._enrolled: Enrolled | None = None
        self._left = threading.Event()

    def ask(self, url: str) -> Code:
        """Ask central for a code. Raises BadInput, Offline, CentralRefused."""
        from fieldpo.sync.enrol import ask
        from fieldpo.sync.transport import Transport, checked_url

        self._url = checked_url(url)
        with Transport(self._url) as transport:
            self._code = ask(transport, with_keyring=self.keyring_found())
        return self._code

    def wait(self) -> str:
        """Wait until it is approved; returns the officer's name. Raises CentralRefused, Offline."""
        from fieldpo.sync.enrol import Waiting, wait
        from fieldpo.sync.transport import Transport

        assert self._code is not None  # noqa: S101 - the order of the steps
        with Transport(self._url) as transport:
            self._enrolled = wait(transport, self._code, Waiting(self._pause))
        return self._enrolled.user_name

    def cancel(self) -> None:
        """First run is left: stop waiting, so that the program can end."""
        self._left.set()

    def _pause(self, seconds: float) -> None:
        if self._left.wait(seconds):
            raise CentralRefused("Enrolling was ended before it was approved. Nothing was made here.")

    def keyring_found(self) -> bool:
        """Whether this computer has a keyring that will be used; a training vault never asks it."""
        from fieldpo.store.device_secret import find_keyring

        if self._enrolled is not None and self._enrolled.training:
            return False
        return find_keyring() is not None

    def make_vault(self, passphrase: str, progress: Callable[[str], None]) -> Vault:
        """Make the vault, then load the caseload; a load broken off goes on with the next sync."""
        from fieldpo.sync.client import open_client
        from fieldpo.sync.enrol import first_load, make_vault

        assert self._enrolled is not None  # noqa: S101 - the order of the steps
        vault = make_vault(paths().data, passphrase, self._url, self._enrolled)
        client = open_client(vault)
        try:
            first_load(vault, client, lambda done: progress(f"Loading the caseload: {done.pulled:,} records"))
        except FieldpoError as error:
            progress(error.message)
        finally:
            client.close()
        return vault
