"""What an officer's open cases weigh by the agency's weights: the cases, the classes, where each number comes from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import count
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import PersonName, people_named
from fieldpo.store.queries.clients.whose import caseloads
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.uses import weights_of
from fieldpo.supervision.workload.measure import CaseLoad, Workload, class_of, officer_workload, room_for
from fieldpo.supervision.written.workload import Weights

_CASES = AtOnce(
    "SELECT id, person_id, body FROM r_case WHERE hidden = 0 AND partition IN (SELECT value FROM json_each(:own)) "
    "ORDER BY id"
)


@dataclass(frozen=True)
class WeighedCase:
    """An open case with its person and the class that takes it; no class for one that is not counted."""

    case: CaseLoad
    person: PersonName
    class_code: str


@dataclass(frozen=True)
class OfficerWorkload:
    """The figures, the weights that they are by, and the cases behind them."""

    weights: Weights
    found: Workload
    cases: tuple[WeighedCase, ...]

    def of(self, class_code: str) -> tuple[WeighedCase, ...]:
        """The cases of a class; of the empty code those that no class takes."""
        return tuple(one for one in self.cases if one.class_code == class_code)

    def amount(self, points: Fraction) -> str:
        """Points as people read them: hours, or percent of a full caseload."""
        if self.weights.unit == "hours":
            return f"{float(points):.1f}".removesuffix(".0") + " h"
        return f"{float(points):.0%}"

    def each(self, class_code: str) -> str:
        """What one case of a class weighs."""
        found = next((one for one in self.weights.classes if one.code == class_code), None)
        if found is None:
            return ""
        return f"{found.hours:g} h" if self.weights.unit == "hours" else f"1 of {found.most}"


def workload_summary(known: OfficerWorkload) -> list[tuple[str, str]]:
    """The figures in words: used of capacity, room, and how many more cases of each class fit."""
    found = known.found
    used = f"{known.amount(found.points)} of {known.amount(found.capacity)} {_month(known)}: {found.percent:.0f} %"
    over = "" if found.room >= 0 else f", OVER by {known.amount(-found.room)}"
    lines = [("USED", f"{used}{over}, {count(found.cases, 'open case')} ({known.weights.title}, {known.weights.name})")]
    fits = [f"{room_for(found, known.weights, one)} {one.label or one.code}" for one in known.weights.classes]
    lines.append(("ROOM", f"{known.amount(found.room)}: {' or '.join(fits)}" if found.room > 0 else "none"))
    if found.uncounted:
        lines.append(("MISSING", f"{count(len(found.uncounted), 'case')} of no class not counted: see the last line"))
    return lines


def _month(known: OfficerWorkload) -> str:
    return "a month" if known.weights.unit == "hours" else "of a caseload"


def open_cases(connection: Connection, pack: Pack, partitions: Collection[str]) -> tuple[tuple[CaseLoad, str], ...]:
    """The open cases of some caseloads with their persons' ids."""
    final = pack.final_statuses
    found = []
    for row in _CASES.rows(connection, {"own": list(partitions)}):
        body = msgspec.json.decode(row.body)
        if body.get("status", "active") not in final:
            made = CaseLoad(row.id, body.get("level", ""), body.get("case_type", "general"))
            found.append((made, row.person_id))
    return tuple(found)


def workload_of(connection: Connection, pack: Pack, user_id: str) -> OfficerWorkload:
    """One officer's workload: own and covered caseloads together.

    Raises `NotFound` where the pack names weights that are not there.
    """
    weights = weights_of(pack)
    cases = open_cases(connection, pack, caseloads(connection, user_id))
    names = people_named(connection, [person for _, person in cases])
    weighed = tuple(
        WeighedCase(case, names[person], _class(weights, case)) for case, person in cases if person in names
    )
    return OfficerWorkload(weights, officer_workload(weights, [one.case for one in weighed]), weighed)


def _class(weights: Weights, case: CaseLoad) -> str:
    found = class_of(weights, case.level, case.case_type)
    return found.code if found else ""
