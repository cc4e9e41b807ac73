"""A team's members with the work that they carry, and which case is whose."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import assignment, record
from fieldpo.central.books.team_tables import team, team_member
from fieldpo.central.deciding.supervising import stands
from fieldpo.central.teams.caseload_reports import queued, reports_of
from fieldpo.central.teams.team import officers_of, supervisors_of
from fieldpo.plain import clean
from fieldpo.sync.protocol.body import Body
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Covering, Team, TeamCase, TeamMember

CLOSED = frozenset({"closed", "discharged", "terminated", "transferred_out"})
"""The states of a case that nobody works any more."""


def members(conn: Connection, partition: str, now: dt.datetime) -> Iterator[tuple[str, str, Body]]:
    """The team, its members and their cases: key, kind and body of each copy."""
    name = conn.execute(sa.select(team.c.name).where(team.c.partition_id == partition)).scalar_one()
    yield partition, "team", Team(name=name, supervisors=list(supervisors_of(conn, partition, now)))
    officers = officers_of(conn, partition)
    called = officer_names(conn, officers)
    covering = _covering(conn, officers, now)
    rows = conn.execute(sa.select(team_member).where(team_member.c.partition_id == partition))
    since = {row.officer_id: dt.datetime.fromisoformat(row.since) for row in rows}
    for officer in officers:
        cases = [
            row for row in queued(conn, officer, "case") if msgspec.json.decode(row.body).get("status") not in CLOSED
        ]
        bodies = [msgspec.json.decode(row.body) for row in cases]
        reports = Counter(reports_of(conn, officer).open().values())
        yield (
            officer,
            "team_member",
            TeamMember(
                officer_id=officer,
                name=called.get(officer, officer),
                since=since[officer],
                open_cases=len(cases),
                by_level=dict(sorted(Counter(str(body.get("level") or "") for body in bodies).items())),
                reports_waiting=reports["submitted"],
                reports_returned=reports["returned"],
                covered_by=covering[officer],
            ),
        )
        names = subject_names(conn, [row.person_id for row in cases if row.person_id])
        for row, body in zip(cases, bodies, strict=True):
            yield (
                row.id,
                "team_case",
                TeamCase(
                    case_id=row.id,
                    subject_id=row.person_id or "",
                    subject_name=names.get(row.person_id or "", ""),
                    officer_id=officer,
                    case_number=str(body.get("case_number") or ""),
                    level=str(body.get("level") or ""),
                    status=str(body.get("status") or "active"),
                ),
            )


def subject_names(conn: Connection, person_ids: Sequence[str]) -> dict[str, str]:
    """Persons' names, family name first."""
    query = sa.select(record.c.id, record.c.body).where(record.c.kind == "person")
    found = {}
    for row in select_in(conn, query, record.c.id, person_ids):
        body = msgspec.json.decode(row.body)
        found[row.id] = ", ".join(clean(str(body[name])) for name in ("family_name", "given_name") if body.get(name))
    return found


def officer_names(conn: Connection, officer_ids: Sequence[str]) -> dict[str, str]:
    """Officers' names by id."""
    query = sa.select(record.c.id, record.c.body).where(record.c.kind == "officer")
    rows = select_in(conn, query, record.c.id, officer_ids)
    return {row.id: str(msgspec.json.decode(row.body).get("name", "")) for row in rows}


def _covering(conn: Connection, officers: Sequence[str], now: dt.datetime) -> dict[str, list[Covering]]:
    found = defaultdict[str, list[Covering]](list)
    partitions = {caseload_partition(officer): officer for officer in officers}
    query = sa.select(assignment).where(stands(now))
    for row in sorted(select_in(conn, query, assignment.c.partition_id, partitions), key=lambda row: str(row.user_id)):
        officer = partitions[row.partition_id]
        if row.user_id != officer:
            until = dt.datetime.fromisoformat(row.until) if row.until else None
            found[officer].append(Covering(officer_id=row.user_id, until=until))
    return found
