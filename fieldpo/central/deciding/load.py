"""Reads what one exchange needs to know, before and under the locks of the partitions that it touches."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.books.partitions import Counter
from fieldpo.central.books.rows import select_in, texts
from fieldpo.central.books.tables import (
    conflict,
    device,
    leave,
    ledger,
    person_place,
    record,
    supersession,
)
from fieldpo.central.books.team_tables import ended_group, record_leave
from fieldpo.central.deciding.access import grants
from fieldpo.central.deciding.held_now import caseloads_of_authors, load_held
from fieldpo.central.deciding.held_rules import decides_held, held_op
from fieldpo.central.deciding.identifiers import carriers, claimants
from fieldpo.central.deciding.places import person_named, records_referred
from fieldpo.central.deciding.supervising import officers_under
from fieldpo.central.deciding.team_rules import asks_for_case, entry_withdrawn, reports_judged, subject_of
from fieldpo.central.deciding.world import ConflictRow, Entry, Leave, Received, Standing, World
from fieldpo.sync.protocol.exchange import FieldConflict, Problem, VerdictKind, caseload_partition

_VERDICTS: Final = {each.value: each for each in VerdictKind}


_PARTITIONS = sa.select(record.c.partition_id).distinct()
_RECORDS = sa.select(record)
_CONFLICTS = sa.select(conflict)
_LEDGER = sa.select(ledger)
_SUCCESSORS = sa.select(supersession)
_PLACES = sa.select(person_place)
_LEAVES = sa.select(leave)
_RECORD_LEAVES = sa.select(record_leave)
_USERS = sa.select(device.c.id, device.c.user_id)
_ENDED_GROUPS = sa.select(ended_group).where(ended_group.c.device_id == sa.bindparam("device"))


class Named(NamedTuple):
    """Ops with every record that they write or refer to, the persons of new ones, the agency's IDs of someone not
    listed, and the held ops on which they decide; `new` ones stand in no ledger.
    """

    ops: Sequence[Received]
    new: Collection[str]
    records: set[str]
    persons: set[str]
    identifiers: set[str]
    held: set[str]


def named_by(ops: Sequence[Received], new: Collection[str] = ()) -> Named:
    """The ops with what they name; of `new` ones it is known that they came for the first time."""
    records: set[str] = set()
    persons: set[str | None] = set()
    identifiers: set[str] = set()
    held: set[str] = set()
    for one in ops:
        op = one.op
        if op is None:
            continue
        records.add(op.record_id)
        if op.record_kind == "intake" and isinstance(carried := op.body.get("agency_id"), str):
            identifiers.add(carried)
        if op.verb == "create":
            records.update(records_referred(op))
            persons.add(person_named(op))
            persons.add(subject_of(op))
            if decides_held(op):
                held.add(held_op(op))
    return Named(ops, new, records, texts(persons), texts(identifiers), held)


def touched(conn: Connection, user_id: str, named: Named) -> set[str]:
    """The partitions that the ops may write which name this, as places stand before any lock."""
    found = {row.partition_id for row in select_in(conn, _PARTITIONS, record.c.id, named.records)}
    persons = named.persons | {who for carried in carriers(conn, named.identifiers).values() for who in carried}
    own = caseload_partition(user_id)
    return {own, *found, *_places(conn, persons).values(), *caseloads_of_authors(conn, named.held)}


def load(
    conn: Connection,
    user_id: str,
    device_id: str,
    now: dt.datetime,
    counters: dict[str, Counter],
    named: Named,
) -> World:
    """The working set for the ops which name this."""
    ops = named.ops
    world = World(user_id, device_id, now, counters)
    world.grants = grants(conn, user_id, now)
    judged = reports_judged(ops)
    if named.held:
        load_held(conn, world, ops)
    edited = {one.op.record_id for one in ops if one.op is not None} | judged
    for row in select_in(conn, _RECORDS, record.c.id, named.records):
        world.records[row.id] = standing(row, with_body=row.id in edited)
    persons = named.persons | texts(each.person_id for each in world.records.values())
    _match_intakes(conn, world, named.identifiers, persons)
    world.places = _places(conn, persons)
    for row in select_in(conn, _LEAVES, leave.c.person_id, persons):
        if row.partition_id in world.grants:
            world.leaves[row.partition_id, row.person_id] = Leave(row.number, dt.datetime.fromisoformat(row.left_at))
    elsewhere = {each.id for each in world.records.values() if each.partition not in world.grants}
    for row in select_in(conn, _RECORD_LEAVES, record_leave.c.record_id, elsewhere):
        if row.partition_id in world.grants:
            left = Leave(row.number, dt.datetime.fromisoformat(row.left_at))
            world.record_leaves[row.partition_id, row.record_id] = left
    _load_ledger(conn, world, ops, named.new)
    _load_supervision(conn, world, ops, judged)
    _load_ended_groups(conn, world, ops)
    changed = {
        one.op.record_id
        for one in ops
        if one.op is not None and (one.op.record_id in world.records or one.op.resolves or one.op.undoes)
    }
    rows = defaultdict(list)
    for row in select_in(conn, _CONFLICTS, conflict.c.record_id, changed):
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
    op_id, sha, device_id, user_id, inbox, verdict, rev, kind, *place, group_id, found, lost = tuple[Any, ...](row)
    record_id, partition, version, number = place
    return Entry(
        op_id=op_id,
        sha=sha,
        device_id=device_id,
        user_id=user_id,
        inbox=inbox,
        verdict=_VERDICTS[verdict],
        kind=kind,
        record_id=record_id,
        partition=partition,
        version=version,
        number=number,
        rev=rev,
        group_id=group_id,
        problem=msgspec.json.decode(found, type=Problem) if found else None,
        conflicts=msgspec.json.decode(lost, type=tuple[FieldConflict, ...]) if lost else (),
    )


def entries(conn: Connection, op_ids: Collection[str]) -> dict[str, Entry]:
    """The ledger's rows of these ops."""
    return {row.op_id: entry(row) for row in select_in(conn, _LEDGER, ledger.c.op_id, op_ids)}


def _load_supervision(conn: Connection, world: World, ops: Sequence[Received], judged: set[str]) -> None:
    """What a decision on a report has to know: whom its author supervises, who wrote it, and its steps so far."""
    asked = judged | texts(entry_withdrawn(one.op) for one in ops if one.op is not None)
    _load_authors(conn, world, asked & world.records.keys())
    if not judged and not world.held and not any(one.op is not None and asks_for_case(one.op) for one in ops):
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
    users = {row.id: row.user_id for row in select_in(conn, _USERS, device.c.id, texts(devices.values()))}
    world.authors = {each: users[name] for each, name in devices.items() if name in users}


def _load_ended_groups(conn: Connection, world: World, ops: Sequence[Received]) -> None:
    groups = texts(one.op.group_id for one in ops if one.op is not None)
    for row in select_in(conn, _ENDED_GROUPS, ended_group.c.group_id, groups, device=world.device_id):
        world.ended_groups[row.group_id] = row.state


def _load_ledger(conn: Connection, world: World, ops: Sequence[Received], new: Collection[str]) -> None:
    named = {one.op_id for one in ops}
    for one in ops:
        if one.op is not None:
            named |= {*one.op.deps, *texts((one.op.supersedes, one.op.undoes))}
    asked: set[str] = set()
    while named - asked:
        fresh = named - asked
        asked |= fresh
        for row in select_in(conn, _SUCCESSORS, supersession.c.op_id, fresh):
            world.successors[row.op_id] = row.successor
            named.add(row.successor)
    world.ledger = entries(conn, asked.difference(new))


def _match_intakes(conn: Connection, world: World, identifiers: Collection[str], persons: set[str]) -> None:
    if not identifiers:
        return
    for value, found in carriers(conn, identifiers).items():
        world.by_agency_id[value] = tuple(found)
        persons.update(found)
    world.claimed_ids = frozenset(claimants(conn, identifiers))


def _places(conn: Connection, persons: Collection[str]) -> dict[str, str]:
    return {row.person_id: row.partition_id for row in select_in(conn, _PLACES, person_place.c.person_id, persons)}
