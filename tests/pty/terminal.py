"""A program in a real terminal: keys go in as bytes, and what it paints is read off a screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import pexpect
import pyte

PATIENCE = 60.0
"""Seconds after which something that does not appear is a failure; a test never waits for less than it needs."""


class Terminal:
    """One program and its screen."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (120, 40)) -> None:
        columns, rows = size
        self.program = pexpect.spawn(
            command[0], list(command[1:]), env={**env, "TERM": "xterm-256color"}, dimensions=(rows, columns)
        )
        self.written = b""
        """Every byte that the program wrote."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def shown(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, *words: str) -> str:
        """Read until every one of the words is on the screen, and return it."""
        return self._until(lambda: all(word in self.shown for word in words), f"{words} did not all appear")

    def until_any(self, *words: str) -> str:
        """Read until one of the words is on the screen, and return that."""
        self._until(lambda: any(word in self.shown for word in words), f"none of {words} appeared")
        return next(word for word in words if word in self.shown)

    def until_gone(self, words: str) -> str:
        """Read until the words are no longer on the screen, and return it."""
        return self._until(lambda: words not in self.shown, f"{words!r} did not go")

    def _until(self, so: Callable[[], bool], otherwise: str) -> str:
        ends = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < ends, f"{otherwise}:\n{self.shown}"
            assert self._read(), f"the program ended, and {otherwise}:\n{self.shown}"
        return self.shown

    def press(self, keys: str) -> None:
        """Type keys; control characters as their letters' codes."""
        self.program.send(keys.encode())

    def end(self) -> int:
        """Read to the program's end and return its exit code, as a shell tells it."""
        ends = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < ends, f"the program did not end:\n{self.shown}"
        self.program.wait()
        return int(self.program.exitstatus if self.program.exitstatus is not None else 128 + self.program.signalstatus)

    def close(self) -> None:
        """End the program whatever it does."""
        self.program.close(force=True)

    def _read(self) -> bool:
        """Take in what is there; False once the program has closed the terminal."""
        try:
            piece = self.program.read_nonblocking(65_536, timeout=1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.written += piece
        self._stream.feed(piece)
        return True
