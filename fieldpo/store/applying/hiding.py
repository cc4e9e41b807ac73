"""Cases that leave the device: hidden at once with everything of theirs, in slices where a partition goes whole.

What is hidden stands in the partition `left:…` until `purge` takes it away; unsent work on it goes up first.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, select, text, update

from fieldpo.store import records
from fieldpo.store.database.ledger_tables import AT_CENTRAL, BASE
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.partitions import LEFT, Tally
from fieldpo.store.vault import Vault

CONFIRMED = "purge_confirmed"
"""Under this key of `meta` stands the officer's word that the cases that left may go; another that leaves ends it."""
SLICE = 200
"""The most rows of one kind that one transaction hides or takes away."""


class _Standing(NamedTuple):
    """A row, and whether ops wait on it."""

    id: str
    version: int
    based: bool


def leave(connection: Connection, partition_id: str, person_id: str) -> None:
    """Everything of the person has left the partition: hide it, in the caller's transaction."""
    tally = Tally()
    for kind, model in TABLES.items():
        table = sql_table(model)
        whose = (table.c.partition == partition_id) & ((table.c.person_id == person_id) | (table.c.id == person_id))
        _hide(connection, kind, partition_id, _standing(connection, table, whose), tally)
    tally.store(connection)
    connection.execute(text("DELETE FROM meta WHERE key = :key"), {"key": CONFIRMED})


def leave_alone(connection: Connection, partition_id: str, record_id: str) -> None:
    """One record has left the partition by itself: hide it; unsent work on it stays until central has answered."""
    tally = Tally()
    for kind, model in TABLES.items():
        table = sql_table(model)
        one = (table.c.partition == partition_id) & (table.c.id == record_id)
        _hide(connection, kind, partition_id, _standing(connection, table, one), tally)
    tally.store(connection)


def _standing(
    connection: Connection, table: Table, whose: ColumnElement[bool], most: int | None = None
) -> list[_Standing]:
    """The rows with central's versions, 0 of what it does not have."""
    found = (
        select(table.c.id, func.coalesce(AT_CENTRAL.c.version, 0), BASE.c.id.is_not(None))
        .outerjoin(AT_CENTRAL, AT_CENTRAL.c.id == table.c.id)
        .outerjoin(BASE, BASE.c.id == table.c.id)
    )
    return [_Standing(*row) for row in connection.execute(found.where(whose).limit(most))]


def _hide(connection: Connection, kind: str, partition_id: str, rows: list[_Standing], tally: Tally) -> None:
    table = sql_table(TABLES[kind])
    ids = [row.id for row in rows]
    for row in rows:
        base = records.read_base(connection, row.id) if row.based else None
        if base is None:
            tally.take(partition_id, row.id, row.version)
        elif base.body is not None:
            tally.take(base.partition, row.id, base.version)
    for start in range(0, len(ids), SLICE):
        some = ids[start : start + SLICE]
        connection.execute(update(table).where(table.c.id.in_(some)).values(partition=LEFT + partition_id, hidden=True))
        connection.execute(update(BASE).where(BASE.c.id.in_(some)).values(partition=LEFT + partition_id))


def revoke(vault: Vault, partition_id: str) -> None:
    """The device may no longer read a partition: hide all of it, persons first, and pull it no more."""
    with vault.writing() as connection:
        connection.execute(text("UPDATE partition SET revoked = 1 WHERE id = :id"), {"id": partition_id})
    for kind in sorted(TABLES, key=lambda name: name != "person"):
        while _hide_slice(vault, kind, partition_id):
            pass
    with vault.writing() as connection:
        connection.execute(text("DELETE FROM partition WHERE id = :id AND revoked = 1"), {"id": partition_id})


def _hide_slice(vault: Vault, kind: str, partition_id: str) -> int:
    table = sql_table(TABLES[kind])
    with vault.writing() as connection:
        rows = _standing(connection, table, table.c.partition == partition_id, SLICE)
        _hide(connection, kind, partition_id, rows, Tally())
        return len(rows)


def unfinished_revocations(connection: Connection) -> list[str]:
    """Partitions whose hiding was broken off."""
    return list(connection.scalars(text("SELECT id FROM partition WHERE revoked = 1")))
