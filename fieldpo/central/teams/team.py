"""Teams: the officers whose work a supervisor looks over, and who the supervisors are.

Every function works inside the caller's transaction (`database.writing`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import audit
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.books.tables import assignment
from fieldpo.central.books.team_tables import team, team_member
from fieldpo.central.deciding import access
from fieldpo.central.deciding.supervising import stands, team_of
from fieldpo.errors import BadInput, NotFound
from fieldpo.plain import clean
from fieldpo.sync.protocol.exchange import TEAM, team_partition


@dataclass(frozen=True)
class Team:
    """A team with the ids of its officers and of those who supervise it now."""

    partition: str
    name: str
    officers: tuple[str, ...] = ()
    supervisors: tuple[str, ...] = ()


def add_team(conn: Connection, name: str, *, now: dt.datetime) -> Team:
    """A new team without officers. Raises BadInput for a name that is empty or taken."""
    word = clean(name)[:200]
    if not word:
        raise BadInput("A team needs a name. Nothing was changed.")
    if conn.execute(sa.select(team.c.name).where(team.c.name == word)).first():
        raise BadInput(f"There is a team named “{word}” already. Nothing was changed. Give the new one another name.")
    made = Team(team_partition(uuid.uuid4().hex), word)
    insert_rows(conn, team, [{"partition_id": made.partition, "name": word, "made_at": stamp(now)}])
    audit.note(conn, "team add", made.partition, now=now)
    return made


def team_named(conn: Connection, word: str, now: dt.datetime) -> Team:
    """The team of that name or partition. Raises NotFound."""
    for one in all_teams(conn, now):
        if clean(word) in (one.name, one.partition, one.partition.removeprefix(TEAM)):
            return one
    raise NotFound(f"There is no team {clean(word)}; see `fieldpo central team list`. Nothing was changed.")


def all_teams(conn: Connection, now: dt.datetime) -> list[Team]:
    """Every team, by name."""
    return [
        Team(
            row.partition_id, row.name, officers_of(conn, row.partition_id), supervisors_of(conn, row.partition_id, now)
        )
        for row in conn.execute(sa.select(team).order_by(team.c.name))
    ]


def officers_of(conn: Connection, partition: str) -> tuple[str, ...]:
    """The ids of a team's officers."""
    query = sa.select(team_member.c.officer_id).where(team_member.c.partition_id == partition)
    return tuple(conn.execute(query.order_by(team_member.c.officer_id)).scalars())


def supervisors_of(conn: Connection, partition: str, now: dt.datetime) -> tuple[str, ...]:
    """The ids of the users who supervise a team now."""
    query = sa.select(assignment.c.user_id).where(assignment.c.partition_id == partition, stands(now))
    return tuple(conn.execute(query.order_by(assignment.c.user_id)).scalars())


def assign(conn: Connection, partition: str, officer_id: str, *, now: dt.datetime) -> None:
    """Put an officer into a team, out of the one that they were in. Again changes nothing."""
    before = team_of(conn, officer_id)
    if before == partition:
        return
    conn.execute(team_member.delete().where(team_member.c.officer_id == officer_id))
    insert_rows(conn, team_member, [{"partition_id": partition, "officer_id": officer_id, "since": stamp(now)}])
    audit.note(conn, "team assign", f"{partition} {officer_id}", now=now)


def leave(conn: Connection, officer_id: str, *, now: dt.datetime) -> None:
    """Take an officer out of their team. Raises NotFound for one who is in none."""
    partition = team_of(conn, officer_id)
    if partition is None:
        raise NotFound("This officer is in no team. Nothing was changed.")
    conn.execute(team_member.delete().where(team_member.c.officer_id == officer_id))
    audit.note(conn, "team leave", f"{partition} {officer_id}", now=now)


def supervise(conn: Connection, partition: str, user_id: str, *, now: dt.datetime) -> None:
    """Let a user supervise a team; a team may have several."""
    access.grant(conn, partition, user_id, now=now)


def end_supervising(conn: Connection, partition: str, user_id: str, *, now: dt.datetime) -> None:
    """End it: the user's devices purge the team at their next sync. Raises NotFound where there is nothing to end."""
    if user_id not in supervisors_of(conn, partition, now):
        raise NotFound("This user does not supervise that team. Nothing was changed.")
    access.end(conn, partition, user_id, now=now)
