"""First paint of `fieldpo` on a computer with a vault, against a minimal Textual app, turn by turn."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.screen import ENVIRONMENT, Screen
from benchmarks.timing import Result, ratio, summary
from tests.filled_vault import empty_vault

RUNS = 20
MINIMAL = """
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    def compose(self):
        yield Static("painted")

Minimal().run()
"""


def run() -> Result:
    """Time both to the first words on the screen."""
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        home, minimal = Path(folder) / "home", Path(folder) / "minimal.py"
        minimal.write_text(MINIMAL)
        empty_vault(home / "data").close()
        env = {**ENVIRONMENT, "FIELDPO_HOME": str(home), "TERM": "xterm-256color"}
        for turn in range(RUNS + 1):
            for times, command, words in (
                (ours, [sys.executable, "-m", "fieldpo"], b"passphrase"),
                (theirs, [sys.executable, str(minimal)], b"painted"),
            ):
                screen = Screen(command, env)
                try:
                    taken = screen.milliseconds_until(words)
                finally:
                    screen.end()
                if turn:  # the first warms the disk's cache
                    times.append(taken)
    numbers = {"fieldpo": summary(ours), "minimal_textual": summary(theirs), "ratio": ratio(ours, theirs)}
    return Result("≤ 1.2 × a minimal Textual app", numbers)
