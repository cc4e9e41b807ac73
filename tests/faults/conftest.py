"""What the faults' tests share: a central process with a laptop, and PostgreSQL once for each worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from .ground import Ground, ground
from .postgres import Postgres, postgres

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """PostgreSQL, made once for each worker."""
    with postgres() as one:
        yield one


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A central process on SQLite and its laptops, for all tests of a file."""
    with ground(tmp_path_factory.mktemp("field")) as made:
        yield made
