"""What central holds of a team's work until a person decides: late entries, someone not listed, groups that wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.group_waiting import GroupWaiting, waiting_groups
from fieldpo.central.rows import select_in
from fieldpo.central.tables import inbox, ledger, record, review
from fieldpo.central.team import officers_of
from fieldpo.central.team_members import subject_names
from fieldpo.central.team_tables import QUEUED, team_member
from fieldpo.sync.protocol.body import Body, Json
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import HeldItem
from fieldpo.sync.protocol.ops import thaw


def held(conn: Connection, partition: str, now: dt.datetime) -> Iterator[tuple[str, str, Body]]:
    """What is held for a team: key, kind and body of each copy."""
    officers = officers_of(conn, partition)
    yield from _reviews(conn, officers)
    for group in waiting_groups(conn, now, officers):
        yield group.group_id, "held_item", _of_group(conn, group)


def _reviews(conn: Connection, officers: Sequence[str]) -> Iterator[tuple[str, str, Body]]:
    mine = {caseload_partition(officer) for officer in officers}
    rows = conn.execute(
        sa.select(review).where(review.c.state == "open").order_by(review.c.opened_at, review.c.id)
    ).all()
    authors = {
        row.op_id: row.user_id
        for row in select_in(conn, sa.select(ledger), ledger.c.op_id, [row.op_id for row in rows])
    }
    teamed = set(conn.execute(sa.select(team_member.c.officer_id)).scalars())
    # A late entry is for whoever supervises the case now; where nobody does, for its author's supervisor.
    shown = [
        row
        for row in rows
        if row.partition_id in mine
        or (row.partition_id.partition(":")[2] not in teamed and authors.get(row.op_id) in officers)
    ]
    names = subject_names(conn, [row.person_id for row in shown if row.person_id])
    bodies = {row.op_id: thaw(bytes(row.raw).decode()) for row in _raw(conn, [row.op_id for row in shown])}
    closed = _withdrawn(conn, [row.record_id for row in shown if row.record_id])
    for row in shown:
        op = bodies.get(row.op_id)
        if op is None or row.record_id in closed:
            continue
        yield (
            row.id,
            "held_item",
            HeldItem(
                reason=row.reason,
                op_id=row.op_id,
                entry=op.record_kind,
                officer_id=op.author_id,
                arrived_at=dt.datetime.fromisoformat(row.opened_at),
                subject_id=row.person_id,
                subject_name=names.get(row.person_id or "", "") or _named(op.body),
                body=op.body,
            ),
        )


def _of_group(conn: Connection, group: GroupWaiting) -> HeldItem:
    ops = [thaw(bytes(row.raw).decode()) for row in _raw(conn, group.op_ids)]
    names = subject_names(conn, [str(op.body.get("person_id")) for op in ops if op.body.get("person_id")])
    return HeldItem(
        reason="group-incomplete",
        op_id=group.op_ids[0],
        entry=", ".join(dict.fromkeys(op.record_kind for op in ops))[:64],
        officer_id=group.user_id,
        arrived_at=group.since,
        subject_name="; ".join(sorted(names.values()))[:400],
        detail=f"{len(group.op_ids)} of {group.size}",
        overdue=group.overdue,
        body={op.op_id: op.body for op in ops},
    )


def _raw(conn: Connection, op_ids: Sequence[str]) -> list[Row[Any]]:
    """The bytes of these ops that central decided on."""
    query = sa.select(inbox.c.op_id, inbox.c.raw).join(
        ledger, (ledger.c.op_id == inbox.c.op_id) & (ledger.c.inbox == inbox.c.number)
    )
    return select_in(conn, query.order_by(inbox.c.number), inbox.c.op_id, op_ids)


def _withdrawn(conn: Connection, record_ids: Sequence[str]) -> set[str]:
    """Those of the records that their officer has marked as entered in error."""
    places = {row.partition_id for row in select_in(conn, sa.select(record.c.partition_id), record.c.id, record_ids)}
    query = sa.select(record.c.body).where(record.c.kind == "withdrawal", sa.text(QUEUED), record.c.deleted.is_(False))
    rows = select_in(conn, query, record.c.partition_id, places)
    return {str(msgspec.json.decode(row.body).get("entry_id")) for row in rows} & set(record_ids)


def _named(body: dict[str, Json]) -> str:
    return ", ".join(str(body[name]) for name in ("family_name", "given_name") if body.get(name))[:400]
