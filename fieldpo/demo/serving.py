"""Central as a process of its own, exactly as an agency starts it, gone with the demo however that ends."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fieldpo.demo import guard
from fieldpo.errors import FieldpoError

_LOG_LINES = 5


class CentralDidNotStart(FieldpoError):
    """The server's process ended before it answered."""


def serve_argv(database_url: str, port: int) -> list[str]:
    """The command line that serves central; it needs no environment."""
    return [sys.executable, "-m", "fieldpo", "central", "serve", "--db", database_url, "--port", str(port)]


def free_port() -> int:
    """A port of the loopback address on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Central:
    """A running central. `start` returns at once, `wait` when it answers, `stop` when its process has ended."""

    def __init__(self, database_url: str, port: int, log: Path) -> None:
        self.argv = serve_argv(database_url, port)
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        self._guard: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, with what it complains about going to the log."""
        with self._log.open("ab") as log:
            self._guard = subprocess.Popen(
                _guard_argv("", self.argv),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until central answers. Raises `CentralDidNotStart` with what it said."""
        if self._guard is None or self._guard.stdout is None or not self._guard.stdout.readline():
            said = (
                self._log.read_text(errors="replace").strip().splitlines()[-_LOG_LINES:] if self._log.exists() else []
            )
            self.stop()
            raise CentralDidNotStart(f"Central did not start. It said: {' '.join(said) or 'nothing'}")

    def stop(self) -> None:
        """End the process and wait for it; a second call does nothing."""
        if self._guard is None:
            return
        ending, self._guard = self._guard, None
        _release(ending)


@contextlib.contextmanager
def serving(database_url: str, port: int, log: Path) -> Iterator[Central]:
    """Central, starting now and stopped at the end; `wait` before you use it."""
    central = Central(database_url, port, log)
    central.start()
    try:
        yield central
    finally:
        central.stop()


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that only this user can enter, removed at the end, even where this process is killed."""
    folder = Path(tempfile.mkdtemp(prefix="fieldpo-demo-"))
    try:
        watching = subprocess.Popen(
            _guard_argv(str(folder), []), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        yield folder
    finally:
        guard.remove(folder)
        _release(watching)


def _guard_argv(folder: str, command: list[str]) -> list[str]:
    return [sys.executable, "-I", "-S", guard.__file__, folder, *command]


def _release(watching: subprocess.Popen[bytes]) -> None:
    """Tell a guard to finish by ending its standard input, and wait until it has."""
    if watching.stdin is not None:
        watching.stdin.close()
    watching.wait()
    if watching.stdout is not None:
        watching.stdout.close()
