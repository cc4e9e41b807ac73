"""The observer of central's own hand: triggers in central's database, which note what central wrote in nobody's name.

A note stands or falls with the transaction that it tells of, through crashes and backups alike, and no line of
central's is touched for it. Copies for a team are left out: they are reckoned anew by `judging_teams`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

_WROTE = """
    CREATE TRIGGER witness_{name} AFTER {act} ON record
    WHEN NEW.writer = 'central' AND NEW.partition_id NOT LIKE 'team:%'
    BEGIN
        INSERT OR IGNORE INTO witness (record_id, version, kind, person_id, place)
        VALUES (NEW.id, NEW.version, NEW.kind, NEW.person_id, NEW.partition_id);
    END
"""

_SCHEMA = (
    """
    CREATE TABLE witness (
        n INTEGER PRIMARY KEY, record_id TEXT NOT NULL, version INTEGER NOT NULL,
        kind TEXT NOT NULL, person_id TEXT, place TEXT NOT NULL, UNIQUE (record_id, version)
    )
    """,
    _WROTE.format(name="made", act="INSERT"),
    _WROTE.format(name="changed", act="UPDATE OF version"),
)


@dataclass(frozen=True)
class Wrote:
    """A version of a record that central's own hand wrote: of which person, and where it stood first."""

    record_id: str
    version: int
    kind: str
    person_id: str | None
    place: str


def watch(conn: Connection) -> None:
    """From now on."""
    for statement in _SCHEMA:
        conn.exec_driver_sql(statement)


def witnessed(conn: Connection) -> list[Wrote]:
    """All that was written, in order."""
    rows = conn.exec_driver_sql("SELECT record_id, version, kind, person_id, place FROM witness ORDER BY n")
    return [Wrote(*row) for row in rows]
