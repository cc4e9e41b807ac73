"""An officer's workload and a team's: points, capacity and the share of it that is used, class by class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from fieldpo.errors import BadInput
from fieldpo.plain import count
from fieldpo.supervision.written.workload import CaseClass, Weights


@dataclass(frozen=True)
class CaseLoad:
    """A case as far as it weighs: its id, level and type."""

    case_id: str
    level: str
    case_type: str


@dataclass(frozen=True)
class ClassLoad:
    """The cases of one class: how many, and their points."""

    code: str
    label: str
    cases: int
    points: Fraction
    why: str


@dataclass(frozen=True)
class Workload:
    """What an officer, or a team of them, carries.

    ``points`` and ``capacity`` are hours a month, or shares of full caseloads (one an officer). ``uncounted`` are
    the cases that no class takes: they are named, never guessed.
    """

    weights: str
    officers: int
    cases: int
    points: Fraction
    capacity: Fraction
    classes: tuple[ClassLoad, ...]
    uncounted: tuple[str, ...]
    why: str

    @property
    def percent(self) -> float:
        """The share of the capacity that is used, in percent; over 100 is over capacity."""
        return float(self.points / self.capacity * 100)

    @property
    def room(self) -> Fraction:
        """What is left of the capacity; below zero where it is exceeded."""
        return self.capacity - self.points


def officer_workload(weights: Weights, cases: Iterable[CaseLoad]) -> Workload:
    """Weigh one officer's open cases."""
    return _weigh(weights, tuple(cases), officers=1)


def team_workload(weights: Weights, by_officer: Mapping[str, Iterable[CaseLoad]]) -> Workload:
    """Weigh a team's open cases against the capacity of its officers together, also of those without a case.

    Raises BadInput for a team of nobody.
    """
    if not by_officer:
        raise BadInput("A team without officers has no capacity to measure against.")
    return _weigh(weights, tuple(case for cases in by_officer.values() for case in cases), officers=len(by_officer))


def room_for(workload: Workload, weights: Weights, one: CaseClass) -> int:
    """How many more cases of this class fit before the capacity is reached; never below zero."""
    return max(int(workload.room / _points(weights, one)), 0)


def _weigh(weights: Weights, cases: tuple[CaseLoad, ...], officers: int) -> Workload:
    counted = {one.code: 0 for one in weights.classes}
    uncounted: list[str] = []
    for case in cases:
        found = class_of(weights, case.level, case.case_type)
        if found is None:
            uncounted.append(case.case_id)
        else:
            counted[found.code] += 1
    loads = tuple(_load(weights, one, counted[one.code]) for one in weights.classes)
    points = sum((load.points for load in loads), Fraction(0))
    capacity = _exact(weights.capacity if weights.unit == "hours" else 1) * officers
    sums = " + ".join(load.why for load in loads if load.cases) or "no case"
    unit = "h a month" if weights.unit == "hours" else "of a full caseload"
    people = count(officers, "officer")
    why = f"{weights.name}: {sums} = {_shown(points)} {unit}, of {_shown(capacity)} for {people}"
    if uncounted:
        why += f"; {count(len(uncounted), 'case')} of no class not counted"
    return Workload(weights.name, officers, len(cases), points, capacity, loads, tuple(uncounted), why)


def _load(weights: Weights, one: CaseClass, cases: int) -> ClassLoad:
    points = _points(weights, one) * cases
    each = f"{_shown(_points(weights, one))} h" if weights.unit == "hours" else f"1/{one.most}"
    return ClassLoad(one.code, one.label or one.code, cases, points, f"{cases} {one.label or one.code} × {each}")


def class_of(weights: Weights, level: str, case_type: str) -> CaseClass | None:
    """The first class that takes a case of this level and type; None where none does."""
    return next((one for one in weights.classes if one.takes(level, case_type)), None)


def _points(weights: Weights, one: CaseClass) -> Fraction:
    return _exact(one.hours or 0) if weights.unit == "hours" else Fraction(1, one.most or 1)


def _exact(number: float) -> Fraction:
    """The figure as it is written, so that 0.1 is a tenth."""
    return Fraction(str(number))


def _shown(number: Fraction) -> str:
    return f"{float(number):.2f}".rstrip("0").rstrip(".")
