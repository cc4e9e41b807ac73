"""Deliberate defects in what central does of a supervisor's decisions on what is held."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books.tables import person_place
from fieldpo.central.books.team_tables import DONE
from fieldpo.central.deciding import flush
from fieldpo.central.office import intake
from fieldpo.central.serving import app
from fieldpo.central.teams import held_carrying

from .defect import Patch, but, mutant, on, whole


@mutant(4, "held for a decision")
def decision_carried_out_twice() -> list[Patch]:
    """That it is done is written in a transaction after the one that does it: a crash in between does it once more."""
    plain = held_carrying._do

    def apart(conn: Connection, held: Any, now: dt.datetime) -> None:
        plain(conn, held, now)
        _anew(conn)

    return [on(held_carrying, "_do", apart)]


@mutant(4, "held for a decision")
def decision_done_before_it_is_carried_out() -> list[Patch]:
    """And the other way round: a crash in between, or an entry that cannot be applied, and it is never done."""
    plain = held_carrying._do

    def apart(conn: Connection, held: Any, now: dt.datetime) -> None:
        held_carrying._end(conn, held.id, DONE)
        _anew(conn)
        plain(conn, held, now)

    return [on(held_carrying, "_do", apart)]


def _anew(conn: Connection) -> None:
    """What was written so far is committed, and another transaction begins."""
    for statement in ("COMMIT", "BEGIN IMMEDIATE"):
        conn.exec_driver_sql(statement)


@mutant(4, "held for a decision")
def decision_forgotten_after_a_crash() -> list[Patch]:
    """Central knows by heart what it has to carry out, and looks for nothing when it starts."""
    by_heart: set[str] = set()
    keep, one = whole(flush, "store_decisions"), held_carrying._carry_out

    def kept(conn: Connection, world: Any) -> None:
        by_heart.update(record_id for record_id, _ in world.held_decisions.values())
        keep(conn, world)

    def known(engine: Engine, decision_id: str, now: dt.datetime) -> None:
        if decision_id in by_heart:
            one(engine, decision_id, now)

    return [
        on(flush, "store_decisions", kept),
        on(held_carrying, "_carry_out", known),
        on(app, "carry_out", lambda *_: by_heart.clear()),
    ]


@mutant(4, "held for a decision")
def matched_with_somebody_else() -> list[Patch]:
    """Someone not listed is given to the first person whom central knows, whomever the supervisor named."""

    def first(conn: Connection, intake_id: str, person_id: str, now: dt.datetime, **more: Any) -> int:
        others = sa.select(person_place.c.person_id).where(person_place.c.person_id != person_id)
        other = conn.scalars(others.order_by(person_place.c.person_id)).first()
        return intake.match(conn, intake_id, str(other), now, **more)

    return [on(held_carrying, "intake", but(intake, match=first))]
