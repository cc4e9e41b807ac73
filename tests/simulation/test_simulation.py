"""Runs of the simulation: the invariants hold, the same seed gives the same trace, and no device's clock decides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .cast import ALWAYS, EVERYBODY
from .running import run
from .trouble import ELSEWHERE, KINDS
from .world import Options

STEPS = 16
CHUNK = 10
CHUNKS = 20
COMPARED = 6
"""The first seeds run twice, once with right clocks."""

WITH_SUPERVISOR = (*ALWAYS, EVERYBODY[-1])
BESIDE_HELD = (
    ("central killed", "laptop killed", "central's disk full or busy"),
    ("central's backup restored", "cloned to two laptops", "network"),
    ("central rolled back in silence", "a central that cannot tell what it lacks", "old database put back"),
)

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_invariants_hold(chunk: int, place: Path) -> None:
    """Whatever happens to laptops, network and central: after healing nothing is lost, doubled or shown to nobody."""
    for seed in range(max(COMPARED, chunk * CHUNK) + 1, (chunk + 1) * CHUNK + 1):
        outcome = run(seed, Options(STEPS), place)
        again = f"python -m tests.simulation --seed {seed} --steps {STEPS} --trace"
        assert not outcome.violations, (again, outcome.violations[:5])


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_trouble_is_survived_alone(name: str, place: Path) -> None:
    """Each trouble comes at least once in a few runs of its own, and the invariants hold."""
    met: Counter[str] = Counter()
    for seed in range(1, 9):
        outcome = run(seed, Options(STEPS, only=(name,)), place)
        assert not outcome.violations, (seed, outcome.violations[:5])
        met += outcome.met
        if met[name]:
            return
    raise AssertionError(f"{name} never came")


@pytest.mark.parametrize("trouble", BESIDE_HELD, ids=lambda some: some[0])
def test_what_supervisors_decide_is_carried_out_once(trouble: tuple[str, ...], place: Path) -> None:
    """Offline, on what their last sync showed: central does it once, or says why not, whatever goes wrong beside it."""
    options = Options(40, only=("held for a decision", *trouble), cast=WITH_SUPERVISOR)
    met: Counter[str] = Counter()
    for seed in range(1, 5):
        outcome = run(seed, options, place)
        assert not outcome.violations, (seed, outcome.violations[:5])
        met += outcome.met
    assert met["held for a decision"]


def test_trouble_that_is_not_put_in_is_named() -> None:
    """What the design lists and needs real processes or PostgreSQL says so, and is not among what is put in here."""
    assert not KINDS.keys() & ELSEWHERE.keys()
    assert set(ELSEWHERE.values()) == {"real processes", "PostgreSQL"}


@pytest.mark.parametrize("seed", range(1, COMPARED + 1))
def test_no_clock_decides_anything(seed: int, place: Path) -> None:
    """Laptops whose clocks are off by ten years get the same order and the same verdicts as laptops that are right."""
    off = run(seed, Options(STEPS), place)
    assert not off.violations, (seed, off.violations[:5])
    right = run(seed, Options(STEPS, clocks=False), place)
    assert off.trace == right.trace


def test_the_same_seed_gives_the_same_trace(place: Path) -> None:
    """Another process, with hashes of its own, goes through the same events."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", "7", "--steps", "60", "--trace"]
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-2_000:] + ended.stderr[-2_000:]
    here = "\n".join(run(7, Options(60), place).trace)
    assert ended.stdout.startswith(here)
    assert len(here) > 1_000
