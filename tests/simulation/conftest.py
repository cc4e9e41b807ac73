"""One workshop for all runs of a test session: what they begin with is made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .templates import workshop


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """Where runs work."""
    with workshop() as folder:
        yield folder
