"""kill -9 of laptops' programs and of central at random moments, while entries are typed and sent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .kills import run
from .postgres import Postgres


@pytest.mark.parametrize(
    ("database", "rounds"), [("sqlite", 2), pytest.param("postgresql", 1, marks=pytest.mark.postgres)]
)
def test_nothing_typed_is_lost_or_doubled_by_kills(
    database: str, rounds: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three laptops on two caseloads, each program and central killed: every text stands once, every hash is equal.

    The seed is printed: `python -m tests.faults --seed S --rounds N` draws the same moments.
    """
    url = ""
    if database == "postgresql":
        server: Postgres = request.getfixturevalue("server")
        url = server.database()
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - shown where it fails
    outcome = run(tmp_path, seed, rounds, url)
    assert outcome.problems == []
    assert (
        outcome.laptops_killed == 6 * rounds
    )  # in each round every program in the midst of it, and at the round's end
    assert outcome.central_killed == rounds
    assert outcome.typed > outcome.laptops_killed
