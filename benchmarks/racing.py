"""Programs that race: each a process of its own that is told what to do by lines of JSON, and times itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from benchmarks.timing import Json, Stopwatch

Orders = Mapping[str, Callable[[Json], Json]]
"""What a program can be told to do, by name."""


class Program:
    """A process that answers each line with one."""

    def __init__(self, argv: Sequence[str | Path], folder: Path) -> None:
        self._process = subprocess.Popen(
            [str(one) for one in argv], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.greeting = self._heard()

    def do(self, what: str, **how: object) -> Json:
        """Tell it, and wait for what it found; `ms` is how long it took by its own clock."""
        stdin = cast("IO[str]", self._process.stdin)
        stdin.write(json.dumps({"do": what, **how}) + "\n")
        stdin.flush()
        return self._heard()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def end(self) -> None:
        """Let it end, and wait for it."""
        cast("IO[str]", self._process.stdin).close()
        self._process.wait()
        cast("IO[str]", self._process.stdout).close()

    def _heard(self) -> Json:
        line = cast("IO[str]", self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        heard: Json = json.loads(line)
        return heard


@contextmanager
def program(argv: Sequence[str | Path], folder: Path) -> Iterator[Program]:
    """A program as long as the block lasts."""
    made = Program(argv, folder)
    try:
        yield made
    finally:
        made.end()


def obey(orders: Orders) -> None:
    """Be such a program: take orders from standard input until it ends."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked: Json = json.loads(line)
        watch = Stopwatch()
        with watch.running():
            found = orders[str(asked["do"])](asked)
        print(json.dumps({**found, "ms": watch.times[0]}), flush=True)
