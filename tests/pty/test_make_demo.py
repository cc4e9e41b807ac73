"""`make demo` in a real terminal."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldpo.demo.ground import PASSPHRASE
from tests.demo.leftovers import assert_nothing_left, demo_env, fieldpo, folders, processes
from tests.pty.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a pty and /proc")
QUIT, SAVE = "\x11", "\x13"


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Where the demo makes its folder."""
    return tmp_path / "scratch"


ROOT = Path(__file__).parents[2]
MAKE = shutil.which("make")


@pytest.fixture
def make_demo(scratch: Path) -> Iterator[Terminal]:
    """`make demo` itself, small, in the environment that these tests run in."""
    if MAKE is None:
        pytest.skip("there is no make on this machine")
    command = [MAKE, "--no-print-directory", "-C", str(ROOT), "demo", f"DEMO_VENV={sys.prefix}"]
    terminal = Terminal([*command, "ARGS=--clients 20 --years 1"], demo_env(scratch))
    yield terminal
    terminal.close()


@pytest.fixture
def demo(scratch: Path) -> Iterator[Terminal]:
    """A small demo in a terminal of 120 columns and 40 lines."""
    terminal = Terminal(fieldpo("demo", "--clients", "20", "--years", "1"), demo_env(scratch))
    yield terminal
    terminal.close()


ROWS = {"> Kind": "f", "> Place": "o", "> Outcome": "r", "> Template": "1"}
"""What is answered in each row of the form; which of them the appointment left open depends on the day."""
LAST_ROW = "> Next appt"


def log_an_office_report(demo: Terminal) -> None:
    """Answer row after row, and make the next appointment in a week."""
    while (row := demo.until_any(*ROWS, LAST_ROW)) != LAST_ROW:
        demo.press(ROWS[row])
        demo.until_gone(row)
    demo.press("1")
    demo.until("Reported as directed", "[1 one wk")


def test_an_officer_tries_the_demo(make_demo: Terminal, scratch: Path) -> None:
    """It says what it prepares, opens, shows its passphrase; a contact is logged by keys, and quitting leaves nothing.

    The app is on screen with the lines before it as the only wait.
    """
    demo = make_demo
    demo.until("Making central's database", "Enrolling a laptop")
    demo.until("passphrase is: " + PASSPHRASE)
    assert folders(scratch)
    assert processes(scratch)
    demo.press(PASSPHRASE + "\r")
    demo.until("THIS WEEK", "WHY  ", "LAST  ")  # a row is under the cursor, and n means its client
    demo.press("n")
    demo.until("LOG CONTACT", "> ")
    log_an_office_report(demo)
    demo.press(SAVE)
    demo.until("TODAY", "Saved")
    demo.press(QUIT)
    assert demo.end() == 0
    assert b"Nothing is left." in demo.written
    assert_nothing_left(scratch)


def test_a_closed_terminal_ends_everything(demo: Terminal, scratch: Path) -> None:
    """SIGHUP, as a closing terminal window sends, ends app, central and folder."""
    demo.until("passphrase is: " + PASSPHRASE)
    os.kill(demo.program.pid, signal.SIGHUP)
    assert demo.end() == 128 + signal.SIGHUP
    assert_nothing_left(scratch)


def test_a_killed_demo_leaves_nothing(demo: Terminal, scratch: Path) -> None:
    """SIGKILL gives the demo no chance to put away; its guards do it."""
    demo.until("passphrase is: " + PASSPHRASE)
    demo.program.kill(signal.SIGKILL)
    demo.end()
    assert_nothing_left(scratch)


def test_control_c_while_it_prepares(scratch: Path) -> None:
    """Ctrl+C before the app is open ends with 130 and leaves nothing."""
    demo = Terminal(fieldpo("demo", "--clients", "400"), demo_env(scratch))
    try:
        demo.until("Making up 400 clients")
        demo.press("\x03")
        assert demo.end() == 130
    finally:
        demo.close()
    assert_nothing_left(scratch)
