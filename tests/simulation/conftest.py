"""One workshop for all runs of a test session: what they begin with is made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .cast import EVERYBODY
from .templates import workshop
from .world import Options, Simulation


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """Where runs work."""
    with workshop() as folder:
        yield folder


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Simulation]:
    """All laptops and central, with nothing going wrong."""
    (tmp_path / "run").mkdir()
    made = Simulation(1, Options(10, only=(), cast=EVERYBODY), tmp_path / "run")
    with made.seams.held():
        made.set_up()
        yield made
        for one in made.laptops:
            one.crash()
        made.agency.stop()
