"""Reads what one exchange needs to know, before and under the locks of the partitions that it touches."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.access import grants
from fieldpo.central.identifiers import carriers, claimants
from fieldpo.central.partitions import Counter
from fieldpo.central.places import person_named, records_referred
from fieldpo.central.rows import select_in, texts
from fieldpo.central.supervising import officers_under
from fieldpo.central.tables import (
    conflict,
    device,
    leave,
    ledger,
    person_place,
    record,
    supersession,
)
from fieldpo.central.team_rules import asks_for_case, entry_withdrawn, reports_judged, subject_of
from fieldpo.central.team_tables import ended_group, record_leave
from fieldpo.central.world import ConflictRow, Entry, Leave, Received, Standing, World
from fieldpo.sync.protocol.exchange import FieldConflict, Problem, VerdictKind, caseload_partition


def touched(conn: Connection, user_id: str, ops: Sequence[Received]) -> set[str]:
    """The partitions that the ops may write, as places stand before any lock."""
    found = {caseload_partition(user_id)}
    names = _record_ids(ops)
    persons = _persons(ops)
    for row in select_in(conn, sa.select(record.c.partition_id).distinct(), record.c.id, names):
        found.add(row.partition_id)
    identifiers = _intake_ids(ops)
    if identifiers:
        persons |= {person for found in carriers(conn, identifiers).values() for person in found}
    found |= set(_places(conn, persons).values())
    return found


def load(
    conn: Connection,
    user_id: str,
    device_id: str,
    now: dt.datetime,
    counters: dict[str, Counter],
    ops: Sequence[Received],
) -> World:
    """The working set for these ops."""
    world = World(user_id, device_id, now, counters)
    world.grants = grants(conn, user_id, now)
    judged = reports_judged(ops)
    edited = {one.op.record_id for one in ops if one.op is not None} | judged
    for row in select_in(conn, sa.select(record), record.c.id, _record_ids(ops)):
        world.records[row.id] = standing(row, with_body=row.id in edited)
    persons = _persons(ops) | texts(each.person_id for each in world.records.values())
    _match_intakes(conn, world, ops, persons)
    world.places = _places(conn, persons)
    query = sa.select(leave).where(leave.c.partition_id.in_(list(world.grants)))
    for row in select_in(conn, query, leave.c.person_id, persons):
        world.leaves[row.partition_id, row.person_id] = Leave(row.number, dt.datetime.fromisoformat(row.left_at))
    moved = sa.select(record_leave).where(record_leave.c.partition_id.in_(list(world.grants)))
    elsewhere = {each.id for each in world.records.values() if each.partition not in world.grants}
    for row in select_in(conn, moved, record_leave.c.record_id, elsewhere):
        world.record_leaves[row.partition_id, row.record_id] = Leave(row.number, dt.datetime.fromisoformat(row.left_at))
    _load_ledger(conn, world, ops)
    _load_supervision(conn, world, ops, judged)
    _load_ended_groups(conn, world, ops)
    changed = {
        one.op.record_id
        for one in ops
        if one.op is not None and (one.op.record_id in world.records or one.op.resolves or one.op.undoes)
    }
    rows = defaultdict(list)
    for row in select_in(conn, sa.select(conflict), conflict.c.record_id, changed):
        rows[row.record_id].append(conflict_row(row))
    world.conflicts = {record_id: tuple(found) for record_id, found in rows.items()}
    return world


def standing(row: Row[Any], *, with_body: bool = True) -> Standing:
    """A row of `record` as it stands; the body is left empty where nobody needs it."""
    return Standing(
        id=row.id,
        kind=row.kind,
        partition=row.partition_id,
        person_id=row.person_id,
        version=row.version,
        number=row.number,
        writer=row.writer,
        writer_since=row.writer_since,
        deleted=bool(row.deleted),
        body=msgspec.json.decode(row.body) if with_body else {},
    )


def conflict_row(row: Row[Any]) -> ConflictRow:
    """A row of `conflict`."""
    return ConflictRow(
        partition=row.partition_id,
        id=row.id,
        field=row.field,
        record_id=row.record_id,
        kind=row.kind,
        person_id=row.person_id,
        op_id=row.op_id,
        device_id=row.device_id,
        user_id=row.user_id,
        yours=msgspec.json.decode(row.yours),
        current=msgspec.json.decode(row.current),
        earlier=tuple((op_id, value) for op_id, value in msgspec.json.decode(row.earlier)),
        opened_at=row.opened_at,
        closed_by=row.closed_by,
    )


def entry(row: Row[Any]) -> Entry:
    """A row of `ledger`."""
    return Entry(
        op_id=row.op_id,
        sha=row.sha,
        device_id=row.device_id,
        user_id=row.user_id,
        inbox=row.inbox,
        verdict=VerdictKind(row.verdict),
        kind=row.kind,
        record_id=row.record_id,
        partition=row.partition_id,
        version=row.version,
        number=row.number,
        rev=row.rev,
        group_id=row.group_id,
        problem=msgspec.json.decode(row.problem, type=Problem) if row.problem else None,
        conflicts=msgspec.json.decode(row.conflicts, type=tuple[FieldConflict, ...]) if row.conflicts else (),
    )


def entries(conn: Connection, op_ids: Collection[str]) -> dict[str, Entry]:
    """The ledger's rows of these ops."""
    return {row.op_id: entry(row) for row in select_in(conn, sa.select(ledger), ledger.c.op_id, op_ids)}


def _load_supervision(conn: Connection, world: World, ops: Sequence[Received], judged: set[str]) -> None:
    """What a decision on a report has to know: whom its author supervises, who wrote it, and its steps so far."""
    asked = judged | texts(entry_withdrawn(one.op) for one in ops if one.op is not None)
    _load_authors(conn, world, asked & world.records.keys())
    if not judged and not any(one.op is not None and asks_for_case(one.op) for one in ops):
        return
    world.supervised = officers_under(conn, world.user_id, world.now)
    for report in [world.records[each] for each in judged & world.records.keys()]:
        steps = sa.select(record).where(
            record.c.partition_id == report.partition,
            record.c.person_id == report.person_id,
            record.c.kind == "report_step",
        )
        for row in conn.execute(steps):
            world.records.setdefault(row.id, standing(row))


def _load_authors(conn: Connection, world: World, records: Collection[str]) -> None:
    """By the device that wrote them: a life is named after it."""
    devices = {each: world.records[each].writer.partition(" ")[0] for each in records}
    query = sa.select(device.c.id, device.c.user_id)
    users = {row.id: row.user_id for row in select_in(conn, query, device.c.id, texts(devices.values()))}
    world.authors = {each: users[name] for each, name in devices.items() if name in users}


def _load_ended_groups(conn: Connection, world: World, ops: Sequence[Received]) -> None:
    groups = texts(one.op.group_id for one in ops if one.op is not None)
    query = sa.select(ended_group).where(ended_group.c.device_id == world.device_id)
    for row in select_in(conn, query, ended_group.c.group_id, groups):
        world.ended_groups[row.group_id] = row.state


def _load_ledger(conn: Connection, world: World, ops: Sequence[Received]) -> None:
    named = {one.op_id for one in ops}
    for one in ops:
        if one.op is not None:
            named |= {*one.op.deps, *texts((one.op.supersedes, one.op.undoes))}
    asked: set[str] = set()
    while named - asked:
        fresh = named - asked
        asked |= fresh
        for row in select_in(conn, sa.select(supersession), supersession.c.op_id, fresh):
            world.successors[row.op_id] = row.successor
            named.add(row.successor)
    world.ledger = entries(conn, asked)


def _match_intakes(conn: Connection, world: World, ops: Sequence[Received], persons: set[str]) -> None:
    identifiers = _intake_ids(ops)
    if not identifiers:
        return
    for value, found in carriers(conn, identifiers).items():
        world.by_agency_id[value] = tuple(found)
        persons.update(found)
    world.claimed_ids = frozenset(claimants(conn, identifiers))


def _intake_ids(ops: Iterable[Received]) -> set[str]:
    bodies = (one.op.body for one in ops if one.op is not None and one.op.record_kind == "intake")
    return {value for body in bodies if isinstance(value := body.get("agency_id"), str) and value}


def _record_ids(ops: Iterable[Received]) -> set[str]:
    """Every record that the ops write or refer to."""
    found: set[str] = set()
    for one in ops:
        if one.op is not None:
            found.add(one.op.record_id)
            found |= records_referred(one.op)
    return found


def _persons(ops: Iterable[Received]) -> set[str]:
    creates = [one.op for one in ops if one.op is not None and one.op.verb == "create"]
    return texts(person_named(op) for op in creates) | texts(subject_of(op) for op in creates)


def _places(conn: Connection, persons: Collection[str]) -> dict[str, str]:
    query = sa.select(person_place)
    return {row.person_id: row.partition_id for row in select_in(conn, query, person_place.c.person_id, persons)}
