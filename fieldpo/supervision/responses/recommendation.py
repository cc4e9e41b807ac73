"""What a matrix recommends for a violation, with every count, limit and clock that led to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Option:
    """A presumptive range: the responses, and the amounts of those that confine, after the limits.

    ``least`` and ``most`` are the published range; ``available`` the amounts that the limits leave, None where the
    range is not counted by limits. ``under`` names the rule that opens it, empty for the range of the cell itself.
    """

    severity: str
    responses: tuple[str, ...]
    unit: str
    least: int
    most: int
    only: tuple[int, ...]
    available: tuple[int, ...] | None
    approver: str
    under: str
    why: str


@dataclass(frozen=True)
class Count:
    """A rule that counts: how many there were, since when, of how many it takes, and whether it holds.

    ``entries`` are the ids of the earlier violations that were counted, as far as they have one.
    """

    rule: str
    counted: int
    after: int
    since: date | None
    days: tuple[date, ...]
    holds: bool
    why: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Action:
    """Something that must or may be done beside the response."""

    action: str
    must: bool
    approver: str
    why: str


@dataclass(frozen=True)
class LimitState:
    """How far a limit is used before this response, and what it leaves."""

    limit: str
    used: int
    most: int
    left: int
    why: str


@dataclass(frozen=True)
class PointState:
    """Points before this violation, of this one, and in all."""

    before: int
    this: int
    total: int
    why: str


@dataclass(frozen=True)
class Due:
    """A deadline: a day on the office's calendar, and the moment where the clock runs in hours."""

    deadline: str
    label: str
    due: date
    at: datetime | None
    why: str


@dataclass(frozen=True)
class Departure:
    """What the officer chose outside the presumptive range, why, and who must approve or did."""

    response: str
    amount: int
    reason: str
    approver: str
    approved_by: str
    why: str


@dataclass(frozen=True)
class Recommendation:
    """The answer of `fieldpo policy respond`."""

    matrix: str
    version: str
    title: str
    source: str
    calendar: str
    known_on: date
    violation: str
    severity: str
    risk: str
    history: str
    treated_as: str
    range: Option | None
    may_also: tuple[Option, ...]
    actions: tuple[Action, ...]
    counts: tuple[Count, ...]
    points: PointState | None
    limits: tuple[LimitState, ...]
    deadlines: tuple[Due, ...]
    chosen: dict[str, Any] | None = None
    departure: Departure | None = None
    why: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """As the shell prints it: days and moments as ISO 8601 text."""
        shown: dict[str, Any] = _iso(asdict(self))
        return shown


def _iso(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _iso(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_iso(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
