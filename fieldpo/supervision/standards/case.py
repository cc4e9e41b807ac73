"""What the standards ask of a case: its dates, level and the records of its own that move a due date.

Days are local calendar days of the agency. Levels, stays, deferrals and the rest are records with dates, so that the
answer of any past day can be computed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

CLIENT, COLLATERAL = 1, 2


class Contact(NamedTuple):
    """A contact as the engine takes it; any tuple of this shape will do.

    ``people``: CLIENT, COLLATERAL or both added. ``verified``: the items that it proved. ``id`` is what an answer
    quotes; without one the day is quoted.
    """

    day: date
    kind: str
    place: str
    outcome: str
    people: int = CLIENT
    verified: tuple[str, ...] = ()
    id: str = ""


class Assessment(NamedTuple):
    """One scoring; of two on a day the higher ``sequence`` is the later. Without a score it is not one yet."""

    day: date | None
    score: float | None
    instrument: str = ""
    sequence: int = 0


class Stay(NamedTuple):
    """A time in which contacts are not owed as usual: ``jail_or_prison``, ``board_hold``, ``absconding``, ``exempt``.

    ``until`` is the first day after it; None while it lasts. An ``exempt`` stay needs a reason and an approver, and
    with ``obligations`` is for those alone.
    """

    kind: str
    start: date
    until: date | None = None
    reason: str = ""
    approver: str = ""
    obligations: tuple[str, ...] = ()


class Sentence(NamedTuple):
    """A sentence being served, with its projected maximum date; ``completed`` is the first day after it."""

    start: date | None
    completed: date | None
    projected_max: date | None


class Sanction(NamedTuple):
    """A sanction and its codes."""

    day: date
    codes: tuple[str, ...]


class Event(NamedTuple):
    """Something that asks for a visit: ``new_address``, ``released``, ``arrest``, ``assigned``."""

    kind: str
    day: date


class LevelChange(NamedTuple):
    """The level from a day on. An ``override`` of the scored level needs a reason and an approver."""

    since: date
    level: str
    label: str | None = None
    override: bool = False
    reason: str = ""
    approver: str = ""


class Override(NamedTuple):
    """A supervisor's own rate for one case and obligation: “1 in 14 days”, or “none”. Days are half open."""

    obligation: str
    rate: str
    start: date
    until: date | None
    reason: str
    approver: str


class Deferral(NamedTuple):
    """A due date put off to ``to``, known from the day it was granted on.

    ``due`` is the due day that it puts off; a later one stays as it is. Without it every due day before ``to`` goes.
    """

    obligation: str
    to: date
    granted_on: date
    reason: str
    approver: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case of supervision as the standards see it.

    ``level`` holds where ``levels`` has no earlier change. ``history_complete_from``: before it nothing is called due.
    ``facts``: what the case has (true) or has not (false), such as drug_testing. ``applies``: the gate is skipped.
    """

    start: date
    level: str = ""
    level_label: str | None = None
    case_type: str = "general"
    supervision_type: str = ""
    supervision_label: str = ""
    policy: str = ""
    sex: str | None = None
    history_complete_from: date | None = None
    end: date | None = None
    period_end: date | None = None
    applies: bool = False
    levels: tuple[LevelChange, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    stays: tuple[Stay, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    events: tuple[Event, ...] = ()
    overrides: tuple[Override, ...] = ()
    deferrals: tuple[Deferral, ...] = ()
    facts: dict[str, bool] = field(default_factory=dict)

    def level_on(self, day: date) -> LevelChange:
        """Return the level in force on a day, with the day since when."""
        if not self.levels:
            return LevelChange(self.start, self.level, self.level_label)
        latest: LevelChange | None = None
        for change in self.levels:
            if change.since <= day and (latest is None or change.since >= latest.since):
                latest = change
        return latest or LevelChange(self.start, self.level, self.level_label)
