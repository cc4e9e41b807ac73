"""Spans and rates as policy authors write them: “3 business days”, “1 in 2 calendar months”.

A *calendar* unit ends with its last day: one calendar month from 12 February is 31 March, one calendar week ends on a
Sunday.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from fieldpo.errors import BadInput
from fieldpo.supervision.calendar import add_months, add_office_days, month_end, next_office_day
from fieldpo.supervision.pack import Pack

UNITS = (
    "day",
    "business day",
    "week",
    "month",
    "calendar week",
    "calendar month",
    "calendar quarter",
)
_SPAN = re.compile(rf"(?:(?P<count>\d{{1,4}}) )?(?P<unit>{'|'.join(UNITS)})s?")
_RATE = re.compile(r"(?P<n>\d{1,3}) (?:in|per) (?P<span>.+)")
_LONGEST = {"day": 1, "business day": 3, "week": 7, "month": 31, "calendar week": 7, "calendar month": 31}


class Span(NamedTuple):
    """A length of time, in one of ``UNITS``."""

    length: int
    unit: str

    def __str__(self) -> str:
        """As an author would write it."""
        return f"{self.length} {self.unit}{'' if self.length == 1 else 's'}"


class Rate(NamedTuple):
    """So many contacts in each span."""

    n: int
    span: Span

    def __str__(self) -> str:
        """As an author would write it."""
        return f"{self.n} in {self.span}"


@cache
def read_span(text: str) -> Span:
    """Read “14 days”. Raises BadInput where the words are no span."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise BadInput(f"expected a span such as “3 business days” or “2 calendar months”, got “{text}”")
    return Span(int(found["count"] or 1), found["unit"])


@cache
def read_rate(text: str) -> Rate | None:
    """Read “2 in 30 days”; “none” is None. Raises BadInput where the words are no rate."""
    if text == "none":
        return None
    found = _RATE.fullmatch(text)
    if found is None:
        raise BadInput(f"expected a rate such as “2 in 30 days” or “none”, got “{text}”")
    rate = Rate(int(found["n"]), read_span(found["span"]))
    if rate.n < 1 or rate.span.length < 1:
        raise BadInput(f"expected at least one contact in at least one unit, or “none”, got “{text}”")
    return rate


def end_of(pack: Pack, start: date, span: Span) -> date:
    """Return the day on which a span from a day is up.

    Business days are the office's; a start on a closed day moves to the next open one first. Raises BadInput where the
    result lies outside the calendar.
    """
    try:
        return _end_of(pack, start, span)
    except OverflowError as cause:
        raise BadInput(f"{span} from {start} lies outside the calendar.") from cause


def _end_of(pack: Pack, start: date, span: Span) -> date:
    length, unit = span
    if unit in {"day", "week"}:
        return start + timedelta(days=length if unit == "day" else 7 * length)
    if unit == "business day":
        return add_office_days(pack, next_office_day(pack, start), length)
    if unit == "month":
        return add_months(start, length)
    if unit == "calendar month":
        return month_end(add_months(start, length))
    if unit == "calendar quarter":
        return quarter_end(add_months(start, 3 * length))
    return week_end(start + timedelta(days=7 * length))


def week_end(day: date) -> date:
    """Return the Sunday of this day's week."""
    return day + timedelta(days=7 - day.isoweekday())


def quarter_end(day: date) -> date:
    """Return the last day of this day's quarter."""
    return month_end(day.replace(day=1, month=(day.month + 2) // 3 * 3))


def window_start(on: date, span: Span) -> date:
    """Return the first day of the window of a rate that a day stands in: rolling, or its own calendar unit."""
    length, unit = span
    if unit == "calendar week":
        return on - timedelta(days=on.isoweekday() - 1 + 7 * (length - 1))
    if unit == "calendar month":
        return add_months(on.replace(day=1), 1 - length)
    if unit == "calendar quarter":
        return add_months(on.replace(day=1, month=(on.month - 1) // 3 * 3 + 1), 3 * (1 - length))
    if unit == "month":
        return add_months(on, -length)
    return max(on, date.min + longest(span)) - longest(span)


def longest(span: Span) -> timedelta:
    """Return the most days that lie between a contact and the last day on which it still counts."""
    if span.unit == "calendar quarter":
        return timedelta(days=92 * (span.length + 1))
    whole = span.length + (1 if span.unit.startswith("calendar") else 0)
    return timedelta(days=_LONGEST[span.unit] * whole + (7 if span.unit == "business day" else 0))
