"""Carries out what supervisors have decided on that is held: after the commit of the decision, each in a transaction of
its own.

A decision is undone until this has been at it, also after central died in between: it is looked for when central starts
and with each exchange. What central could not do is kept as a sentence, which comes back with the held
item, and somebody decides anew.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError

from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import IS_OPEN, ledger, review
from fieldpo.central.books.team_tables import DONE, FAILED, IS_UNDONE, held_decision
from fieldpo.central.log_lines import event, failure
from fieldpo.central.office import intake, releasing
from fieldpo.central.office.records import read_record
from fieldpo.errors import FieldpoError
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE
from fieldpo.sync.protocol.kinds import HeldDecision

log = logging.getLogger(__name__)

_PROBATION = "probation"
"""The supervision of a new case where the decision names none, as at the shell."""


def carry_out(engine: Engine, now: dt.datetime) -> None:
    """Do what is undone, the oldest first; two may do it at the same moment. Where nothing is, this is one look-up.

    What a passing trouble of the database prevents stays undone until the next time. Raises DBAPIError where the
    database cannot even be read.
    """
    with reading(engine) as conn:
        undone = sa.select(held_decision.c.id).where(IS_UNDONE).order_by(held_decision.c.decided_at, held_decision.c.id)
        waiting = list(conn.execute(undone).scalars())
    for each in waiting:
        try:
            _carry_out(engine, each, now)
        except DBAPIError as failed:
            event(log, logging.ERROR, "held_decision_waits", decision=each, **failure(failed))


def _carry_out(engine: Engine, decision_id: str, now: dt.datetime) -> None:
    try:
        with writing(engine) as conn, releasing.told_where_it_fails():
            held = _undone(conn, decision_id)
            if held is not None:
                _do(conn, held, now)
                _end(conn, decision_id, DONE)
    except FieldpoError as refused:
        event(log, logging.WARNING, "held_decision_failed", decision=decision_id, error=type(refused).__name__)
        with writing(engine) as conn:
            if _undone(conn, decision_id) is not None:
                _end(conn, decision_id, FAILED, refused.message)


def _undone(conn: Connection, decision_id: str) -> Row[Any] | None:
    """The decision, where it is undone still; nobody else carries it out until this transaction ends."""
    return conn.execute(
        sa.select(held_decision).where(held_decision.c.id == decision_id, IS_UNDONE).with_for_update()
    ).first()


def _end(conn: Connection, decision_id: str, state: str, trouble: str = "") -> None:
    ended = held_decision.update().where(held_decision.c.id == decision_id)
    conn.execute(ended.values(state=state, trouble=trouble[:400]))


def _do(conn: Connection, held: Row[Any], now: dt.datetime) -> None:
    """The one way to decide, as at central's shell, in the supervisor's name."""
    said = msgspec.convert(read_record(conn, held.id).body, HeldDecision, strict=False)
    met = _intake_of(conn, held.held_op_id)
    if met is None:
        (releasing.refuse if said.decision == REFUSE else releasing.release)(
            conn, held.held_op_id, now, who=held.user_id
        )
    elif said.decision == MATCH:
        intake.match(conn, met, said.subject_id or "", now, who=held.user_id)
    elif said.decision == CREATE:
        supervision = said.supervision_type or _PROBATION
        intake.create(conn, met, said.caseload_of or "", supervision, now, who=held.user_id)
    else:
        intake.refuse(conn, met, said.reason, now, who=held.user_id)


def _intake_of(conn: Connection, op_id: str) -> str | None:
    """The one not listed who was held of that op, where they wait still."""
    author = sa.select(ledger.c.user_id).where(ledger.c.op_id == op_id).scalar_subquery()
    kept = sa.select(review.c.id).where(review.c.user_id == author, review.c.op_id == op_id)
    return conn.execute(kept.where(IS_OPEN, review.c.reason.like("intake-%"))).scalar_one_or_none()
