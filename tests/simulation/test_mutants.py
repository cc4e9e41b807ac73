"""Each deliberate defect is caught by a run of the simulation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .defect import Mutant
from .mutants import CAUGHT_BY, MUTANTS, caught, search
from .templates import workshop

SEEDS = 12
"""How many seeds a defect may escape where a change of the simulation moved the one that caught it."""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Where the runs of this file work."""
    with workshop() as folder:
        yield folder


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda one: one.name)
def test_the_checker_catches_the_defect(mutant: Mutant, place: Path) -> None:
    """A defect put in on purpose violates an invariant: in the run that is known for it, or within a few."""
    known = CAUGHT_BY.get(mutant.name, 1)
    assert caught(mutant, known, place) or search(mutant, place, SEEDS), f"{mutant.name} escaped"
