"""Who waits for a match: someone not listed, as an officer met them, with the persons whom they may be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import IS_OPEN, record, review
from fieldpo.central.books.team_tables import QUEUED
from fieldpo.central.deciding.identifiers import carriers, claimants
from fieldpo.central.deciding.load import standing
from fieldpo.central.deciding.world import Standing
from fieldpo.errors import NotFound
from fieldpo.sync.protocol.kinds import Intake


@dataclass(frozen=True)
class Waiting:
    """Someone not listed. `candidates` carry the agency's ID; of the `claimed` an officer says so, and nobody else."""

    id: str
    op_id: str
    partition: str
    reason: str
    opened_at: str
    intake: Intake
    candidates: tuple[str, ...]
    claimed: tuple[str, ...]


def waiting(conn: Connection) -> list[Waiting]:
    """Who waits for a match, the oldest first; those marked as entered in error no more."""
    return _waiting(conn, review.c.reason.like("intake-%"))


def one_waiting(conn: Connection, intake_id: str) -> Waiting:
    """The one of that id. Raises NotFound where they do not wait."""
    found = _waiting(conn, review.c.id == intake_id)
    if not found:
        raise NotFound("Nobody of that id waits for a match; see `fieldpo central intake list`. Nothing was changed.")
    return found[0]


def hanging(conn: Connection, intake_id: str) -> list[Standing]:
    """The intake, and the records of nobody's that name it."""
    intake = _intakes(conn, [intake_id]).get(intake_id)
    if intake is None:
        return []
    query = sa.select(record).where(
        record.c.partition_id == intake.partition,
        record.c.kind.in_(("withdrawal", "addendum")),
        sa.text(QUEUED),
        record.c.deleted.is_(False),
        record.c.person_id.is_(None),
    )
    entries = map(standing, conn.execute(query.order_by(record.c.number)))
    return [intake, *(each for each in entries if each.body.get("entry_id") == intake_id)]


def withdrawn(conn: Connection, record_ids: Collection[str]) -> set[str]:
    """Those of the records that their officer has marked as entered in error."""
    places = {row.partition_id for row in select_in(conn, sa.select(record.c.partition_id), record.c.id, record_ids)}
    query = sa.select(record.c.body).where(record.c.kind == "withdrawal", sa.text(QUEUED), record.c.deleted.is_(False))
    rows = select_in(conn, query, record.c.partition_id, places)
    return {str(msgspec.json.decode(row.body).get("entry_id")) for row in rows} & set(record_ids)


def _waiting(conn: Connection, which: sa.ColumnElement[bool]) -> list[Waiting]:
    query = sa.select(review).where(IS_OPEN, which).order_by(review.c.opened_at, review.c.id)
    rows = conn.execute(query).all()
    intakes = _intakes(conn, [row.record_id for row in rows if row.record_id])
    over = withdrawn(conn, intakes.keys())
    bodies = {key: msgspec.convert(each.body, Intake, strict=False) for key, each in intakes.items() if key not in over}
    values = {body.agency_id for body in bodies.values() if body.agency_id}
    known, claimed = carriers(conn, values), claimants(conn, values)
    return [
        Waiting(
            row.id,
            row.op_id,
            intakes[row.record_id].partition,
            row.reason,
            row.opened_at,
            body,
            tuple(known.get(body.agency_id, ())),
            tuple(claimed.get(body.agency_id, ())),
        )
        for row in rows
        if (body := bodies.get(row.record_id or "")) is not None
    ]


def _intakes(conn: Connection, record_ids: Sequence[str]) -> dict[str, Standing]:
    query = sa.select(record).where(record.c.kind == "intake", record.c.deleted.is_(False))
    return {row.id: standing(row) for row in select_in(conn, query, record.c.id, record_ids)}
