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

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.meta import backed_up_at, begin_epoch, durable_through, say_durable
from fieldpo.central.books.migrations import is_current, migrate
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import inbox
from fieldpo.central.upkeep import backup_file
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

    Stop central first. Raises BadInput for a file that does not check out, and on PostgreSQL while another program is
    connected: the database is then as it was.
    """
    if file is not None:
        _put_back(engine, file)
    _refuse_served(engine)
    if not is_current(engine):
        migrate(engine)
    with writing(engine) as conn:
        epoch = begin_epoch(conn, stamp(now), _last(conn))
        audit.note(conn, "restore", epoch, now=now)
        return epoch


def _refuse_served(engine: Engine) -> None:
    """An epoch begun under a central that serves would have every laptop believe that it went back."""
    if engine.dialect.name != "postgresql":
        return
    with reading(engine) as conn:
        others = conn.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        ).scalar_one()
    if others:
        raise BadInput(
            f"{others} other connections to this database are open: stop central first, and whatever else reads it. "
            "Nothing was changed."
        )


def _put_back(engine: Engine, file: Path) -> None:
    if engine.dialect.name != "sqlite":
        raise BadInput("On PostgreSQL put the dump back with pg_restore, then run restore without a file.")
    backup_file.compare_sum(file)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            try:
                backup_file.check(copy)
            except (sqlite3.Error, BadInput) as error:
                raise BadInput(
                    f"The backup {file} cannot be put back: {error}. Central's database was not changed; "
                    "take an earlier backup."
                ) from error
            with engine.connect() as conn:
                target: Any = conn.connection.driver_connection
                copy.backup(target)
    except sqlite3.Error as error:
        raise BadInput(
            f"The backup {file} was not put back: {error}. Central's database is as it was; is central stopped?"
        ) from error


def _last(conn: Connection) -> int:
    return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(inbox.c.number), 0))).scalar_one())
