"""Central's engine by URL, the same to every caller on SQLite and on PostgreSQL.

SQLite: WAL, synchronous=FULL, and writers take the write lock at BEGIN. PostgreSQL: psycopg, READ COMMITTED;
a partition's writes go one after another through its counter row, so nothing stronger is needed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from fieldpo.errors import BadInput
from fieldpo.folding import Folding

_WRITES, _FOLDING = "fieldpo_writes", "fieldpo_folding"
_CHECKPOINT_PAGES = 32 * 2**20 // 4096
"""Where a commit itself moves the log into the database, and its device waits for it: long after `Folding`."""
_KEPT_LOG = 2**20
"""What the log's file keeps once all of it has been moved, so that its size tells `Folding` how much is in it."""
BUSY_MS = 30_000
"""How long a writer on SQLite waits for another before its request is answered `retry`."""


def open_database(url: str, connections: int = 30) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`, with at most so many connections open at a time.

    Raises BadInput for any other URL.
    """
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise BadInput(
            "The database URL cannot be read: give sqlite:///path or postgresql://host/name. Nothing was changed."
        ) from None
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(address, connections)
    if backend in ("postgresql", "postgres"):
        return sa.create_engine(
            address.set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",
            pool_size=min(10, connections),
            max_overflow=max(0, connections - 10),
            pool_pre_ping=True,
            hide_parameters=True,
        )
    raise BadInput(
        f"A {backend} database cannot hold central: give sqlite:///path or postgresql://… Nothing was changed."
    )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write; on SQLite it holds the write lock from its first moment."""
    with engine.connect().execution_options(**{_WRITES: True}) as conn, conn.begin():
        yield conn
    folding: Folding | None = engine.get_execution_options().get(_FOLDING)
    if folding is not None:
        folding.look()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, all of it one snapshot."""
    with engine.connect() as conn:
        if conn.dialect.name == "postgresql":
            conn = conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)  # noqa: PLW2901
        with conn.begin():
            yield conn


def _open_sqlite(address: sa.URL, connections: int) -> Engine:
    if address.database and address.database != ":memory:":
        folder = Path(address.database).parent
        if not folder.is_dir():
            raise BadInput(f"The folder of the database does not exist: {folder}. Make it first.")
        _make_private(Path(address.database))
    engine = sa.create_engine(
        address.set(drivername="sqlite+pysqlite"),
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
        poolclass=sa.QueuePool,
        pool_size=min(10, connections),
        max_overflow=max(0, connections - 10),
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if address.database and address.database != ":memory:":
        engine.update_execution_options(**{_FOLDING: Folding(Path(address.database), partial(_fold, engine))})
    return engine


def _fold(engine: Engine) -> None:
    """Move what stands in the log now into the database."""
    with contextlib.suppress(sa.exc.SQLAlchemyError), engine.connect() as conn:  # else a commit does it
        raw: Any = conn.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(PASSIVE)").close()


def _make_private(file: Path) -> None:
    """A new database readable by its owner only, whatever the umask; SQLite gives its log files the same mode."""
    with contextlib.suppress(OSError):  # one that stands, or a folder that refuses: SQLite says what is wrong
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    raw: Any = connection
    raw.isolation_level = None  # BEGIN is ours, below; else DDL and savepoints would commit on their own
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "temp_store=MEMORY",
        "cache_size=-65536",
        f"journal_size_limit={_KEPT_LOG}",
        f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
    ):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(conn: Connection) -> None:
    writes = conn.get_execution_options().get(_WRITES, False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
