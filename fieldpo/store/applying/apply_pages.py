"""Pages of a feed written into base copies and rows, some rows at a time, each with the hash that follows.

A pull writes the base copy of a record with waiting ops and replays them; it never reverts what the officer typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, bindparam, func, select, text, update

from fieldpo.store import records, search
from fieldpo.store.applying.clean_bodies import UNREADABLE, clean_change, known_change
from fieldpo.store.applying.hiding import leave, leave_alone
from fieldpo.store.database.ledger_tables import AT_CENTRAL, BASE
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import table_of
from fieldpo.store.partitions import Tally
from fieldpo.store.records import Base, Record
from fieldpo.store.replay import rebuild
from fieldpo.sync.protocol.exchange import CASE_LEAVE, RECORD_LEAVE, Change

_LEAVES = frozenset({CASE_LEAVE, RECORD_LEAVE})

Known = Mapping[str, Any]
"""Rows by record id."""


@dataclass(frozen=True)
class Place:
    """Where changes are written: the partition, and the load that they belong to."""

    partition: str
    generation: int


@dataclass(frozen=True)
class Came:
    """What some changes were: bodies that were `missing`, and the records of which something `new` was told.

    A body may be missing only for a change that this device's own op made and whose verdict has been taken.
    """

    missing: int = 0
    new: frozenset[str] = frozenset()


def take_changes(connection: Connection, place: Place, changes: Sequence[Change]) -> Came:
    """Write some changes in feed order, in the caller's transaction."""
    missing, new = 0, set[str]()
    for kind, run in _runs([known_change(clean_change(change)) for change in changes]):
        if kind == CASE_LEAVE:
            for change in run:
                leave(connection, place.partition, change.id)
        elif kind == RECORD_LEAVE:
            for change in run:
                leave_alone(connection, place.partition, change.id)
        else:
            came = _take_kind(connection, place, kind, run)
            missing += came.missing
            new |= came.new
            continue
        new.update(change.id for change in run)
    return Came(missing, frozenset(new))


def _runs(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Changes of a kind together, but nothing past a leave."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        if change.kind in _LEAVES:
            yield from by_kind.items()
            by_kind = {}
            yield change.kind, [change]
        else:
            by_kind.setdefault(change.kind, []).append(change)
    yield from by_kind.items()


def _take_kind(connection: Connection, place: Place, kind: str, changes: Sequence[Change]) -> Came:
    ids = [change.id for change in changes]
    tally = Tally()
    _forget_twins(connection, kind, [one.id for one in changes if one.body is not None or one.deleted], tally)
    standing, bases = _standing(connection, kind, ids), _bases(connection, ids)
    fresh, gone, dirty, numbers = list[Record](), list[str](), list[str](), list[Change]()
    missing, new = 0, set[str]()
    for change in changes:
        row, base = standing.get(change.id), bases.get(change.id)
        was = base if base is not None else row
        counted = was is not None and (base is None or base.body is not None)
        if change.body is None and not change.deleted:
            if was is not None and was.version == change.version:
                if base is not None or row is None or (row.number, row.generation) != (change.number, place.generation):
                    numbers.append(change)  # else its verdict has told already
                if was.partition != place.partition:
                    _move(connection, place, kind, change.id, tally, was if counted else None)
            else:
                missing += 1
            continue
        if was is None or was.version != change.version:
            new.add(change.id)
        if counted and was is not None:
            tally.take(was.partition, change.id, was.version)
        if not change.deleted:
            tally.add(place.partition, change.id, change.version)
        if base is not None:
            body = None if change.deleted else change.body
            records.write_base(connection, Base(kind, change.id, place.partition, change.version, change.number, body))
            dirty.append(change.id)
        elif change.deleted:
            gone.append(change.id)
        else:
            fresh.append(_row(place, change))
    records.write_records(connection, kind, fresh)
    search.index_later(connection, kind, [record.id for record in fresh])
    _drop(connection, kind, gone)
    _renumber(connection, place, numbers, set(bases))
    _stamp(connection, place, kind, dirty)
    tally.store(connection)
    return Came(missing, frozenset(new))


def _move(connection: Connection, place: Place, kind: str, record_id: str, tally: Tally, was: Any) -> None:
    """The device's own change of a record that stood in another partition: it came here with its person."""
    if was is not None:
        tally.take(was.partition, record_id, was.version)
        tally.add(place.partition, record_id, was.version)
    table = sql_table(table_of(kind))
    connection.execute(update(table).where(table.c.id == record_id).values(partition=place.partition, hidden=False))
    connection.execute(update(BASE).where(BASE.c.id == record_id).values(partition=place.partition))
    rebuild(connection, kind, record_id)


def _drop(connection: Connection, kind: str, gone: list[str]) -> None:
    """Deleted at central. What the officer is asked about stays hidden until it is answered."""
    if not gone:
        return
    asked = text("SELECT record_id FROM op WHERE state = 'conflict' AND record_id IN :ids").bindparams(
        bindparam("ids", expanding=True)
    )
    kept = set(connection.scalars(asked, {"ids": gone}))
    if kept:
        table = sql_table(table_of(kind))
        connection.execute(update(table).where(table.c.id.in_(kept)).values(hidden=True))
        records.note_versions(connection, [(one, 0, 0, 0) for one in kept])
    records.drop_records(connection, kind, [one for one in gone if one not in kept])
    search.forget_records(connection, gone)


def _row(place: Place, change: Change) -> Record:
    return Record(
        kind=change.kind,
        id=change.id,
        partition=place.partition,
        person_id=change.id if change.kind == "person" else change.person_id,
        body=change.body or {},
        version=change.version,
        number=change.number,
        generation=place.generation,
    )


def _renumber(connection: Connection, place: Place, changes: Sequence[Change], based: set[str]) -> None:
    """The device's own changes: the row and base stand as they are, only their place in the feed is new."""
    if not changes:
        return
    connection.execute(
        text("UPDATE at_central SET number = :at, generation = :load WHERE id = :id"),
        [{"id": change.id, "at": change.number, "load": place.generation} for change in changes],
    )
    if numbered := [{"id": change.id, "at": change.number} for change in changes if change.id in based]:
        connection.execute(text("UPDATE base SET number = :at WHERE id = :id"), numbered)


def _stamp(connection: Connection, place: Place, kind: str, dirty: Sequence[str]) -> None:
    if not dirty:
        return
    for record_id in dirty:
        rebuild(connection, kind, record_id)
    connection.execute(
        text("UPDATE at_central SET generation = :load WHERE id = :id"),
        [{"id": record_id, "load": place.generation} for record_id in dirty],
    )


def _forget_twins(connection: Connection, kind: str, ids: list[str], tally: Tally) -> None:
    """A record that could not be read and now can, or the other way round, stood as one of another kind."""
    if not ids:
        return
    twin = kind.removeprefix(UNREADABLE) if kind.startswith(UNREADABLE) else UNREADABLE + kind
    found = _standing(connection, twin, ids) if table_of(twin) is not table_of(kind) else {}
    if found:
        based = _bases(connection, list(found))
        for record_id, row in found.items():
            if record_id not in based:
                tally.take(row.partition, record_id, row.version)
        records.drop_records(connection, twin, list(found))
        search.forget_records(connection, list(found))


def _standing(connection: Connection, kind: str, ids: list[str]) -> Known:
    """The rows that stand. Ids begin with the time: most often all that come are later than any that stands."""
    table = sql_table(table_of(kind))
    last = connection.scalar(select(func.max(table.c.id)))
    if last is None or last < min(ids):
        return {}
    central = (func.coalesce(AT_CENTRAL.c[name], 0).label(name) for name in ("version", "number", "generation"))
    standing = select(table.c.id, table.c.partition, *central).outerjoin(AT_CENTRAL, AT_CENTRAL.c.id == table.c.id)
    found = connection.execute(standing.where(table.c.id.in_(_IDS)), {"ids": records.json_list(ids)})
    return {row.id: row for row in found.all()}


def _bases(connection: Connection, ids: list[str]) -> Known:
    """The base copies that stand: none while nothing waits."""
    if connection.scalar(_ANY_BASE) is None:
        return {}
    table = BASE
    columns = (table.c.id, table.c.partition, table.c.version, table.c.body)
    found = connection.execute(select(*columns).where(table.c.id.in_(_IDS)), {"ids": records.json_list(ids)})
    return {row.id: row for row in found.all()}


_ANY_BASE = text("SELECT 1 FROM base LIMIT 1")
_IDS = select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value)
