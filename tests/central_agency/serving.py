"""`fieldpo central serve` as a real process: its URL, its log lines, its counts."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

PATIENCE = 60.0
"""Seconds after which a test gives up on a process that says nothing; nothing is measured by it."""


class Serving:
    """The process. `lines` is its log as far as it has been read."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = self.metrics_url = ""
        self.text: list[str] = []
        self.lines: list[dict[str, Any]] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def begin(self) -> None:
        """Until it listens."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Listening on "), line
        self.url = line.removeprefix("Listening on ").strip()
        self.metrics_url = f"http://127.0.0.1:{self.await_event('listening').get('metrics_port', 0)}"

    def close(self) -> None:
        """After it has ended."""
        self._reader.join(PATIENCE)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._queue.put(line)
        self._queue.put(None)

    def _next(self) -> dict[str, Any] | None:
        line = self._queue.get(timeout=PATIENCE)
        if line is None:
            return None
        self.text.append(line)
        self.lines.append(json.loads(line))
        return self.lines[-1]

    def await_event(self, name: str, **fields: Any) -> dict[str, Any]:
        """The next line of that event from here on."""
        while (line := self._next()) is not None:
            if line["event"] == name and all(line.get(key) == value for key, value in fields.items()):
                return line
        raise AssertionError(f"the process ended and never said {name}: {''.join(self.text)}")

    def await_ready(self, status: int) -> None:
        """Until readiness answers so; asked on the port that stays open to the end."""
        for _ in range(10_000):
            if httpx.get(self.metrics_url + "/health/ready").status_code == status:
                return
        raise AssertionError(f"readiness never answered {status}")

    def counts(self) -> str:
        """/metrics as it is now."""
        answer = httpx.get(self.metrics_url + "/metrics")
        assert answer.status_code == 200
        return answer.text

    def count(self, series: str) -> float:
        """One figure, by its whole series with labels; 0 where there is none."""
        found = re.search(rf"^{re.escape(series)} (\S+)$", self.counts(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def await_count(self, series: str, least: float) -> None:
        """Until the figure is so high."""
        for _ in range(10_000):
            if self.count(series) >= least:
                return
        raise AssertionError(f"{series} never reached {least}")

    def signal(self, sig: int = signal.SIGTERM) -> None:
        """Send it a signal."""
        self.process.send_signal(sig)

    def end(self) -> int:
        """Its exit code, once it has ended and all that it said is read."""
        code = self.process.wait(PATIENCE)
        while self._next() is not None:
            pass
        return code


@contextmanager
def serving(database_url: str, *words: str, first: str = "") -> Iterator[Serving]:
    """Serve until the block ends. `first` is Python that the process runs before it begins."""
    program = f"import sys; {first}; from fieldpo.cli import main; sys.exit(main())" if first else ""
    command = [sys.executable, *(("-c", program) if program else ("-m", "fieldpo"))]
    command += ["central", "serve", "--db", database_url, "--port", "0"]
    process = subprocess.Popen(
        [*command, "--metrics-port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    made = Serving(process)
    try:
        made.begin()
        yield made
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        made.close()
