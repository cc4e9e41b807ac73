"""A person's plans of random test draws as records keep them: which one holds on a day, and what it draws.

Pure: with the plan records and the office's calendar alone, central and every device draw alike. A plan holds from its
day on until the next one's, and never for the day on which it was written or one before: nobody draws again for today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from fieldpo.errors import BadInput, FieldpoError, PolicyError
from fieldpo.plain import clean, day
from fieldpo.supervision.calendar import is_office_day
from fieldpo.supervision.drug_tests.draws import (
    SHORTEST_SECRET,
    Draw,
    OddsPlan,
    PeriodPlan,
    Plan,
    check,
    draw,
    period_of,
)
from fieldpo.supervision.pack import Pack

ODDS, PERIOD, NONE = "odds", "period", "none"
LONGEST_PERIOD: Final = 366
PackOn = Callable[[dt.date], Pack]
"""The agency's pack in force on a day: its calendar says which days are open."""


@dataclass(frozen=True, kw_only=True)
class PlanRecord:
    """One plan. `written_on` is the local day on which it was written; `ended_on` that on which it was withdrawn."""

    plan_id: str
    person_id: str
    written_on: dt.date
    starts_on: dt.date
    drawn_by: str
    seed: str = ""
    hits: int = 0
    out_of: int = 0
    least: int = 0
    most: int = 0
    per: str = ""
    days: int = 0
    panel: str = ""
    reason: str = ""
    officer: str = ""
    ended_on: dt.date | None = None

    @property
    def holds_from(self) -> dt.date:
        """The first day for which it can draw."""
        return max(self.starts_on, self.written_on + dt.timedelta(days=1))

    @property
    def words(self) -> str:
        """How it draws: "2 to 4 in every month"."""
        if self.drawn_by == ODDS:
            return f"{self.hits} in {self.out_of} open days by chance"
        if self.drawn_by == PERIOD:
            span = f"{self.days} days" if self.per == "days" else self.per
            number = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
            return f"{number} in every {span}"
        return "no draws"


def plan_of(record: PlanRecord) -> Plan:
    """The plan as the draws take it. Raises PolicyError where it is not sound, or BadInput for a seed that is none."""
    if record.drawn_by == ODDS:
        made: Plan = OddsPlan(record.holds_from, record.hits, record.out_of)
    elif record.drawn_by == PERIOD and record.per in ("week", "month", "days"):
        if record.days > LONGEST_PERIOD:
            raise PolicyError(f"test plan: days: expected up to {LONGEST_PERIOD}, got {record.days}.")
        made = PeriodPlan(record.holds_from, record.least, record.most, record.per, record.days)  # type: ignore[arg-type]
    else:
        raise PolicyError(f"test plan: expected odds or a period, got “{clean(record.drawn_by)} {clean(record.per)}”.")
    check(made)
    return made


def seed_of(record: PlanRecord) -> bytes:
    """The chance that it draws with. Raises BadInput where the record holds none."""
    try:
        seed = bytes.fromhex(record.seed)
    except ValueError as cause:
        raise BadInput("The seed of this test plan is not hexadecimal: nothing can be drawn.") from cause
    if len(seed) < SHORTEST_SECRET:
        raise BadInput(f"The seed of this test plan has fewer than {SHORTEST_SECRET} bytes: nothing can be drawn.")
    return seed


def plan_on(plans: Iterable[PlanRecord], on: dt.date) -> PlanRecord | None:
    """The plan that holds on a day: the one that began last; None where none did, or it has ended."""
    begun = [one for one in plans if one.holds_from <= on]
    found = max(begun, key=lambda one: (one.holds_from, one.plan_id), default=None)
    if found is None or found.drawn_by == NONE:
        return None
    return None if found.ended_on is not None and found.ended_on < on else found


def drawn(plans: Iterable[PlanRecord], on: dt.date, pack_on: PackOn) -> tuple[PlanRecord, Draw] | None:
    """The plan that holds on a day and what it draws; None where none holds.

    The calendar is that of the pack in force when the day's period began. Raises FieldpoError for an unsound plan.
    """
    found = plan_on(plans, on)
    if found is None:
        return None
    plan = plan_of(found)
    first = period_of(plan, on)[0] if isinstance(plan, PeriodPlan) else on
    pack = pack_on(max(first, found.holds_from))
    return found, draw(plan, seed_of(found), found.person_id, on, lambda each: is_office_day(pack, each))


def trouble_of(record: PlanRecord) -> str:
    """Why nothing can be drawn by a plan; empty where it is sound."""
    try:
        if record.drawn_by != NONE:
            plan_of(record)
            seed_of(record)
    except FieldpoError as error:
        return error.message
    return ""


def plan_line(record: PlanRecord) -> str:
    """A plan whole: "2 to 4 in every month from Tue 24 Nov 2026: court order. Reyes, Ana, written Mon 23 Nov 2026"."""
    ended = f", withdrawn {day(record.ended_on)}" if record.ended_on else ""
    reason = f": {record.reason}" if record.reason else ""
    who = f"{record.officer}, " if record.officer else ""
    return f"{record.words} from {day(record.holds_from)}{reason}. {who}written {day(record.written_on)}{ended}"
