"""Bare `fieldpo`: a small launcher that never holds a secret, and a child that does.

Lock ends the child, because a key and notes stay in a process's memory after the database is closed; the
launcher then starts a fresh one, which shows Unlock. It waits and does nothing else.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

from fieldpo.cli import APP_PROCESS

LOCKED: Final = frozenset({10, 11})
"""The exit codes of `fieldpo.screens.leaving` by which the app asks for a fresh process."""


def run(start: Callable[[int], int] | None = None) -> int:
    """Start the app, and again each time that it locks itself. Returns the exit code of the last.

    `start` takes the exit code of the process before (0 at first) and returns the next one's.
    """
    begin = start or _start()
    code = begin(0)
    while code in LOCKED:
        code = begin(code)
    return code


def _start() -> Callable[[int], int]:
    return _fork if hasattr(os, "fork") and sys.platform != "darwin" else _spawn


def run_app(locked_because: int) -> int:
    """What the child does."""
    gc.disable()  # until the app has painted and loaded what it needs: 15 ms sooner on the screen
    # Esc differs from an arrow key by what follows; Textual would wait 100 ms for that. Over a slow line: ESCDELAY=100.
    os.environ.setdefault("ESCDELAY", "25")
    from fieldpo.store.opening.hardening import harden

    harden()
    from fieldpo.app import run as run_the_app

    return run_the_app(locked_because)


def _spawn(before: int) -> int:
    import subprocess

    return subprocess.call([sys.executable, "-m", "fieldpo", APP_PROCESS, str(before)])


def _fork(before: int) -> int:
    """A copy of this process, which has loaded next to nothing: 30 ms sooner than a new interpreter."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            from fieldpo.cli import main

            code = main([APP_PROCESS, str(before)])
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return _wait(pid)


def _wait(pid: int) -> int:
    """Wait for the child; what would end the launcher is passed on, so that the terminal is put back."""

    def pass_on(number: int, _: object) -> None:
        os.kill(pid, number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the child itself
    try:
        _, status = os.waitpid(pid, 0)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
