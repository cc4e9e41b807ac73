"""The deliberate defects: the checker is only worth what it catches of these."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from . import (  # noqa: F401 - they declare them
    mutants_at_central,
    mutants_of_teams,
    mutants_on_held,
    mutants_on_laptops,
    mutants_on_logs,
)
from .defect import MUTANTS, Mutant
from .running import run
from .world import Options

__all__ = ["CAUGHT_BY", "MUTANTS", "STEPS", "broken", "caught", "search"]

STEPS = 60
"""Of the runs that catch a defect."""

CAUGHT_BY = {
    "clock ordering": 6,
    "verdict not stored": 1,
    "verdict in a transaction of its own": 4,
    "group split": 1,
    "known through falls": 1,
    "child before its parent": 1,
    "losing value not kept": 1,
    "upgrade answered with changes": 1,
    "page cut short": 3,
    "durable through too high": 23,
    "the same version taken for the same record": 37,
    "transfer that tells nobody": 1,
    "seen off by one": 1,
    "cover that never ends": 6,
    "released and rejected": 18,
    "refused and applied": 2,
    "note put in order": 1,
    "whose caseload it is": 1,
    "superseded op applied after a restore": 1,
    "undo of a lost edit asks again": 9,
    "queue that only grows": 1,
    "queue of everybody": 5,
    "case for a month": 3,
    "case that moved is still read": 57,
    "hash of the whole caseload": 3,
    "decision carried out twice": 5,
    "decision done before it is carried out": 1,
    "decision forgotten after a crash": 5,
    "matched with somebody else": 7,
    "cursor before data": 36,
    "acknowledge before commit": 2,
    "drop on 4xx": 1,
    "parked op forgotten": 1,
    "base overwritten by a pull": 10,
    "retry that recuts bytes": 1,
    "hash not updated on leave": 1,
    "purge before the ops are done": 3,
    "restored central goes unnoticed": 1,
    "revoked partition stays": 4,
    "one bad op stops the queue": 1,
    "view without waiting ops": 3,
    "hash updated and the row not": 1,
    "index kept after a purge": 1,
    "a roll back goes unnoticed": 1,
    "counts tell histories apart": 1,
    "replaced goes first": 1,
    "old epochs verdicts count": 1,
    "sent as it comes": 1,
    "another lifes log for ones own": 1,
    "log row skipped": 1,
    "log sent is log kept": 1,
    "one row for each place": 1,
    "hash of the row alone": 1,
    "fork of a log untold": 1,
}
"""The first seed that catches each, as `--mutants` printed it: a change of the simulation moves them."""


def caught(mutant: Mutant, seed: int, place: Path) -> list[str]:
    """What the checker finds wrong in one run with the defect; empty where it escapes."""
    options = Options(STEPS, only=mutant.trouble)
    with mutant.put_in():
        outcome = run(seed, options, place)
    if mutant.breaks not in _COMPARED:
        return outcome.violations
    with mutant.put_in():
        other = run(seed, replace(options, clocks=mutant.breaks != CLOCKS), place)
    return [f"{mutant.breaks}: {_COMPARED[mutant.breaks]}"] if other.digest != outcome.digest else []


CLOCKS = 18
_COMPARED = {CLOCKS: "a device's clock has decided something", 20: "the same seed gave another trace"}
"""Invariants of two runs, not of one."""


def search(mutant: Mutant, place: Path, seeds: int) -> tuple[int, list[str]] | None:
    """The first seed that catches the defect by its invariant, and what was found; None where it escapes so many."""
    for seed in range(1, seeds + 1):
        found = caught(mutant, seed, place)
        if mutant.breaks in broken(found):
            return seed, found
    return None


def broken(found: list[str]) -> set[int]:
    """The invariants that were violated: each sentence begins with its number."""
    return {int(one.partition(":")[0]) for one in found}
