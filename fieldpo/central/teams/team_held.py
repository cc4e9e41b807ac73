"""What central holds of a team's work until a person decides: late entries, someone not listed, groups that wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection, Row

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import IS_OPEN, inbox, ledger, review
from fieldpo.central.deciding.held_now import officer_of
from fieldpo.central.deciding.identifiers import carriers, claimants
from fieldpo.central.deciding.intake_told import called
from fieldpo.central.deciding.supervising import answering, teamed
from fieldpo.central.office.group_waiting import GroupWaiting, waiting_groups
from fieldpo.central.office.intake_waiting import withdrawn
from fieldpo.central.office.last_decided import LastDecided, last_decided
from fieldpo.central.office.records import places_of, read_records
from fieldpo.central.teams.team import officers_of
from fieldpo.central.teams.team_members import subject_names
from fieldpo.sync.protocol.body import Body, Json
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.held import CARRIES, CLAIMED
from fieldpo.sync.protocol.kinds import Candidate, HeldItem
from fieldpo.sync.protocol.ops import thaw

MOST_CANDIDATES: Final = 20
"""How many persons of one ID are offered: more are no choice any more."""


def held(conn: Connection, partition: str, now: dt.datetime) -> Iterator[tuple[str, str, Body]]:
    """What is held for a team: key, kind and body of each copy."""
    officers = officers_of(conn, partition)
    found = [
        *_reviews(conn, officers),
        *((one.group_id, _of_group(conn, one)) for one in waiting_groups(conn, now, officers)),
    ]
    last = last_decided(conn, [item.op_id for _, item in found])
    for key, item in found:
        yield key, "held_item", _decided(item, last[item.op_id]) if item.op_id in last else item


def _decided(item: HeldItem, last: LastDecided) -> HeldItem:
    if last.trouble is not None:
        return replace(item, trouble=last.trouble)
    return replace(item, decided=last.decided or "", decided_by=last.decided_by)


def _reviews(conn: Connection, officers: Sequence[str]) -> Iterator[tuple[str, HeldItem]]:
    held = sa.select(review).where(IS_OPEN)
    rows = select_in(conn, held, review.c.partition_id, {caseload_partition(officer) for officer in officers})
    here = {(row.partition_id, row.id) for row in rows}
    written = select_in(conn, held, review.c.user_id, officers)
    rows += [row for row in written if (row.partition_id, row.id) not in here]
    in_teams = teamed(conn, {officer_of(row.partition_id) for row in rows})
    shown = [row for row in rows if answering(officer_of(row.partition_id), row.user_id, in_teams) in officers]
    shown.sort(key=lambda row: (row.opened_at, row.id))
    names = subject_names(conn, [row.person_id for row in shown if row.person_id])
    bodies = {row.op_id: thaw(bytes(row.raw).decode()) for row in _raw(conn, [row.op_id for row in shown])}
    closed = withdrawn(conn, [row.record_id for row in shown if row.record_id])
    intakes = [row for row in shown if row.reason.startswith("intake-") and row.op_id in bodies]
    candidates = _candidates(conn, {row.op_id: str(bodies[row.op_id].body.get("agency_id") or "") for row in intakes})
    for row in shown:
        op = bodies.get(row.op_id)
        if op is None or row.record_id in closed:
            continue
        yield (
            row.id,
            HeldItem(
                reason=row.reason,
                op_id=row.op_id,
                entry=op.record_kind,
                officer_id=op.author_id,
                arrived_at=dt.datetime.fromisoformat(row.opened_at),
                subject_id=row.person_id,
                subject_name=names.get(row.person_id or "", "") or _named(op.body),
                body=op.body,
                candidates=candidates.get(row.op_id, []),
            ),
        )


def _candidates(conn: Connection, told: Mapping[str, str]) -> dict[str, list[Candidate]]:
    """By the op that tells an agency's ID: who carries it, as central knows, then who is said to."""
    values = {value for value in told.values() if value}
    known, said = carriers(conn, values), claimants(conn, values)
    persons = {each for found in (known, said) for some in found.values() for each in some}
    standing, places = read_records(conn, persons), places_of(conn, persons)

    def candidate(person: str, why: str) -> Candidate:
        body = standing[person].body
        return Candidate(
            subject_id=person,
            name=_named(body),
            why=why,
            officer_id=officer_of(places[person]),
            birth_date=msgspec.convert(body.get("birth_date"), dt.date | None, strict=False),
        )

    return {
        op_id: [
            candidate(person, why)
            for found, why in ((known, CARRIES), (said, CLAIMED))
            for person in found.get(value, ())
            if person in standing and person in places
        ][:MOST_CANDIDATES]
        for op_id, value in told.items()
    }


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
    return called(str(body.get("family_name") or ""), str(body.get("given_name") or ""))
