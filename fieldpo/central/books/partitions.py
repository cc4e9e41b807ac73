"""Partitions and their feeds' places: counter rows, marks, cursors and hashes.

A writer locks the counter rows of every partition it touches, in id order, before it reads what it will
change. So a feed's order is its commits' order, on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import insert_new_rows, insert_rows, select_in
from fieldpo.central.books.tables import feed_mark, meta, partition_counter
from fieldpo.sync.protocol.exchange import HASH_MODULUS, hash_text, record_digest

_EPOCH = sa.select(meta.c.value).where(meta.c.key == "epoch")
_COVERING = (
    sa.select(feed_mark.c.token)
    .where(feed_mark.c.partition_id == sa.bindparam("partition"), feed_mark.c.number >= sa.bindparam("least"))
    .order_by(feed_mark.c.number)
    .limit(1)
)

_MOST_NUMBER = 2**53
"""More than any feed counts to, and less than what a database can look for."""


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


def lock(conn: Connection, ids: Iterable[str]) -> dict[str, Counter]:
    """Lock the counter rows in id order, making those that are missing."""
    ordered = sorted(set(ids))
    if not ordered:
        return {}
    insert_new_rows(conn, partition_counter, [{"id": each, "number": 0, "hash": hash_text(0)} for each in ordered])
    query = sa.select(partition_counter).where(partition_counter.c.id.in_(ordered)).order_by(partition_counter.c.id)
    if conn.dialect.name == "postgresql":
        query = query.with_for_update()
    return {row.id: Counter(row.id, row.number, int(row.hash, 16)) for row in conn.execute(query)}


def store(conn: Connection, counters: Iterable[Counter], now: dt.datetime) -> None:
    """Write the counters that moved, each with this commit's mark."""
    moved = [counter for counter in counters if counter.number > counter.began]
    if not moved:
        return
    conn.execute(
        sa.text("UPDATE partition_counter SET number = :number, hash = :hash WHERE id = :id"),
        [{"id": each.id, "number": each.number, "hash": hash_text(each.total)} for each in moved],
    )
    insert_rows(
        conn,
        feed_mark,
        [
            {
                "partition_id": each.id,
                "number": each.number,
                "token": secrets.token_hex(6),
                "made_at": stamp(now),
            }
            for each in moved
        ],
    )
    for each in moved:
        each.began = each.number


def stamp(moment: dt.datetime) -> str:
    """A moment as central stores it: UTC, ISO 8601, milliseconds."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def epoch(conn: Connection) -> str:
    """The server epoch: another one after a restore from a backup."""
    found: str = conn.execute(_EPOCH).scalar_one()
    return found


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in one feed: `token` is that of the mark which covers `number`."""

    epoch: str
    partition: str
    number: int
    token: str

    def wire(self) -> str:
        """The opaque text that a device keeps."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor, or None for text that central never gave."""
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=Cursor)
    except (binascii.Error, msgspec.DecodeError, ValueError, RecursionError):
        return None
    return found if abs(found.number) < _MOST_NUMBER else None


def covering_token(conn: Connection, partition: str, number: int) -> str:
    """The token of the first mark at or after the number; empty at 0 and where there is none."""
    if number <= 0:
        return ""
    found = conn.execute(_COVERING, {"partition": partition, "least": number}).scalar_one_or_none()
    return found or ""


def number_at(conn: Connection, partition: str, moment: str) -> int:
    """The feed's number at a stored moment."""
    found = conn.execute(
        sa.select(sa.func.max(feed_mark.c.number)).where(
            feed_mark.c.partition_id == partition, feed_mark.c.made_at <= moment
        )
    ).scalar_one_or_none()
    return int(found or 0)


def numbers(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Each partition's present feed number, unlocked."""
    query = sa.select(partition_counter.c.id, partition_counter.c.number)
    return {row.id: row.number for row in select_in(conn, query, partition_counter.c.id, ids)}
