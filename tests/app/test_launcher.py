"""`fieldpo` on a real terminal: the process that held the key ends when it locks, and a fresh one shows Unlock."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from fieldpo.cli import launch
from fieldpo.paths import paths
from tests.filled_vault import PASSPHRASE, Template, open_copy

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")


@pytest.fixture
def terminal(empty_template: Template, fieldpo_home: Path) -> Iterator[pexpect.spawn]:
    """`fieldpo` on an 80x24 terminal, before a vault without records."""
    open_copy(empty_template, paths().data).close()
    variables = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_LOG": str(fieldpo_home / "log")}
    child = pexpect.spawn(sys.executable, ["-m", "fieldpo"], env=variables, dimensions=(24, 80), timeout=30)
    yield child
    child.close(force=True)


def children(pid: int) -> list[str]:
    """The processes that a process has started, where the system tells."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return told.read_text().split() if told.exists() else []


def test_lock_ends_the_process_and_a_fresh_one_asks_again(terminal: pexpect.spawn, fieldpo_home: Path) -> None:
    """ctrl+l after unlocking: another process shows Unlock; ctrl+q then ends all of it with 0; no keystroke log."""
    terminal.expect("passphrase")
    held = children(terminal.pid)
    terminal.send(PASSPHRASE + "\r")
    terminal.expect("TODAY")
    terminal.send("\x0c")
    terminal.expect("passphrase")
    assert held == [] or children(terminal.pid) != held
    terminal.send("\x11")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert not (fieldpo_home / "log").exists()


def test_the_launcher_starts_again_only_after_a_lock() -> None:
    """It passes on why, and returns any other code."""
    codes = iter([10, 11, 3])
    seen: list[int] = []

    def start(before: int) -> int:
        seen.append(before)
        return next(codes)

    assert launch.run(start) == 3
    assert seen == [0, 10, 11]


def test_a_spawned_child_ends_with_its_own_code(fieldpo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no fork, the child is a new interpreter; what it says of a wrong setting is its exit code."""
    paths().config.mkdir(parents=True)
    (paths().config / "config.toml").write_text('theme = "pink"\n')
    assert launch._spawn(0) == 2


def test_the_launcher_holds_nothing_heavy() -> None:
    """What waits for the child has loaded neither Textual nor the vault."""
    done = pexpect.run(
        f'{sys.executable} -c "import sys, fieldpo.cli.launch; print([m for m in sys.modules if m.startswith('
        "('textual', 'rich', 'sqlalchemy', 'fieldpo.store'))])\"",
        timeout=30,
    )
    assert done.strip() == b"[]"
