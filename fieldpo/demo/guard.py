"""Sees to it that nothing is left of a demo that ended in any way, SIGKILL among them. Standard library only.

    python guard.py FOLDER [COMMAND …]

Runs COMMAND, if any, until standard input ends, as it does when the demo closes it or dies. Then the command is
ended and FOLDER, if not empty, removed. Signals for the demo's terminal do not concern it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

GRACE = 8.0
"""Seconds that the command has to end by itself."""
REMOVING = 15.0
"""Seconds that removing is tried again while somebody still writes into the folder."""


def main(argv: Sequence[str]) -> int:
    """Guard a folder and a command; returns 0."""
    folder, command = argv[0], list(argv[1:])
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _disregard)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL) if command else None
    _let_go(1)  # the command alone holds its output, so that its reader sees when it ends
    sys.stdin.buffer.read()
    if child is not None:
        _end(child)
    if folder:
        remove(Path(folder))
    return 0


def _disregard(_: int, __: object) -> None:
    # Not SIG_IGN, which the command would inherit.
    return


def _let_go(descriptor: int) -> None:
    # Closing sys.stdout would leave the descriptor itself open.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def remove(folder: Path) -> None:
    """Remove a folder with everything in it, again while others that are ending still write into it."""
    until = time.monotonic() + REMOVING
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists() or time.monotonic() > until:
            return
        time.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
