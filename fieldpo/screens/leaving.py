"""Lock and quit: every draft is kept, then the process that held the key ends; and the clock of the idle lock."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from fieldpo.errors import FieldpoError
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.curtain import CurtainScreen

if TYPE_CHECKING:
    from fieldpo.screens.frame import Frame
    from fieldpo.store.vault import Vault

LOCKED: Final = 10
"""The exit code by which the process that held the key asks the launcher for a fresh, locked one."""
LOCKED_IDLE: Final = 11
"""As LOCKED, because nobody pressed a key for too long."""
IDLE_LOOK: Final = 5.0
"""Seconds between two looks at the idle clock."""
SIGNED_IN: Final = dt.timedelta(hours=12)
"""After this the passphrase is asked again, whatever was typed meanwhile (CJIS IA-2)."""


def local_now() -> dt.datetime:
    """The device's clock with its offset."""
    return dt.datetime.now().astimezone()


class IdleClock:
    """How long nobody has pressed a key. The wall clock counts a laptop's sleep, the ticks a clock set back."""

    def __init__(
        self, minutes: int, now: Callable[[], dt.datetime], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed = minutes * 60
        self._now = now
        self._ticks = ticks
        self.pressed()
        self.opened()

    def pressed(self) -> None:
        """A key, or the mouse."""
        self._last = (self._now(), self._ticks())

    def opened(self) -> None:
        """The passphrase was typed."""
        self._opened_at = self._now()

    def due(self) -> bool:
        """Whether the vault is to lock: too long without a key, or too long since the passphrase."""
        return self.seconds_left() <= 0 or self._now() - self._opened_at > SIGNED_IN

    def seconds_left(self) -> float:
        """Until the lock; 0 or less when it is due."""
        at, ticks = self._last
        return self._allowed - max((self._now() - at).total_seconds(), self._ticks() - ticks)

    def minutes_left(self) -> int:
        """The same for the status line, rounded up."""
        return max(1, -(-int(self.seconds_left()) // 60))


class Leaving:
    """Ends the app once. Where the disk refuses a draft the officer may decide, unless the lock insists."""

    def __init__(self, app: Frame) -> None:
        self._app = app
        self._begun = False

    def leave(self, code: int, vault: Vault | None, *, insist: bool = False) -> None:
        """Keep every draft in one transaction, in a thread, then end with `code`; locking blanks the screen first."""
        if self._begun:
            return
        self._begun = True
        screens = [screen for screen in self._app.screen_stack if isinstance(screen, FieldScreen)]
        if code and not isinstance(self._app.screen, CurtainScreen):
            self._app.push_screen(CurtainScreen())
        writers = [keep for screen in screens if (keep := screen.draft_writer()) is not None]
        if vault is None or not writers:
            self._app.exit(code)
            return

        def keep_all() -> None:
            try:
                with vault.writing() as connection:
                    for keep in writers:
                        keep(connection)
            except FieldpoError as error:
                if not insist:
                    self._app.call_from_thread(self._stay, error)
                    return
            self._app.call_from_thread(self._app.exit, code)

        self._app.run_worker(keep_all, group="leave", thread=True)

    def _stay(self, error: FieldpoError) -> None:
        self._begun = False
        if isinstance(self._app.screen, CurtainScreen):
            self._app.pop_screen()
        self._app.say(f"A draft could not be kept: {error.message}", title="Still open", severity="error")
