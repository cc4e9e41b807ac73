"""Backups of central: a verified copy, what it holds, and putting one back, which begins a new epoch."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.database import writing
from fieldpo.central.meta import begin_epoch, durable_through, say_durable
from fieldpo.central.migrations import is_current, migrate
from fieldpo.central.partitions import stamp
from fieldpo.central.tables import inbox
from fieldpo.errors import BadInput


@dataclass(frozen=True)
class Backup:
    """A verified backup. `durable_through` is the number of the last op in it."""

    file: Path
    durable_through: int


def back_up(engine: Engine, file: Path) -> Backup:
    """Copy a SQLite database while it serves, verify the copy, and tell devices from now on what it holds.

    Raises BadInput where the file is there already, cannot be written, or does not check out; for PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        raise BadInput(
            "On PostgreSQL use pg_dump between backup --number and backup --mark; docs/central.md tells how."
        )
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BadInput(f"The backup {file} cannot be made: {error.strerror}. Nothing was written.") from error
    try:
        with closing(sqlite3.connect(file)) as copy:
            with engine.connect() as conn:
                source: Any = conn.connection.driver_connection
                source.backup(copy)
            number = _verified(copy)
        with file.open("rb+") as written:
            os.fsync(written.fileno())
    except (sqlite3.Error, OSError, BadInput) as error:
        file.unlink(missing_ok=True)
        raise BadInput(f"The backup does not check out ({error}) and was taken away. Try another disk.") from error
    mark(engine, number)
    return Backup(file, number)


def number_before_dump(engine: Engine) -> int:
    """The number of the last op that a dump begun from now on holds, with everything below it."""
    with writing(engine) as conn:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("LOCK TABLE inbox IN SHARE MODE")  # waits for who drew a number and has not committed
        return _last(conn)


def mark(engine: Engine, number: int) -> None:
    """A verified backup holds the inbox up to `number`. Raises BadInput for one that was never given out."""
    with writing(engine) as conn:
        last = _last(conn)
        if not 0 <= number <= last:
            raise BadInput(f"No entry has the number {number}: the last is {last}. Nothing was changed.")
        if number > durable_through(conn):
            say_durable(conn, number)


def restore(engine: Engine, file: Path | None, now: dt.datetime) -> str:
    """Put a backup back and begin a new epoch; without a file only the epoch, after pg_restore. Returns its name.

    Stop central first. Raises BadInput for a file that does not check out: the database is then as it was.
    """
    if file is not None:
        _put_back(engine, file)
    if not is_current(engine):
        migrate(engine)
    with writing(engine) as conn:
        return begin_epoch(conn, stamp(now), _last(conn))


def _put_back(engine: Engine, file: Path) -> None:
    if engine.dialect.name != "sqlite":
        raise BadInput("On PostgreSQL put the dump back with pg_restore, then run restore without a file.")
    if not file.is_file():
        raise BadInput(f"There is no backup {file}. Nothing was changed.")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            _verified(copy)
            with engine.connect() as conn:
                target: Any = conn.connection.driver_connection
                copy.backup(target)
    except (sqlite3.Error, BadInput) as error:
        raise BadInput(f"The backup {file} cannot be put back: {error}. Is central stopped?") from error


def _last(conn: Connection) -> int:
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(inbox.c.number), 0))).scalar_one())


def _verified(copy: sqlite3.Connection) -> int:
    """The last op's number of a copy that checks out."""
    said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise BadInput(f"it is damaged: {said}")
    if copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'inbox'").fetchone()[0] == 0:
        raise BadInput("it is not central's")
    return int(copy.execute("SELECT coalesce(max(number), 0) FROM inbox").fetchone()[0])
