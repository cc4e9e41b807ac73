"""Opens the app on a training ground and waits for it; what ends the demo ends the app first."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from fieldpo.demo.ground import Ground

GRACE = 8.0
"""Seconds that the app has to keep its drafts and put the terminal back."""


class Ended(SystemExit):
    """A signal asked the demo to end. Its code is 128 and the signal's number, as shells have it."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


@contextlib.contextmanager
def ending_by_signal() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the program like Ctrl+C does, so that everything is put away."""

    def end(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)  # once is enough; a second must not break off the putting away
        raise Ended(number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def open_app(ground: Ground) -> int:
    """Run the app until it is left; it is started anew each time it locks itself. Returns its exit code."""
    from fieldpo.cli import launch

    return launch.run(lambda before: _window(ground, before))


def _window(ground: Ground, before: int) -> int:
    alive, ours = os.pipe() if os.name == "posix" else (-1, -1)
    command = [sys.executable, "-m", "fieldpo.demo.window", str(before), str(alive)]
    try:
        app = subprocess.Popen(
            command, env={**os.environ, **ground.env}, pass_fds=(alive,) if alive >= 0 else (), close_fds=True
        )
        try:
            return _wait(app)
        except BaseException:
            _end(app)
            raise
    finally:
        for each in (alive, ours):
            if each >= 0:
                os.close(each)


def _wait(app: subprocess.Popen[bytes]) -> int:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells the app itself
    try:
        code = app.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return 128 - code if code < 0 else code


def _end(app: subprocess.Popen[bytes]) -> None:
    app.terminate()
    try:
        app.wait(GRACE)
    except subprocess.TimeoutExpired:
        app.kill()
        app.wait()
