"""What the field sheet says of a visit, the same on the screen and in print."""

from __future__ import annotations

import datetime as dt
from typing import Final

from fieldpo.plain import clock, late, short_day
from fieldpo.store.queries.day.field_sheet import FieldSheet, SheetVisit
from fieldpo.supervision.agenda.words import why_words
from fieldpo.supervision.standards.engine import Obligation

NOBODY_ALERTED: Final = "Offline: nobody is alerted."
"""Said on every sheet: being on it sends no word to anybody."""
NOTHING_DUE: Final = "nothing that is due within a week"


def when_words(one: SheetVisit, today: dt.date) -> str:
    """How late it is, in a cell: "at 16:00" where booked, else "12 d late", "today", "Wed 25"; else empty."""
    if one.booked is not None:
        return f"at {clock(one.booked.starts)}"
    if not one.clears:
        return ""
    due = one.clears[0].due or today
    return late(due, today) if due < today else "today" if due == today else short_day(due)[:6]


def clears_words(one: SheetVisit) -> str:
    """What it clears, in a cell: "2: home visit + face-to-face"."""
    return f"{len(one.clears)}: {' + '.join(each.label for each in one.clears)}" if one.clears else "nothing due"


def owed_words(one: Obligation, today: dt.date) -> str:
    """One obligation that it clears and why that is owed: "home visit, 12 d late: 1 in 30 days at HIGH (demo)"."""
    due = one.due or today
    when = late(due, today) if due <= today else f"due {short_day(due)}"
    return f"{one.label}, {when}: {why_words(one, today)}"


def near_words(sheet: FieldSheet, one: SheetVisit) -> str:
    """Who else could be visited in the same area: "Ash St N: Boateng, K. (clears 2), Dorsey, T. (at 16:00)"."""
    near = [_near(each) for each in sheet.near(one)]
    return f"{one.home.area}: {', '.join(near)}" if near else ""


def place_words(one: SheetVisit) -> str:
    """The address, then how to find it; person-made."""
    return ". ".join(part for part in (one.home.address or "no address on file", one.home.directions) if part)


def marked_words(number: int) -> str:
    """How many persons are marked: "2 marked"."""
    return f"{number} marked" if number else "nobody marked"


def _near(one: SheetVisit) -> str:
    parts = [f"clears {len(one.clears)}"] if one.clears else []
    parts += [f"at {clock(one.booked.starts)}"] if one.booked else []
    return f"{one.person.short} ({', '.join(parts)})" if parts else one.person.short
