"""Partitions' counter rows: how far a feed has come, the hash of what stands in it, and each commit's mark.

A writer locks the counter rows of every partition it touches, in id order, before it reads what it will
change. So a feed's order is its commits' order, on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.cursors import mark
from fieldpo.central.books.rows import insert_new_rows, select_in
from fieldpo.central.books.tables import partition_counter
from fieldpo.sync.protocol.exchange import HASH_MODULUS, hash_text, record_digest


@dataclass
class Counter:
    """One partition's counter row while this transaction holds it."""

    id: str
    number: int
    total: int
    began: int = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.number

    def next(self) -> int:
        """The feed number of one more change."""
        self.number += 1
        return self.number

    def add(self, record_id: str, version: int) -> None:
        """Count a live record into the partition's hash."""
        self.total = (self.total + record_digest(record_id, version)) % HASH_MODULUS

    def take_away(self, record_id: str, version: int) -> None:
        """Take a record that is changed, deleted or gone out of the partition's hash."""
        self.total = (self.total - record_digest(record_id, version)) % HASH_MODULUS


_COUNTERS = sa.select(partition_counter).order_by(partition_counter.c.id)
_LOCKED = _COUNTERS.with_for_update()


def lock(conn: Connection, ids: Iterable[str]) -> dict[str, Counter]:
    """Lock the counter rows in id order, making those that are missing."""
    ordered = sorted(set(ids))
    if not ordered:
        return {}
    insert_new_rows(conn, partition_counter, [{"id": each, "number": 0, "hash": hash_text(0)} for each in ordered])
    query = _LOCKED if conn.dialect.name == "postgresql" else _COUNTERS
    rows = select_in(conn, query, partition_counter.c.id, ordered)
    return {row.id: Counter(row.id, row.number, int(row.hash, 16)) for row in rows}


def store(conn: Connection, counters: Iterable[Counter], now: dt.datetime) -> None:
    """Write the counters that moved, each with this commit's mark."""
    moved = [counter for counter in counters if counter.number > counter.began]
    if not moved:
        return
    conn.execute(
        sa.text("UPDATE partition_counter SET number = :number, hash = :hash WHERE id = :id"),
        [{"id": each.id, "number": each.number, "hash": hash_text(each.total)} for each in moved],
    )
    mark(conn, [(each.id, each.number) for each in moved], now)
    for each in moved:
        each.began = each.number


def numbers(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Each partition's present feed number, unlocked."""
    query = sa.select(partition_counter.c.id, partition_counter.c.number)
    return {row.id: row.number for row in select_in(conn, query, partition_counter.c.id, ids)}
