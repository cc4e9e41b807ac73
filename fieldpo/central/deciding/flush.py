"""Writes what one exchange decided: records and their feed, conflicts, quarantine, the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from fieldpo.central.books.moments import stamp
from fieldpo.central.books.partitions import store
from fieldpo.central.books.rows import insert_new_rows, insert_rows, select_in, upsert_rows
from fieldpo.central.books.tables import (
    conflict,
    ledger,
    person_place,
    quarantine,
    record,
    review,
    supersession,
    waiting,
)
from fieldpo.central.deciding.devices import Device
from fieldpo.central.deciding.held_now import store_decisions
from fieldpo.central.deciding.identifiers import store_identifiers
from fieldpo.central.deciding.supervising import show_case
from fieldpo.central.deciding.team_rules import WHOLE_CASE
from fieldpo.central.deciding.waking import look_again, wake
from fieldpo.central.deciding.world import RECORD, ConflictRow, Entry, Standing, World
from fieldpo.sync.protocol.exchange import VerdictKind

_WAITING = sa.select(waiting)


def flush(conn: Connection, world: World, held: Device) -> list[Entry]:
    """Write the working set's changes and give the new verdicts, each with the device's revision."""
    _records(conn, world)
    _questions(conn, world)
    given = [replace(entry, rev=held.next_rev()) for entry in world.decided.values() if _news(world, entry)]
    _ledger(conn, given)
    _waits(conn, world)
    for op_id, case in world.cases_shown.items():
        show_case(conn, case, world.user_id, world.now + WHOLE_CASE, now=world.now, op_id=op_id)
    if world.held_decisions:
        store_decisions(conn, world)
    store(conn, world.counters.values(), world.now)
    return given


def _ledger(conn: Connection, given: list[Entry]) -> None:
    plain, more = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for each in given:
        row = _plain_row(each)
        if each.group_id or each.problem or each.conflicts:
            more.append((*row, each.group_id, _json_or_none(each.problem), _json_or_none(each.conflicts)))
        else:
            plain.append(row)
    upsert_rows(conn, ledger, plain, _PLAIN)
    upsert_rows(conn, ledger, more, (*_PLAIN, "group_id", "problem", "conflicts"))


_PLAIN = (
    *("op_id", "sha", "device_id", "user_id", "inbox", "verdict", "rev", "kind"),
    *("record_id", "partition_id", "version", "number"),
)
"""What there is to keep of an op that was taken as it came. SQLite's driver looks long for the type of each NULL."""


def _plain_row(each: Entry) -> tuple[Any, ...]:
    came = (each.op_id, each.sha, each.device_id, each.user_id, each.inbox, each.verdict.value, each.rev, each.kind)
    return (*came, each.record_id, each.partition, each.version, each.number)


def _json_or_none(value: Any) -> str | None:
    return _json(value) if value else None


def _news(world: World, entry: Entry) -> bool:
    before = world.ledger.get(entry.op_id)
    return before is None or before.verdict is not entry.verdict


def _records(conn: Connection, world: World) -> None:
    changed = [world.records[record_id] for record_id in world.written]
    insert_records(conn, (each for each in changed if world.written[each.id] == 0))
    replace_records(conn, (each for each in changed if world.written[each.id] != 0))
    upsert_rows(
        conn,
        person_place,
        [{"person_id": person, "partition_id": place} for person, place in world.new_places.items()],
    )
    store_identifiers(conn, [each for each in changed if each.kind == "person"], claimed=True)


_RECORD = tuple(column.name for column in record.columns)


def insert_records(conn: Connection, made: Iterable[Standing]) -> None:
    """Records that are new in their partitions."""
    insert_rows(conn, record, [_record_row(each) for each in made], _RECORD)


def replace_records(conn: Connection, changed: Iterable[Standing]) -> None:
    """Records that stand in their partitions, as they are now."""
    upsert_rows(conn, record, [_record_row(each) for each in changed], _RECORD)


def _record_row(each: Standing) -> tuple[Any, ...]:
    place = (each.partition, each.id, each.kind, each.person_id, each.version, each.number)
    return (*place, each.writer, each.writer_since, each.deleted, _json(each.body))


def _questions(conn: Connection, world: World) -> None:
    now = stamp(world.now)
    upsert_rows(conn, conflict, [_conflict_row(row) for row in world.conflict_rows.values()])
    anew = {op_id for op_id, _ in world.quarantined if op_id in world.ledger and _asked_anew(conn, world, op_id)}
    insert_new_rows(
        conn,
        quarantine,
        [
            {
                "partition_id": each.partition,
                "op_id": each.op_id,
                "sha": each.sha,
                "device_id": world.device_id,
                "user_id": world.user_id,
                "kind": each.kind,
                "record_id": each.record_id,
                "person_id": each.person_id,
                "problem": _json(each.problem),
                "state": world.settled.get(each.op_id, "open"),
                "arrived_at": now,
            }
            for each in world.quarantined.values()
            if each.op_id not in anew
        ],
    )
    if world.settled:
        settled = [{"op_id": op_id, "state": state, "user": world.user_id} for op_id, state in world.settled.items()]
        for table in ("quarantine", "review"):
            where = "WHERE op_id = :op_id AND user_id = :user AND state = 'open'"
            conn.execute(sa.text(f"UPDATE {table} SET state = :state {where}"), settled)  # noqa: S608 - our names
    insert_new_rows(
        conn,
        review,
        [
            {
                "partition_id": each.partition,
                "id": each.id,
                "reason": each.reason,
                "op_id": each.op_id,
                "record_id": each.record_id,
                "person_id": each.person_id,
                "state": world.settled.get(each.op_id or "", "open"),
                "opened_at": now,
                "user_id": world.user_id,
            }
            for each in world.reviews.values()
        ],
    )


def _asked_anew(conn: Connection, world: World, op_id: str) -> bool:
    """Whether somebody had let the op out, and it waited then: refused now after all, it is theirs to decide again."""
    refused = next(each for each in world.quarantined.values() if each.op_id == op_id)
    places = {refused.partition, world.places.get(refused.person_id or "", refused.partition)}  # it goes with its case
    asked = sa.and_(quarantine.c.partition_id.in_(places), quarantine.c.op_id == op_id, quarantine.c.sha == refused.sha)
    stands = quarantine.update().where(asked, quarantine.c.state == "released")
    found = conn.execute(stands.values(state="open", problem=_json(refused.problem), arrived_at=stamp(world.now)))
    if op_id in world.reviews:
        queued = sa.and_(review.c.user_id == world.user_id, review.c.op_id == op_id, review.c.state == "released")
        conn.execute(review.update().where(queued).values(state="open", opened_at=stamp(world.now)))
    return found.rowcount > 0


def _conflict_row(row: ConflictRow) -> dict[str, Any]:
    return {
        "partition_id": row.partition,
        "id": row.id,
        "field": row.field,
        "record_id": row.record_id,
        "kind": row.kind,
        "person_id": row.person_id,
        "op_id": row.op_id,
        "device_id": row.device_id,
        "user_id": row.user_id,
        "yours": _json(row.yours),
        "current": _json(row.current),
        "earlier": _json(row.earlier),
        "opened_at": row.opened_at,
        "closed_by": row.closed_by,
    }


def _waits(conn: Connection, world: World) -> None:
    """Who waits for what, as it is now; and whoever waited for something of this is looked at again."""
    again = [op_id for op_id in world.decided if op_id in world.ledger]
    before = {(row.op_id, row.waits_for) for row in select_in(conn, _WAITING, waiting.c.op_id, again)}
    now = {
        (op_id, wait)
        for op_id, entry in world.decided.items()
        if entry.verdict is VerdictKind.BLOCKED
        for wait in world.waits.get(op_id, ())
    }
    _end_waits(conn, before - now)
    begun = sorted(now - before)
    insert_new_rows(
        conn, waiting, [{"op_id": one, "waits_for": wait, "device_id": world.device_id} for one, wait in begun]
    )
    look_again(conn, {(world.device_id, op_id) for op_id, _ in begun})
    insert_new_rows(
        conn,
        supersession,
        [{"op_id": op_id, "successor": successor} for op_id, successor in world.new_successors.items()],
    )
    made = {RECORD + record_id for record_id, version in world.written.items() if version == 0}
    final = {op_id for op_id, entry in world.decided.items() if entry.verdict is not VerdictKind.BLOCKED}
    wake(conn, made | final | world.new_successors.keys())


def _end_waits(conn: Connection, over: Collection[tuple[str, str]]) -> None:
    if over:
        conn.execute(
            sa.text("DELETE FROM waiting WHERE op_id = :op_id AND waits_for = :waits_for"),
            [{"op_id": op_id, "waits_for": wait} for op_id, wait in sorted(over)],
        )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
