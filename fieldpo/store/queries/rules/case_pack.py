"""The policy pack that a person's open case goes by: the one that its policy names, else the agency's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldpo.errors import FieldpoError
from fieldpo.store.entries.facts.case_now import CaseNow
from fieldpo.store.queries.rules.open_case import open_case_now
from fieldpo.store.queries.rules.owed import Owed, owed_by
from fieldpo.supervision.pack import Pack


@dataclass(frozen=True)
class CasePack:
    """The pack, the open case and what it owes; `trouble` says why that cannot be told, or what its level lacks."""

    pack: Pack
    case: CaseNow | None
    owed: Owed | None
    trouble: str = ""

    @property
    def level(self) -> str:
        """The level of supervision, empty for none."""
        return self.case.level if self.case else ""


def case_pack(connection: Connection, pack: Pack, person_id: str, on: dt.date) -> CasePack:
    """What the person's open case goes by on a local day."""
    case = open_case_now(connection, pack, person_id, on)
    try:
        found = next((one for one in owed_by(connection, pack, person_id, on) if _is(one, case)), None)
    except FieldpoError as error:
        return CasePack(pack, case, None, error.message)
    theirs = found.pack if found else pack
    return CasePack(theirs, case, found, _trouble(theirs, case, found))


def _is(one: Owed, case: CaseNow | None) -> bool:
    return case is not None and one.case.case_id == case.case_id


def _trouble(pack: Pack, case: CaseNow | None, found: Owed | None) -> str:
    if case is None:
        return "There is no open case on this laptop: nothing can be said about its level."
    if found is not None and found.trouble:
        return found.trouble
    if not case.level:
        return "The case has no level of supervision: give it one with + l."
    if all(one.code != case.level for one in pack.levels):
        known = ", ".join(one.label for one in pack.levels)
        return f"The case's level “{case.level}” is none of {pack.name}, which has {known}: give it one with + l."
    return ""
