"""What is held of an op, as it stands now: a late entry, someone not listed, a group that waits for its rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows, select_in
from fieldpo.central.books.tables import IS_OPEN, ledger, person_place, record, review, waiting
from fieldpo.central.books.team_tables import FAILED, UNDONE, held_decision
from fieldpo.central.deciding.held_rules import decides_held, held_op
from fieldpo.central.deciding.identifiers import carriers, claimants
from fieldpo.central.deciding.supervising import answering, teamed
from fieldpo.central.deciding.world import GROUP, HeldNow, Received, World
from fieldpo.sync.protocol.exchange import VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import Op

_LEDGER = sa.select(ledger.c.op_id, ledger.c.user_id, ledger.c.verdict)
_PLACES = sa.select(person_place)


def caseloads_of_authors(conn: Connection, op_ids: Collection[str]) -> set[str]:
    """Where those stand who wrote what is held: whoever decides locks them, so that no two decide at one moment."""
    return {caseload_partition(row.user_id) for row in select_in(conn, _LEDGER, ledger.c.op_id, op_ids)}


def load_held(conn: Connection, world: World, ops: Collection[Received]) -> None:
    """What the rules have to know of everything on which the ops decide."""
    deciding = [one.op for one in ops if one.op is not None and decides_held(one.op)]
    rows = select_in(conn, _LEDGER, ledger.c.op_id, {held_op(op) for op in deciding})
    world.held = {row.op_id: _held(conn, row) for row in rows}
    places = select_in(conn, _PLACES, person_place.c.person_id, set(_subjects(deciding)))
    world.held_places = {row.person_id: officer_of(row.partition_id) for row in places}


def store_decisions(conn: Connection, world: World) -> None:
    """Keep what was decided, in the transaction of its verdict; it is carried out after that one's commit."""
    given = {"user_id": world.user_id, "state": UNDONE, "trouble": "", "decided_at": stamp(world.now)}
    rows: list[Mapping[str, Any]] = [
        {"id": record_id, "held_op_id": op_id, "decision": decision, **given}
        for op_id, (record_id, decision) in world.held_decisions.items()
    ]
    insert_rows(conn, held_decision, rows)


def officer_of(partition: str) -> str:
    """Whose caseload it is."""
    return partition.removeprefix(caseload_partition(""))


def _held(conn: Connection, row: Row[Any]) -> HeldNow:
    wrote = sa.and_(review.c.user_id == row.user_id, review.c.op_id == row.op_id)  # by the index of authors
    held = conn.execute(sa.select(review).where(IS_OPEN, wrote)).first()
    intake = held is not None and held.reason.startswith("intake-")
    officer = row.user_id
    if held is not None:
        place = officer_of(held.partition_id)
        officer = answering(place, row.user_id, teamed(conn, {place}))
    told = sa.select(held_decision).where(held_decision.c.held_op_id == row.op_id, held_decision.c.state != FAILED)
    decided = conn.execute(told).first()
    return HeldNow(
        author=row.user_id,
        officer=officer,
        is_intake=intake,
        open=(held is not None or _waits_for_rest(conn, row)) and (decided is None or decided.state != UNDONE),
        decided=decided.decision if decided is not None else "",
        offered=_offered(conn, held.record_id) if held is not None and intake else frozenset(),
    )


def _waits_for_rest(conn: Connection, row: Row[Any]) -> bool:
    rest = sa.select(waiting.c.op_id).where(waiting.c.op_id == row.op_id, waiting.c.waits_for.like(f"{GROUP}%"))
    return row.verdict == VerdictKind.BLOCKED.value and conn.execute(rest).first() is not None


def _offered(conn: Connection, intake_id: str) -> frozenset[str]:
    """The persons of the agency's ID that an intake gives, as central knows or as officers say."""
    body = conn.execute(sa.select(record.c.body).where(record.c.id == intake_id)).scalar_one_or_none()
    named = msgspec.json.decode(body).get("agency_id") if body else None
    if not isinstance(named, str) or not named:
        return frozenset()
    return frozenset({*carriers(conn, [named]).get(named, ()), *claimants(conn, [named]).get(named, ())})


def _subjects(ops: Collection[Op]) -> Iterator[str]:
    for op in ops:
        if isinstance(named := op.body.get("subject_id"), str):
            yield named
