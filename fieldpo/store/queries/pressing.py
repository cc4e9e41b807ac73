"""What presses in a case: overdue, due today or this week, in the words of Today, with why and what a visit clears."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fieldpo.plain import count, late, short_day
from fieldpo.store.queries.owed import Owed, labels
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CLIENT, Contact
from fieldpo.supervision.standards.counting import counts_of, satisfying
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.supervision.standards.policies import policy_for

WEEK = dt.timedelta(days=7)
"""How far ahead a due day stands on Today."""


@dataclass(frozen=True)
class Pressing:
    """One case's row: the most pressing obligation, and how many more there are.

    `days_left` is negative when overdue. `at_home` tells that only a home visit meets it.
    """

    key: str
    case_id: str
    person_id: str
    days_left: int
    when: str
    what: str
    why: str
    whole: str
    """Why, for everything that is due."""
    clears: str
    at_home: bool
    place: str


def pressing(one: Owed) -> Pressing | None:
    """What presses in a case on its day; None where nothing is due within a week."""
    due = one.due_by(one.on + WEEK)
    if not due:
        return None
    first = due[0]
    when = first.due or one.on
    places = _places(one, first)
    tries = one.tries(first)
    said = f" ({count(tries, 'try', 'tries')})" if tries and first.overdue else ""
    more = f" +{len(due) - 1}" if len(due) > 1 else ""
    return Pressing(
        f"owed:{one.case.case_id}",
        one.case.case_id,
        one.person_id,
        first.days_left or 0,
        late(when, one.on) if first.overdue else "today" if when == one.on else short_day(when)[:6],
        f"{first.label}{said}{more}",
        _why(one, due),
        " ".join(_whole(one, each) for each in due),
        _clears(one),
        places == ("home",),
        places[0] if places else "",
    )


def _why(one: Owed, due: tuple[Obligation, ...]) -> str:
    """The whole of why for the first; the others by name and day."""
    first, *others = due
    said = _whole(one, first)
    also = [f"{each.label} {_when(one, each)}" for each in others]
    return f"{said} Also {', '.join(also)}." if also else said


def _whole(one: Owed, each: Obligation) -> str:
    return f"{each.label[:1].upper()}{each.label[1:]}, {_when(one, each)}: {each.why} ({each.rule})."


def _when(one: Owed, each: Obligation) -> str:
    due = each.due or one.on
    return f"due {short_day(due)}, {late(due, one.on)}" if each.overdue else f"due {short_day(due)}"


def _clears(one: Owed) -> str:
    """What a visit at home today would meet, where it would meet more than one."""
    cleared = one.cleared_by(visit(one.pack, one.on), WEEK)
    return f"One trip clears {labels(cleared)}." if len(cleared) > 1 else ""


def visit(pack: Pack, on: dt.date) -> Contact:
    """A home visit on a day at which the client was seen."""
    met = satisfying(pack)
    outcome = next((each.code for each in pack.outcomes if each.code in met), "")
    return Contact(on, "face_to_face", "home", outcome, CLIENT)


def _places(one: Owed, obligation: Obligation) -> tuple[str, ...]:
    rule = one.rule_of(obligation)
    return tuple(counts_of(policy_for(one.pack, one.case.facts, one.on), rule).places) if rule else ()
