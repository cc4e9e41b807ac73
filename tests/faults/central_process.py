"""Central as a real process, `fieldpo central serve` on loopback, that can be killed, stopped and started again."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from pathlib import Path

from fieldpo.demo.serving import free_port, serve_argv

PATIENCE = 60.0
"""Seconds after which a process that does not do what it should is a failure."""


class CentralProcess:
    """One central on a port of its own; the port stays the same when it is started again."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def complaints(self) -> str:
        """Everything that it wrote to standard error in all its lives."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def begin(self) -> None:
        """Start it and come back at once."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                serve_argv(self.database_url, self.port), stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL
            )

    def wait(self) -> None:
        """Wait until it answers."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        said = process.stdout.readline() if ready else b""
        assert said.startswith(b"Listening on"), f"central did not start: {self.complaints}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.begin()
        self.wait()

    def kill(self) -> None:
        """SIGKILL, as when the power goes: nothing is finished."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as an administrator stops it; returns its exit code."""
        return self._end(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP; it has taken hold when this returns."""
        assert self._process is not None
        freeze(self._process.pid)

    def resume(self) -> None:
        """SIGCONT."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        code = process.wait(PATIENCE)
        if process.stdout is not None:
            process.stdout.close()
        return code


def freeze(pid: int) -> None:
    """SIGSTOP a process, and wait until it stands."""
    os.kill(pid, signal.SIGSTOP)
    ends = time.monotonic() + PATIENCE
    while _state(pid) != "T":
        assert time.monotonic() < ends, "the process did not stop"
        time.sleep(0.001)


def _state(pid: int) -> str:
    """The letter by which the kernel tells what a process does."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def fieldpo_env(home: Path, passphrase_file: Path) -> dict[str, str]:
    """The environment in which the commands find a laptop's vault."""
    return {**os.environ, "FIELDPO_HOME": str(home), "FIELDPO_PASSPHRASE_FILE": str(passphrase_file)}
