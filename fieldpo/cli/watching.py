"""A sync in the terminal: one line that says how far it is, and signals that end it where it may."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fieldpo.sync.receipt import Progress

_STOPPING: Final = b"\nStopping; nothing is lost. Ctrl+C once more ends it at once.\n"


class Watch:
    """Shows on one line of standard error how far a sync is; on no terminal it says nothing."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet or not sys.stderr.isatty()
        self._shown = 0
        self._say("Syncing…")

    def __call__(self, progress: Progress) -> None:
        """A sync is under way."""
        self._say(progress.words or "Syncing…")

    def end(self) -> None:
        """Take the line away: what is said next stands in its place."""
        self._say("")
        if self._shown:
            self._write("\r")

    def _say(self, words: str) -> None:
        if not self._quiet:
            self._write(f"\r{words:<{self._shown}}")
            self._shown = max(self._shown, len(words))

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # the terminal was closed
            print(text, end="", file=sys.stderr, flush=True)


def last_words(text: str) -> None:
    """Print to standard output, also where the terminal behind it was closed meanwhile."""
    try:
        print(text, flush=True)
    except OSError:
        # What was not written stays in the buffer: the interpreter's last flush must not fail over it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass
class Ending:
    """Whether somebody asked for the end, and by which signal."""

    asked: threading.Event = field(default_factory=threading.Event)
    number: int = 0

    @property
    def exit_code(self) -> int:
        """As shells have it: 128 and the signal's number; 0 where nobody asked."""
        return 128 + self.number if self.number else 0


@contextlib.contextmanager
def ending() -> Iterator[Ending]:
    """Ctrl+C, SIGTERM and a closed terminal ask what runs within to end where it may; a second one ends the program."""
    asked = Ending()

    def stop(number: int, _frame: FrameType | None) -> None:
        if asked.number:
            raise KeyboardInterrupt
        asked.number = number
        asked.asked.set()
        if number == signal.SIGINT and sys.stderr.isatty():
            os.write(2, _STOPPING)  # print may be in the middle of a line of its own

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
