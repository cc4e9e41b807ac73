"""A team's feed: a projection of its members' caseloads and of what central holds, renewed when it is asked for.

Central copies what a supervisor needs into records of the team's own partition, under ids of their own, and takes away
what is over. It is done before a supervisor's device is answered, in one transaction that holds the team's counter row
alone: whoever writes a case never waits for a team, and nothing that changes a case has to know of teams.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import partitions
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import record
from fieldpo.central.books.team_tables import IS_UNDONE, held_decision, team
from fieldpo.central.deciding.supervising import supervised
from fieldpo.central.office.intake import match_known
from fieldpo.central.office.records import NewRecord, delete_record, put_records
from fieldpo.central.teams.held_carrying import carry_out
from fieldpo.central.teams.team_held import held
from fieldpo.central.teams.team_members import members
from fieldpo.central.teams.team_reports import reports
from fieldpo.sync.protocol.body import Body, plain_body

_ANY_UNDONE = sa.select(held_decision.c.id).where(IS_UNDONE).limit(1)
_NAMESPACE = uuid.UUID("0b6f4c1e-6f0a-5a55-9d38-2f3c7a1f0e44")


def renew_for(engine: Engine, user_id: str, now: dt.datetime) -> None:
    """Do what supervisors have decided on what is held, whoever asks now, and bring every team up to date that the user
    supervises; for all others nothing is locked or written where nothing waits to be done.
    """
    with reading(engine) as conn:
        teams = supervised(conn, user_id, now)
        undone = conn.scalar(_ANY_UNDONE) is not None
    if undone:
        carry_out(engine, now)
    if teams:
        match_known(engine, now)
    for partition in teams:
        with writing(engine) as conn:
            renew(conn, partition, now)


def renew(conn: Connection, partition: str, now: dt.datetime) -> None:
    """Bring one team's feed up to date; nothing is stamped where nothing changed."""
    partitions.lock(conn, [partition])  # whoever renews after us reads what we have read, or later
    wanted = _free(conn, partition, [_record(partition, *each) for each in _wanted(conn, partition, now)])
    put_records(conn, partition, wanted, now=now)
    standing = sa.select(record.c.id).where(record.c.partition_id == partition, record.c.deleted.is_(False))
    over = set(conn.execute(standing).scalars()) - {each.id for each in wanted}
    for record_id in sorted(over):
        delete_record(conn, record_id, now=now)


def _wanted(conn: Connection, partition: str, now: dt.datetime) -> Iterable[tuple[str, str, Body]]:
    yield from members(conn, partition, now)
    yield from reports(conn, partition)
    yield from held(conn, partition, now)


def _free(conn: Connection, partition: str, wanted: list[NewRecord]) -> list[NewRecord]:
    """The copies, each under an id that nobody has elsewhere: whoever knows a team's partition could make a record
    under the id of a copy to come, and the whole queue would stand still. When the team was made no device is told.
    """
    elsewhere = sa.select(record.c.id).where(record.c.partition_id != partition)
    taken = {row.id for row in select_in(conn, elsewhere, record.c.id, {each.id for each in wanted})}
    if not taken:
        return wanted
    made = conn.execute(sa.select(team.c.made_at).where(team.c.partition_id == partition)).scalar_one()
    return [
        replace(each, id=str(uuid.uuid5(_NAMESPACE, f"{each.id} {made}"))) if each.id in taken else each
        for each in wanted
    ]


def _record(partition: str, key: str, kind: str, body: Body) -> NewRecord:
    """A copy's id follows from the team and what it is a copy of."""
    return NewRecord(str(uuid.uuid5(_NAMESPACE, f"{partition} {kind} {key}")), kind, plain_body(body))
