"""Brings central's database up to date: numbered steps, one transaction each, on SQLite and PostgreSQL alike.

Each part of central lists its own steps and numbers them by their place in the list, from 1. A step, once
released, never changes: a new one follows it. Parts are brought up to date in the order below.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import audit, auth_schema, core_schema, team_tables
from fieldpo.central.books.database import reading, writing
from fieldpo.errors import BadInput

Step = Callable[[Connection], None]

MIGRATIONS: Sequence[tuple[str, Sequence[Step]]] = (
    ("core", core_schema.STEPS),
    ("auth", auth_schema.STEPS),
    ("audit", audit.STEPS),
    ("teams", team_tables.STEPS),
)

_ONE_AT_A_TIME = 4_611_001
"""The key of the advisory lock that lets one program migrate a PostgreSQL database at a time."""


def migrate(engine: Engine) -> int:
    """Run the steps that this database lacks and tell how many they were.

    Raises BadInput for a database that a newer fieldpo has migrated; it is left as it was.
    """
    with writing(engine) as conn:
        _lock(conn)
        conn.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS schema_migration ("
            " part TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, applied_at TEXT NOT NULL,"
            " PRIMARY KEY (part, number))"
        )
    done = 0
    for part, steps in MIGRATIONS:
        for number, step in enumerate(steps, start=1):
            with writing(engine) as conn:
                _lock(conn)
                if _applied(conn, part) >= number:
                    continue
                step(conn)
                conn.execute(
                    sa.text("INSERT INTO schema_migration VALUES (:part, :number, :name, :at)"),
                    {
                        "part": part,
                        "number": number,
                        "name": getattr(step, "__name__", "step"),
                        "at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
                    },
                )
                done += 1
    _refuse_newer(engine)
    return done


def is_current(engine: Engine) -> bool:
    """Whether the database has every step; False also for one that was never initialised."""
    with reading(engine) as conn:
        if not sa.inspect(conn).has_table("schema_migration"):
            return False
        return all(_applied(conn, part) >= len(steps) for part, steps in MIGRATIONS)


def _refuse_newer(engine: Engine) -> None:
    with reading(engine) as conn:
        for part, steps in MIGRATIONS:
            if _applied(conn, part) > len(steps):
                raise BadInput("This database was made by a newer fieldpo: install that version. Nothing was changed.")


def _applied(conn: Connection, part: str) -> int:
    highest = conn.execute(
        sa.text("SELECT COALESCE(MAX(number), 0) FROM schema_migration WHERE part = :part"), {"part": part}
    ).scalar_one()
    return int(highest)


def _lock(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
