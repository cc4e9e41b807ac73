"""What central holds of a team's work until a person decides: late entries, someone not listed, groups that wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import IS_OPEN, inbox, ledger, review
from fieldpo.central.books.team_tables import team_member
from fieldpo.central.office.group_waiting import GroupWaiting, waiting_groups
from fieldpo.central.office.intake_waiting import withdrawn
from fieldpo.central.teams.team import officers_of
from fieldpo.central.teams.team_members import subject_names
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
    held = sa.select(review).where(IS_OPEN)
    rows = select_in(conn, held, review.c.partition_id, mine)
    # A late entry is for whoever supervises the case now; where nobody does, for its author's supervisor.
    written = [each for each in select_in(conn, held, review.c.user_id, officers) if each.partition_id not in mine]
    teamed = _teamed(conn, {row.partition_id for row in written})
    rows += [row for row in written if row.partition_id not in teamed]
    shown = sorted(rows, key=lambda row: (row.opened_at, row.id))
    names = subject_names(conn, [row.person_id for row in shown if row.person_id])
    bodies = {row.op_id: thaw(bytes(row.raw).decode()) for row in _raw(conn, [row.op_id for row in shown])}
    closed = withdrawn(conn, [row.record_id for row in shown if row.record_id])
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


def _teamed(conn: Connection, partitions: Collection[str]) -> set[str]:
    """Those of the caseloads whose officer is in a team."""
    officers = {each.partition(":")[2] for each in partitions}
    rows = select_in(conn, sa.select(team_member.c.officer_id), team_member.c.officer_id, officers)
    return {caseload_partition(row.officer_id) for row in rows}


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


def _named(body: dict[str, Json]) -> str:
    return ", ".join(str(body[name]) for name in ("family_name", "given_name") if body.get(name))[:400]
