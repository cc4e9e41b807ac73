"""Each deliberate defect is caught by a run of the simulation within a few seeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .mutants import MUTANTS, Mutant
from .running import Options, run
from .templates import workshop

STEPS = 70


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Where the runs of this file work."""
    with workshop() as folder:
        yield folder


def caught_by(mutant: Mutant, place: Path) -> tuple[int, list[str]] | None:
    """The first seed in whose run the checker finds something wrong, and what; None where all stays quiet."""
    for seed in range(1, mutant.seeds + 1):
        with mutant.put_in():
            outcome = run(seed, Options(STEPS, only=mutant.trouble), place)
        if outcome.violations:
            return seed, outcome.violations
        if mutant.clocks:
            with mutant.put_in():
                right = run(seed, Options(STEPS, clocks=False, only=mutant.trouble), place)
            if right.digest != outcome.digest:
                return seed, ["a device's clock has decided something"]
    return None


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda one: one.name)
def test_the_checker_catches_the_defect(mutant: Mutant, place: Path) -> None:
    """A defect put in on purpose violates an invariant within its budget of seeds."""
    assert caught_by(mutant, place) is not None
