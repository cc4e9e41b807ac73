"""To whom someone not listed may be given: clients who may be meant, and officers who may have the new case."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from rapidfuzz import fuzz
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.find_people import CLOSE_ENOUGH, fold
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.store.queries.supervisor.held import HELD, NOT_KNOWN
from fieldpo.store.queries.supervisor.team import members
from fieldpo.sync.protocol.held import CARRIES
from fieldpo.sync.protocol.kinds import HeldItem, TeamCase

_CASES = AtOnce("SELECT body FROM r_team_case WHERE hidden = 0 ORDER BY json_extract(body, '$.subject_name'), id")


@dataclass(frozen=True)
class Whom:
    """A person to whom someone not listed may be given, or an officer who may get the new case."""

    id: str
    name: str
    officer: str = ""
    why: str = ""


def offered(connection: Connection, key: str) -> tuple[Whom, ...]:
    """Who the one not listed may be: the persons of the ID that was told, then clients of the team called alike."""
    row = HELD.first(connection, {"key": key})
    if row is None:
        return ()
    item = msgspec.json.decode(row.body, type=HeldItem, strict=False)
    cases = [msgspec.json.decode(body, type=TeamCase, strict=False) for body in _CASES.values(connection)]
    officers = {one.officer_id for one in cases} | {one.officer_id for one in item.candidates if one.officer_id}
    names = officers_named(connection, sorted(officers))
    found = {
        one.subject_id: Whom(
            one.subject_id,
            one.name + (f", b. {one.birth_date:%d %b %Y}" if one.birth_date else ""),
            names.get(one.officer_id or "", NOT_KNOWN),
            "carries this ID" if one.why == CARRIES else "an officer typed this ID",
        )
        for one in item.candidates
    }
    told = fold(item.subject_name)
    alike = sorted(((_likeness(told, one.subject_name), one) for one in cases), key=lambda each: -each[0])
    for likeness, one in alike:
        if likeness >= CLOSE_ENOUGH:
            why = f"called alike, {one.case_number}" if one.case_number else "called alike"
            found.setdefault(one.subject_id, Whom(one.subject_id, one.subject_name, names.get(one.officer_id, ""), why))
    return tuple(found.values())


def takers(connection: Connection, user_id: str, first: str) -> tuple[Whom, ...]:
    """The officers of the team who may get a new case, with what they carry: who met the person first."""
    others = [one for one in members(connection).values() if one.officer_id != user_id]
    others.sort(key=lambda one: one.officer_id != first)
    return tuple(
        Whom(one.officer_id, one.name, f"{one.open_cases} open", "met them" if one.officer_id == first else "")
        for one in others
    )


def _likeness(told: str, name: str) -> float:
    """Of 100: how alike two names are, whatever the order of their words."""
    return fuzz.token_sort_ratio(told, fold(name))
