"""A program in a real terminal of 120×40, its output watched byte by byte; nothing is parsed while a time is taken."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[a-zA-Z~]|\][^\x07]*\x07|P[^\x1b]*\x1b\\|[=>78])")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""With bytecode kept, as an installed program has it: without, each start would compile ours but not Textual's."""
PATIENCE = 60.0
QUIET = 0.06
"""Seconds without paint after which a key's paint is over."""


class Screen:
    """One program on its terminal, started now."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.began = time.perf_counter()
        self.program = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True, close_fds=True
        )
        os.close(theirs)
        self.last_words = b""
        """The end of what it wrote, for when it ended."""

    def milliseconds_until(self, words: bytes, since: float | None = None) -> float:
        """Read until the words are painted; the time since the start, or since that moment."""
        seen = b""
        ends = time.perf_counter() + PATIENCE
        while time.perf_counter() < ends:
            seen += self._read(1.0)
            if words in seen or words in _ESCAPES.sub(b"", seen):
                return (time.perf_counter() - (self.began if since is None else since)) * 1000
        raise TimeoutError(f"{words!r} was not painted, but {_ESCAPES.sub(b'', seen)[-600:]!r}")

    def press(self, keys: bytes, quiet: float = QUIET) -> tuple[float, float]:
        """Type keys and read until nothing was painted for `quiet` seconds, which must be less than a cursor's blink.

        Returns milliseconds to the first byte painted and to the last; both are 0 where nothing was in a second.
        """
        self.settle(quiet)
        began = time.perf_counter()
        os.write(self._terminal, keys)
        first = last = 0.0
        wait = 1.0
        while self._read(wait):
            last = (time.perf_counter() - began) * 1000
            first = first or last
            wait = quiet
        return first, last

    def settle(self, quiet: float = QUIET) -> None:
        """Read until nothing is painted for a while."""
        while self._read(quiet):
            pass

    def rest(self, seconds: float) -> None:
        """Read for so long, whatever is painted: a cursor blinks on."""
        ends = time.perf_counter() + seconds
        while (left := ends - time.perf_counter()) > 0:
            self._read(left)

    def type(self, keys: bytes) -> float:
        """Type keys; returns the moment."""
        moment = time.perf_counter()
        os.write(self._terminal, keys)
        return moment

    def resident_megabytes(self) -> dict[str, float]:
        """Resident memory of the program and its children, by process: `launcher` for the first."""
        if self.program.poll() is not None:
            raise RuntimeError(f"the program ended with {self.program.returncode}: {self.last_words!r}")
        found = {"launcher": _resident(self.program.pid)}
        children = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children").read_text().split()
        for child in children:
            found["app"] = _resident(int(child))
        return found

    def end(self) -> None:
        """End the program and its children."""
        if self.program.poll() is None:
            os.killpg(self.program.pid, signal.SIGKILL)
        self.program.wait()
        os.close(self._terminal)

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._terminal], [], [], seconds)[0]:
            return b""
        try:
            piece = os.read(self._terminal, 1 << 20)
        except OSError:
            return b""
        self.last_words = (self.last_words + piece)[-2_000:]
        return piece


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return round(int(status.split("VmRSS:")[1].split()[0]) / 1024, 1)
