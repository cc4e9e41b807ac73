"""The team of a supervisor: its officers, the work that they carry, and their cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.kinds import TeamCase, TeamMember

_MEMBERS = AtOnce("SELECT id, body FROM r_team_member WHERE hidden = 0 ORDER BY json_extract(body, '$.name'), id")
_CASES = AtOnce(
    "SELECT id, body FROM r_team_case WHERE hidden = 0 AND officer_id = :officer "
    "ORDER BY json_extract(body, '$.subject_name'), id"
)


@dataclass(frozen=True)
class Member:
    """An officer of the team and the work that they carry."""

    key: str
    officer_id: str
    name: str
    open_cases: int
    levels: str
    waiting: int
    returned: int
    covered: str


def members(connection: Connection) -> dict[str, TeamMember]:
    """The officers of the team by record, by name."""
    rows = _MEMBERS.rows(connection)
    return {row.id: msgspec.json.decode(row.body, type=TeamMember, strict=False) for row in rows}


def team(connection: Connection, pack: Pack) -> tuple[Member, ...]:
    """The officers of the team in words, by name."""
    found = members(connection)
    names = officers_named(connection, sorted({one.officer_id for each in found.values() for one in each.covered_by}))
    return tuple(_member(pack, key, one, names) for key, one in found.items())


def cases_of(connection: Connection, officer_id: str) -> tuple[TeamCase, ...]:
    """A member's cases, by the client's name."""
    rows = _CASES.rows(connection, {"officer": officer_id})
    return tuple(msgspec.json.decode(row.body, type=TeamCase, strict=False) for row in rows)


def _member(pack: Pack, key: str, member: TeamMember, names: Mapping[str, str]) -> Member:
    levels = ", ".join(
        f"{label_of(pack.levels, level) or 'no level'} {count}" for level, count in member.by_level.items()
    )
    covered = "; ".join(
        f"{names.get(one.officer_id, 'a colleague')}" + (f" until {one.until:%d %b}" if one.until else "")
        for one in member.covered_by
    )
    return Member(
        key,
        member.officer_id,
        member.name,
        member.open_cases,
        levels,
        member.reports_waiting,
        member.reports_returned,
        covered,
    )
