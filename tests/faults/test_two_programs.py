"""Two programs on one vault: both save, one syncs, the other says so, and Ctrl+C ends a sync at any moment."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.filled_vault import PASSPHRASE
from tests.pty.terminal import Terminal

from .central_process import PATIENCE
from .commands import begin, checkin, env, one_sentence, run
from .ground import Ground
from .laptops import Laptop, Stable, listen
from .network import Network, between
from .whole import problems

VAULT, INTERRUPTED = 5, 130


@pytest.fixture(scope="module")
def network(field: Ground) -> Iterator[Network]:
    """What lies between the laptop and central."""
    with between(field.process.url) as one:
        yield one


@pytest.fixture(scope="module")
def laptop(field: Ground, network: Network) -> Laptop:
    """A laptop."""
    return field.enrol(field.officer("reyes"), url=network.url)


def logged(laptop: Laptop, words: str) -> None:
    """The command said that this is saved."""
    laptop.typed.append(words)
    laptop.saved.add(words)


def test_commands_beside_a_program_that_types_and_syncs(field: Ground, laptop: Laptop, tmp_path: Path) -> None:
    """Two check-ins at once beside it are both saved; a sync beside it runs, or says who does and exits with 5."""
    with closing(Stable()) as stable:
        stable.start(laptop, random.Random(3))
        programs = [begin(laptop, tmp_path, *checkin(laptop)) for _ in range(2)]
        syncing = begin(laptop, tmp_path, "sync")
        for number, program in enumerate(programs):
            assert program.stdin is not None
            program.stdin.write(f"check-in {number}")
            program.stdin.close()
        while any(program.poll() is None for program in (*programs, syncing)):
            listen([laptop], 0.02)
        laptop.kill()
    for number, program in enumerate(programs):
        with program:
            assert program.returncode == 0, program.stderr.read() if program.stderr else ""
        logged(laptop, f"check-in {number}")
    with syncing:
        said = syncing.stderr.read() if syncing.stderr else ""
    assert syncing.returncode in (0, 4) or (syncing.returncode == VAULT and "syncing this vault right now" in said)
    assert [why for why in laptop.broke if not why.startswith("AlreadySyncing")] == []
    laptop.broke.clear()
    assert problems(field) == []


def test_the_second_sync_says_so_and_control_c_ends_the_first(
    field: Ground, laptop: Laptop, network: Network, tmp_path: Path
) -> None:
    """While one waits for an answer that never comes, another exits with 5; the first ends at once, with 130."""
    with laptop.opened() as vault:
        laptop.type(vault, "waits for its answer")
    network.fates, network.outlasted = ["one direction"], []
    network.endures = 25.0  # two commands come first; at 30 s the exchange would end by itself
    network.met.clear()
    with begin(laptop, tmp_path, "sync") as first:
        ends = time.monotonic() + PATIENCE
        while not network.met:
            assert time.monotonic() < ends
            time.sleep(0.01)
        code, _, said = run(laptop, tmp_path, "sync")
        assert (code, one_sentence(said), "syncing this vault right now" in said) == (VAULT, True, True), said
        code, out, _ = run(laptop, tmp_path, "sync", "--json")
        assert (code, json.loads(out)["exit_code"]) == (VAULT, VAULT)
        first.send_signal(signal.SIGINT)
        out, said = first.communicate(timeout=PATIENCE)
    assert (first.returncode, network.outlasted) == (INTERRUPTED, [])
    assert "What was not sent is kept" in out
    assert "Traceback" not in said
    assert problems(field) == []


def test_the_app_and_a_command(field: Ground, laptop: Laptop, tmp_path: Path) -> None:
    """With the app open on the vault a check-in from the shell is saved, and sent by the one or the other."""
    import sys

    environ = env(laptop, tmp_path)
    del environ["FIELDPO_PASSPHRASE_FILE"]
    app = Terminal([sys.executable, "-m", "fieldpo"], environ)
    try:
        app.until("assphrase")
        app.press(PASSPHRASE + "\r")
        app.until("TODAY")
        code, _, said = run(laptop, tmp_path, *checkin(laptop), note="beside the app")
        assert code == 0, said
        logged(laptop, "beside the app")
        code, _, said = run(laptop, tmp_path, "sync")
        assert code == 0 or "syncing this vault right now" in said, said
        app.press("\x11")
        assert app.end() == 0
    finally:
        app.close()
    assert problems(field) == []
