"""The deliberate defects: the checker is only worth what it catches of these."""

from __future__ import annotations

from pathlib import Path

from . import mutants_at_central, mutants_on_laptops  # noqa: F401 - they declare them
from .defect import MUTANTS, Mutant
from .running import run
from .world import Options

__all__ = ["CAUGHT_BY", "MUTANTS", "STEPS", "caught", "search"]

STEPS = 60
"""Of the runs that catch a defect."""

CAUGHT_BY = {
    "released and rejected": 8,
    "clock ordering": 2,
    "verdict not stored": 1,
    "verdict in a transaction of its own": 4,
    "group split": 1,
    "known through falls": 1,
    "child before its parent": 1,
    "losing value not kept": 1,
    "upgrade answered with changes": 1,
    "page cut short": 1,
    "durable through one too high": 6,
    "the same version taken for the same record": 12,
    "transfer that tells nobody": 1,
    "seen off by one": 1,
    "cover that never ends": 3,
    "cursor before data": 4,
    "acknowledge before commit": 3,
    "drop on 4xx": 1,
    "parked op forgotten": 1,
    "base overwritten by a pull": 2,
    "retry that recuts bytes": 2,
    "hash not updated on leave": 1,
    "purge before the ops are done": 2,
    "restored central goes unnoticed": 1,
    "revoked partition stays": 6,
    "one bad op stops the queue": 1,
    "view without waiting ops": 6,
    "hash updated and the row not": 3,
    "index kept after a purge": 1,
    "a roll back goes unnoticed": 1,
}
"""The first seed that catches each, as `--mutants` printed it: a change of the simulation moves them."""


def caught(mutant: Mutant, seed: int, place: Path) -> list[str]:
    """What the checker finds wrong in one run with the defect; empty where it escapes."""
    with mutant.put_in():
        outcome = run(seed, Options(STEPS, only=mutant.trouble), place)
        if outcome.violations or not mutant.clocks:
            return outcome.violations
        right = run(seed, Options(STEPS, clocks=False, only=mutant.trouble), place)
    return ["a device's clock has decided something"] if right.digest != outcome.digest else []


def search(mutant: Mutant, place: Path, seeds: int) -> tuple[int, list[str]] | None:
    """The first seed that catches the defect, and what was found; None where it escapes so many."""
    for seed in range(1, seeds + 1):
        if found := caught(mutant, seed, place):
            return seed, found
    return None
