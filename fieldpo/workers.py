"""What runs behind the app's screens: loading, the sync, by itself and when forced, and the steps of enrolling.

The app starts them; they tell it in messages and paint nothing. httpx is loaded with the first of them that runs.
"""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.message import Message

from fieldpo.errors import CentralRefused, FieldpoError, Offline, SignInNeeded
from fieldpo.garbage import collect_rarely
from fieldpo.messages import SyncFailed, SyncFinished, SyncProgress
from fieldpo.paths import paths
from fieldpo.screens.crash import keep_report
from fieldpo.screens.routes import ROUTES, screen_class

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault
    from fieldpo.sync.background import Background
    from fieldpo.sync.enrol import Code, Enrolled
    from fieldpo.sync.receipt import Progress, Receipt
    from fieldpo.sync.transport import Transport

DEFECT: Final = "The sync met a defect of its own. Every entry is kept here; a report of it is in the vault."

SIGN_IN: Final = "Your sign-in at central has ended. Every entry is kept here; s signs in again."


def load_the_rest() -> None:
    """Load the database libraries and the other screens in a thread, while the passphrase is typed.

    SQLModel and the cipher cost 350 ms, the screens and httpx as much again, which nobody notices there.
    """
    threading.Thread(target=_load, name="imports", daemon=True).start()


def _load() -> None:
    """Garbage is collected again from here on, where the launcher put it off; what is loaded stays, and is not looked
    through again.
    """
    try:
        import fieldpo.store.database.migrations
        import fieldpo.store.opening.slots

        for name in ROUTES:
            screen_class(name)
        import fieldpo.sync.background  # noqa: F401
    finally:
        if not gc.isenabled():
            collect_rarely()
            gc.freeze()
            gc.enable()


class SyncWorker:
    """`sync.background` for the app: loaded in a thread, and what it tells as messages."""

    def __init__(
        self, vault: Vault, tell: Callable[[Message], object], now: Callable[[], dt.datetime], every_minutes: int
    ) -> None:
        self._vault = vault
        self._tell = tell
        self._now = now
        self._every = every_minutes * 60.0
        self._ready = threading.Lock()
        self._background: Background | None = None
        self._wanted = False
        self._ended = False

    def start(self) -> None:
        """Begin; the first sync comes when Today is painted."""
        threading.Thread(target=self._start, name="sync-start", daemon=True).start()

    def force(self) -> None:
        """Sync now, or once more after the one that runs."""
        with self._ready:
            self._wanted = True
            if self._background is not None:
                self._background.force()

    def saved(self) -> None:
        """Something was saved: it goes soon."""
        if self._background is not None:
            self._background.saved()

    def silent_for(self) -> float | None:
        """Seconds that the sync under way has waited for central; None while none runs."""
        return self._background.silent_for() if self._background is not None else None

    def stop(self) -> None:
        """End; what was not sent is kept."""
        with self._ready:
            self._ended = True
        if self._background is not None:
            self._background.stop()

    def _start(self) -> None:
        from fieldpo.sync.background import Background, Pace

        with self._ready:
            if self._ended:
                return
            self._background = Background(self._vault, self, Pace(every=self._every))
            self._background.start()
            if self._wanted:
                self._background.force()

    def progress(self, progress: Progress) -> None:
        """A sync is under way."""
        self._tell(SyncProgress(progress.received, progress.to_send, progress.pulled))

    def finished(self, receipt: Receipt, *, forced: bool) -> None:
        """A sync came to its end."""
        asked = receipt.returned + receipt.conflicts
        moved = receipt.received or receipt.held or asked or receipt.pulled or receipt.cases_left
        changed = bool(moved or receipt.not_sent)  # what was not sent was tried: its story is another now
        words = replace(receipt, at=receipt.at.astimezone(self._now().tzinfo)).words
        self._tell(SyncFinished(words, receipt.at, changed, forced=forced, asked=asked, unread=receipt.unread))

    def failed(self, error: FieldpoError, *, forced: bool) -> None:
        """A sync ended early; the work is kept."""
        sign_in = isinstance(error, SignInNeeded)
        reason = SIGN_IN if sign_in else error.message
        self._tell(SyncFailed(reason, self._now(), isinstance(error, Offline), forced=forced, sign_in=sign_in))

    def broke(self, error: Exception) -> None:
        """A defect of our own: its report stands in the vault, and the officer types on."""
        keep_report(self._vault, error)
        self._tell(SyncFailed(DEFECT, self._now(), offline=False))


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
        from fieldpo.store.opening.device_secret import find_keyring

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


class SigningIn:
    """The steps of signing in again on an enrolled vault, as `screens.sign_in_again` asks for them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._code: Code | None = None
        self._left = threading.Event()

    def ask(self) -> Code:
        """Ask central for a code. Raises Offline, CentralRefused."""
        from fieldpo.store.opening.device_secret import find_keyring
        from fieldpo.sync.enrol import ask_again

        with_keyring = not self._vault.identity.training and find_keyring() is not None
        with self._transport() as transport:
            self._code = ask_again(self._vault, transport, with_keyring=with_keyring)
        return self._code

    def wait(self) -> str:
        """Wait until it is approved, and keep the new tokens. Raises CentralRefused, Offline."""
        from fieldpo.sync.enrol import Waiting, sign_in_again

        assert self._code is not None  # noqa: S101 - the order of the steps
        with self._transport() as transport:
            sign_in_again(self._vault, transport, self._code, Waiting(self._pause))
        return "You are signed in again."

    def cancel(self) -> None:
        """The screen is left: stop waiting."""
        self._left.set()

    def _pause(self, seconds: float) -> None:
        if self._left.wait(seconds):
            raise CentralRefused("Signing in was left for later. Every entry is kept here.")

    def _transport(self) -> Transport:
        from fieldpo.store import tokens
        from fieldpo.sync.transport import Transport

        with self._vault.reading() as connection:
            return Transport(tokens.central(connection))
