"""Backups of central: a verified copy, what it holds, and putting one back, which begins a new epoch."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.meta import backed_up_at, begin_epoch, durable_through, say_durable
from fieldpo.central.books.migrations import is_current, migrate
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import inbox
from fieldpo.central.upkeep import backup_file
from fieldpo.central.upkeep.alone import alone
from fieldpo.errors import BadInput


@dataclass(frozen=True)
class Backup:
    """A verified backup. `durable_through` is the number of the last op in it."""

    file: Path
    durable_through: int


@dataclass(frozen=True)
class Standing:
    """What the last verified backup holds: `verified_at` is UTC, ISO 8601, None where there is none."""

    verified_at: str | None
    durable_through: int
    since: int
    """How many numbers central has given to entries after it."""


def back_up(engine: Engine, file: Path, now: dt.datetime | None = None) -> Backup:
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
            number = backup_file.check(copy)
        with file.open("rb+") as written:
            os.fsync(written.fileno())
        backup_file.write_sum(file)
    except (sqlite3.Error, OSError, BadInput) as error:
        file.unlink(missing_ok=True)
        backup_file.sum_of(file).unlink(missing_ok=True)
        raise BadInput(f"The backup does not check out ({error}) and was taken away. Try another disk.") from error
    mark(engine, number, now)
    return Backup(file, number)


def number_before_dump(engine: Engine) -> int:
    """The number of the last op that a dump begun from now on holds, with everything below it."""
    with writing(engine) as conn:
        if conn.dialect.name == "postgresql":
            # Waits for every exchange that is under way, each of which holds its device's row: one of them may have
            # drawn a number and not stored its op yet, while a later number is committed.
            conn.exec_driver_sql("LOCK TABLE device IN EXCLUSIVE MODE")
        return _last(conn)


def mark(engine: Engine, number: int, now: dt.datetime | None = None) -> None:
    """A backup verified now holds the inbox up to `number`. Raises BadInput for one that was never given out."""
    with writing(engine) as conn:
        last = _last(conn)
        if not 0 <= number <= last:
            raise BadInput(f"No entry has the number {number}: the last is {last}. Nothing was changed.")
        moment = now or dt.datetime.now(dt.UTC)
        say_durable(conn, number, stamp(moment))
        audit.note(conn, "backup", str(number), now=moment)


def standing(engine: Engine) -> Standing:
    """When a backup was last verified, and what has come since."""
    with reading(engine) as conn:
        held = durable_through(conn)
        return Standing(backed_up_at(conn), held, max(0, _last(conn) - held))


def restore(engine: Engine, file: Path | None, now: dt.datetime) -> str:
    """Put a backup back and begin a new epoch; without a file only the epoch, after pg_restore. Returns its name.

    Raises BadInput for a file that does not check out, and while another program has the database open: laptops would
    hear of the new epoch from a central that goes on as before. The database is then as it was.
    """
    with _checked(engine, file) as copy, alone(engine):
        if copy is not None:
            _put_back(engine, copy)
        if not is_current(engine):
            migrate(engine)
        with writing(engine) as conn:
            epoch = begin_epoch(conn, stamp(now), _last(conn))
            audit.note(conn, "restore", epoch, now=now)
            return epoch


@contextmanager
def _checked(engine: Engine, file: Path | None) -> Iterator[sqlite3.Connection | None]:
    """The backup, once it checks out; before anything is asked of the database, which may serve till then."""
    if file is None:
        yield None
        return
    if engine.dialect.name != "sqlite":
        raise BadInput("On PostgreSQL put the dump back with pg_restore, then run restore without a file.")
    backup_file.compare_sum(file)
    with closing(backup_file.opened(file)) as copy:
        try:
            backup_file.check(copy)
        except (sqlite3.Error, BadInput) as error:
            raise BadInput(
                f"The backup {file} cannot be put back: {error}. Central's database was not changed; "
                "take an earlier backup."
            ) from error
        yield copy


def _put_back(engine: Engine, copy: sqlite3.Connection) -> None:
    with engine.connect() as conn:
        target: Any = conn.connection.driver_connection
        try:
            copy.backup(target)
        except sqlite3.Error as error:
            raise BadInput(f"The backup was not put back: {error}. Central's database is as it was.") from error


def _last(conn: Connection) -> int:
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(inbox.c.number), 0))).scalar_one())
