"""Each deliberate defect is caught by a run of the simulation."""

from __future__ import annotations

from pathlib import Path

import pytest

from .defect import Mutant
from .mutants import CAUGHT_BY, MUTANTS, broken, caught, search

SEEDS = 12
"""How many seeds a defect may escape where a change of the simulation moved the one that caught it."""


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda one: one.name)
def test_the_checker_catches_the_defect(mutant: Mutant, place: Path) -> None:
    """A defect put in on purpose violates its invariant: in the run that is known for it, or within a few."""
    known = CAUGHT_BY.get(mutant.name, 1)
    found = broken(caught(mutant, known, place))
    assert mutant.breaks in found or search(mutant, place, SEEDS), f"{mutant.name} escaped {mutant.breaks}: {found}"


def test_each_invariant_has_a_defect() -> None:
    """No check is there that nothing was ever seen to fail."""
    assert {one.breaks for one in MUTANTS.values()} == set(range(1, 22))


def test_the_page_names_every_defect() -> None:
    """The table of docs/simulation.md has each defect in the row of the invariant that it breaks."""
    page = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")
    rows = {line.split(" ")[1]: line for line in page.splitlines() if line.startswith("| ")}
    assert [one.name for one in MUTANTS.values() if one.name not in rows[str(one.breaks)]] == []
