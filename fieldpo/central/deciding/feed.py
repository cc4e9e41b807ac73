"""Pages of a partition's feed: its records in the order of their last change, after a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.cursors import Cursor, covering_token, read_cursor
from fieldpo.central.books.meta import epoch
from fieldpo.central.books.tables import leave, partition_counter, record
from fieldpo.central.books.team_tables import record_leave
from fieldpo.central.deciding.case_view import Source, source_of, view_hash
from fieldpo.central.deciding.world import Standing, World
from fieldpo.sync.protocol.exchange import CASE_LEAVE, RECORD_LEAVE, Change, PartitionPage, hash_text

PAGE_BYTES = 8 * 1024 * 1024
"""The most of record bodies that one response carries, in bytes before compression."""


_COUNTER = sa.select(partition_counter).where(partition_counter.c.id == sa.bindparam("id"))


class FeedRow(NamedTuple):
    """A change as a feed tells it, without its body. `size` is the body's, 0 where it has none: a removal, a leave."""

    id: str
    kind: str
    version: int
    number: int
    person_id: str | None
    deleted: bool
    size: int


@dataclass(frozen=True)
class JustWritten:
    """What the request that is answered has itself put into a feed, all of it between two of its numbers."""

    after: int
    through: int
    rows: Sequence[FeedRow]


@dataclass
class Room:
    """What one response may still hold, and which changes its device made itself in this request."""

    changes: int
    size: int = field(default_factory=lambda: PAGE_BYTES)
    own: Mapping[str, int] = field(default_factory=dict)
    """Record → version, of changes whose outcome the device can compute itself."""
    just_written: Mapping[str, JustWritten] = field(default_factory=dict)
    """By partition; it need not be read again."""


def just_written(world: World, began: Mapping[str, int], own: Mapping[str, int]) -> dict[str, JustWritten]:
    """What an exchange put into feeds, each of which stood at a number when it `began`."""
    changed: dict[str, list[Standing]] = {}
    for record_id in world.written:
        standing = world.records[record_id]
        changed.setdefault(standing.partition, []).append(standing)
    return {
        id_: JustWritten(began[id_], world.counters[id_].number, [_row(each, own) for each in ordered])
        for id_, found in changed.items()
        if (ordered := sorted(found, key=lambda each: each.number))
    }


def _row(standing: Standing, own: Mapping[str, int]) -> FeedRow:
    record_id, version, deleted = standing.id, standing.version, standing.deleted
    goes = not deleted and own.get(record_id) != version
    size = len(msgspec.json.encode(standing.body)) if goes else 0
    return FeedRow(record_id, standing.kind, version, standing.number, standing.person_id, deleted, size)


def pages(conn: Connection, partitions: Sequence[str], cursors: Mapping[str, str], room: Room) -> list[PartitionPage]:
    """A page of each partition, those of a known cursor first, so that a first load delays no daily change."""
    now = epoch(conn)
    ordered = sorted(partitions, key=lambda each: (not cursors.get(each), each))
    return [page(conn, partition, cursors.get(partition, ""), now, room) for partition in ordered]


def page(conn: Connection, partition: str, cursor: str, server_epoch: str, room: Room) -> PartitionPage:
    """One partition's next changes. `reload` where the cursor is of another history: then from 0."""
    source = source_of(conn, partition)
    at = _place(conn, source, cursor, server_epoch)
    reload = at is None and cursor != ""
    start = at or 0
    counter = conn.execute(_COUNTER, {"id": source.id}).one_or_none()
    end = counter.number if counter else 0
    total = view_hash(conn, source) if source.person_id else counter.hash if counter else hash_text(0)
    rows = _listed(conn, source, start, end, room) if end > start else []
    fitting, wanted = _cut(rows, room)
    more = len(fitting) < len(rows)
    reached = (fitting[-1].number if fitting else start) if more else end
    bodies = _bodies(conn, source, wanted)
    # Whose body is gone has been changed since, and comes with that change.
    gone = {row.number for row in wanted} - bodies.keys()
    changes = [_change(row, bodies.get(row.number)) for row in fitting if row.number not in gone]
    token = covering_token(conn, source.id, reached)
    return PartitionPage(
        id=partition,
        changes=changes,
        cursor=Cursor(server_epoch, source.name, reached, token).wire(),
        number=reached,
        more=more,
        reload=reload,
        hash=total,
    )


def seen_through(conn: Connection, partition: str, cursor: str) -> int:
    """The number up to which a device with that cursor has the partition; 0 where its history is another."""
    return _place(conn, source_of(conn, partition), cursor, epoch(conn)) or 0


def _place(conn: Connection, source: Source, text: str, server_epoch: str) -> int | None:
    """The number that the cursor stands for; None where there is no cursor or its history is another."""
    cursor = read_cursor(text) if text else None
    if cursor is None or cursor.epoch != server_epoch or cursor.partition != source.name or cursor.number < 0:
        return None
    if cursor.number > 0 and covering_token(conn, source.id, cursor.number) != cursor.token:
        return None
    return cursor.number


def _listed(conn: Connection, source: Source, start: int, end: int, room: Room) -> Sequence[FeedRow]:
    """The next changes, at most one more than there is room for."""
    limit = room.changes + 1
    new = None if source.person_id else room.just_written.get(source.id)
    if new is None or not start <= new.after <= new.through <= end:
        return _after(conn, source, start, end, limit)
    rows = [*(_after(conn, source, start, new.after, limit) if start < new.after else ()), *new.rows]
    if new.through < end and len(rows) < limit:
        rows += _after(conn, source, new.through, end, limit - len(rows))
    return rows[:limit]


def _after(conn: Connection, source: Source, start: int, end: int, limit: int) -> Sequence[FeedRow]:
    """Changes without their bodies, but with the size of each, so that a page can be cut first."""
    records: sa.Select[Any] = sa.select(
        record.c.id,
        record.c.kind,
        record.c.version,
        record.c.number,
        record.c.person_id,
        record.c.deleted,
        sa.case((record.c.deleted, 0), else_=sa.func.length(record.c.body)).label("size"),
    ).where(record.c.partition_id == source.id, record.c.number > start, record.c.number <= end)
    if source.person_id:
        of_person = records.where(record.c.person_id == source.person_id)
        return [FeedRow(*row) for row in conn.execute(of_person.order_by(record.c.number).limit(limit))]
    found = [FeedRow(*row) for row in conn.execute(records.order_by(record.c.number).limit(limit))]
    left = [
        *_left(conn, leave, leave.c.person_id, CASE_LEAVE, (source.id, start, end, limit)),
        *_left(conn, record_leave, record_leave.c.record_id, RECORD_LEAVE, (source.id, start, end, limit)),
    ]
    return sorted([*found, *left], key=lambda row: row.number)[:limit] if left else found


def _left(
    conn: Connection, table: sa.Table, who: sa.Column[str], kind: str, part: tuple[str, int, int, int]
) -> Sequence[FeedRow]:
    """Leaves in that part of a feed, in the shape of its records."""
    partition, start, end, limit = part
    query = sa.select(
        who.label("id"),
        sa.literal(kind).label("kind"),
        sa.literal(0).label("version"),
        table.c.number,
        (who if kind == CASE_LEAVE else sa.null()).label("person_id"),
        sa.false().label("deleted"),
        sa.literal(0).label("size"),
    ).where(table.c.partition_id == partition, table.c.number > start, table.c.number <= end)
    return [FeedRow(*row) for row in conn.execute(query.order_by(table.c.number).limit(limit))]


def _cut(rows: Sequence[FeedRow], room: Room) -> tuple[list[FeedRow], list[FeedRow]]:
    """The rows that fit, and those of them that go with a body; at least one while the response has room at all, so
    that a feed always gets on.
    """
    fitting, wanted = list[FeedRow](), list[FeedRow]()
    for row in rows:
        if room.changes <= 0 or room.size <= 0:
            break
        room.changes -= 1
        if row.size and room.own.get(row.id) != row.version:
            room.size -= row.size
            wanted.append(row)
        fitting.append(row)
    return fitting, wanted


def _bodies(conn: Connection, source: Source, wanted: Sequence[FeedRow]) -> dict[int, str]:
    """The bodies of these changes as they are stored, by number."""
    if not wanted:
        return {}
    query = sa.select(record.c.number, record.c.body).where(
        record.c.partition_id == source.id,
        record.c.number >= wanted[0].number,
        record.c.number <= wanted[-1].number,
    )
    if source.person_id:
        query = query.where(record.c.person_id == source.person_id)
    numbers = {row.number for row in wanted}
    return {number: body for number, body in conn.execute(query).all() if number in numbers}


def _change(row: FeedRow, stored: str | None) -> Change:
    """A change whose body is spliced into the answer as it is stored: to read it and write it again would cost more
    than all the rest of a page.
    """
    record_id, kind, version, number, person_id, deleted, _ = row
    body: Any = msgspec.Raw(stored.encode()) if stored is not None else None
    return Change(
        id=record_id,
        kind=kind,
        version=version,
        number=number,
        person_id=person_id,
        body=body,
        deleted=bool(deleted),
    )
