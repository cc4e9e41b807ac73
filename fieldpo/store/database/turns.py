"""Turns at the vault's one writing connection, in the order of asking.

A plain lock goes again and again to the thread that has just let it go, so that a save would wait for a whole sync
instead of the one slice that is being written.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LATELY: Final = 5.0
"""Seconds for which somebody who had to wait is expected to come again."""


class Turns:
    """A lock whose waiting threads are served first come, first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()
        self._waited_at = float("-inf")

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for one's turn and hold it. Raises `TimeoutError` when it does not come within `seconds`."""
        with self._guard:
            called = None
            if self._taken:
                called = threading.Event()
                self._waiting.append(called)
                self._waited_at = time.monotonic()
            self._taken = True
        if called is not None and not called.wait(seconds) and self._gave_up(called):
            raise TimeoutError
        try:
            yield
        finally:
            self._pass_on()

    @property
    def waited_for_lately(self) -> bool:
        """Whether some thread had to wait not long ago, as an officer's saves do who goes on working during a sync."""
        return time.monotonic() - self._waited_at < LATELY

    def _gave_up(self, called: threading.Event) -> bool:
        """Leave the row of those who wait; False where the turn came at the last moment."""
        with self._guard:
            if called.is_set():
                return False
            self._waiting.remove(called)
            return True

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
