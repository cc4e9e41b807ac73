"""Whose records changed and in what order, so that what was worked out of them can be kept in memory.

An act, a pull, an undo, a purge and another program on the same vault are all seen: `records.write_records`, through
which every row is put in place, notes whose rows it writes, once a person, and the record tables' own triggers note
changes of rows and removals. A person stands in it once, under the last change; `NOBODY` for records that are nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text

from fieldpo.store.database.record_table import TABLES

NOBODY: Final = ""
_TABLE = "CREATE TABLE IF NOT EXISTS touched (at INTEGER PRIMARY KEY AUTOINCREMENT, person_id TEXT NOT NULL UNIQUE)"
_ONCE = (
    "CREATE TRIGGER IF NOT EXISTS touched_once BEFORE INSERT ON touched BEGIN "
    "DELETE FROM touched WHERE person_id = new.person_id; END"
)
_LAST = text("SELECT coalesce(max(at), 0) FROM touched")
_SINCE = text("SELECT person_id FROM touched WHERE at > :at")


def install(connection: Connection) -> None:
    """Make the table and the triggers of all record tables that have none, in a write transaction.

    What was noted before is forgotten: a program that has the vault open is told to work everything out anew.
    """
    for statement in (_TABLE, _ONCE):
        connection.execute(text(statement))
    standing = set(connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'trigger'")))
    for model in TABLES.values():
        table = str(model.__tablename__)
        whose = "id" if table == "r_person" else "person_id"
        for name, statement in _triggers(table, whose).items():
            if name not in standing:
                connection.execute(text(statement))
        if (earlier := f"touched_{table}_insert") in standing:
            connection.execute(text(f"DROP TRIGGER {earlier}"))
    connection.execute(text("DELETE FROM touched"))
    connection.execute(text("INSERT INTO touched (person_id) VALUES (:nobody)"), {"nobody": NOBODY})


def note(connection: Connection, whose: Iterable[str | None]) -> None:
    """Note that rows of these persons are written; None for nobody's. A trigger would do it once a row."""
    persons = [(one,) for one in {one or NOBODY for one in whose}]
    connection.exec_driver_sql("INSERT INTO touched (person_id) VALUES (?)", persons)


def last_touch(connection: Connection) -> int:
    """The place of the last change that this snapshot sees."""
    return int(connection.scalar(_LAST) or 0)


def touched_since(connection: Connection, at: int) -> frozenset[str]:
    """Whose records changed after a place, by id; `NOBODY` among them where a record changed that is nobody's."""
    return frozenset(connection.scalars(_SINCE, {"at": at}))


def _triggers(table: str, whose: str) -> dict[str, str]:
    """What a screen can see of a record is its body, whose it is, where it stands and whether it is hidden."""
    changed = " OR ".join(f"old.{one} IS NOT new.{one}" for one in ("body", "hidden", "partition", whose))
    note = f"INSERT INTO touched (person_id) VALUES (coalesce({{}}.{whose}, '{NOBODY}'));"  # noqa: S608 - ours
    new, old = note.format("new"), note.format("old")
    return {
        f"touched_{table}_update": (
            f"CREATE TRIGGER touched_{table}_update AFTER UPDATE ON {table} WHEN {changed} BEGIN {old} {new} END"
        ),
        f"touched_{table}_delete": f"CREATE TRIGGER touched_{table}_delete AFTER DELETE ON {table} BEGIN {old} END",
    }
