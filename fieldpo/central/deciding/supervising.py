"""Who supervises whom, as every exchange asks it, and the grant of one whole case.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import audit
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import select_in, upsert_rows
from fieldpo.central.books.tables import assignment
from fieldpo.central.books.team_tables import team_member
from fieldpo.sync.protocol.exchange import TEAM

_TEAMS = (
    sa.select(assignment.c.partition_id)
    .where(
        assignment.c.user_id == sa.bindparam("user"),
        assignment.c.partition_id.like(f"{TEAM}%"),
        sa.or_(assignment.c.until.is_(None), assignment.c.until > sa.bindparam("now")),
    )
    .order_by(assignment.c.partition_id)
)


def team_of(conn: Connection, officer_id: str) -> str | None:
    """The team that an officer is in."""
    query = sa.select(team_member.c.partition_id).where(team_member.c.officer_id == officer_id)
    found: str | None = conn.execute(query).scalar_one_or_none()
    return found


def supervised(conn: Connection, user_id: str, now: dt.datetime) -> list[str]:
    """The teams that a user supervises now."""
    return list(conn.execute(_TEAMS, {"user": user_id, "now": stamp(now)}).scalars())


def officers_under(conn: Connection, user_id: str, now: dt.datetime) -> frozenset[str]:
    """The officers in the teams that a user supervises now; never the user."""
    query = sa.select(team_member.c.officer_id).where(team_member.c.partition_id.in_(supervised(conn, user_id, now)))
    return frozenset(conn.execute(query).scalars()) - {user_id}


def teamed(conn: Connection, officers: Collection[str]) -> set[str]:
    """Those of the officers who are in a team."""
    rows = select_in(conn, sa.select(team_member.c.officer_id), team_member.c.officer_id, officers)
    return {row.officer_id for row in rows}


def answering(place: str, author: str, in_teams: Collection[str]) -> str:
    """The officer whose supervisor decides on what is held: who has the case now, else, in no team, who wrote it."""
    return place if place in in_teams else author


def show_case(
    conn: Connection, partition: str, user_id: str, until: dt.datetime, *, now: dt.datetime, op_id: str
) -> None:
    """Grant a supervisor one whole case until a moment, and log who asked; the reason is in the request itself."""
    row = {
        "partition_id": partition,
        "user_id": user_id,
        "role": "case",
        "since": stamp(now),
        "until": stamp(until),
    }
    upsert_rows(conn, assignment, [row])
    audit.note(conn, "case on demand", f"{partition} {op_id}", who=user_id, now=now)


def stands(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether an assignment has not ended."""
    return sa.or_(assignment.c.until.is_(None), assignment.c.until > stamp(now))
