"""Times as officers type them: "1405", "tomorrow 9:30", "07 Dec 14:30", "2026-12-07", "+14", "2w"."""

from __future__ import annotations

import datetime as dt
import re

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.supervision.calendar import add_months, at, local
from fieldpo.supervision.pack import Pack

_CLOCK = re.compile(r"^(?P<hour>\d{1,2}):?(?P<minute>\d{2})$")
_AHEAD = re.compile(r"^\+?(?P<count>\d{1,3})(?P<unit>[dwm])$|^\+(?P<days>\d{1,3})$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLASHED = re.compile(r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>(?:20)?\d{2}))?$")
EXAMPLES = "1405, yesterday 14:05, 07 Dec 14:30, 12/7 14:30, mon 9:00, +14, 2w"
DAYS = "07 Dec, 12/7, mon, yesterday, +14, 2w"
"""Examples of a day with no time of day."""


def past_moment(typed: str, now: dt.datetime, pack: Pack) -> dt.datetime:
    """When something was: a clock alone is today's, or yesterday's where today's has not come yet.

    `now` carries any offset, the answer the office's. Raises `BadInput` for what is no time, or lies ahead.
    """
    here = local(now, pack)
    moment = _iso(typed, pack)
    if moment is None:
        day, clock = _parts(typed, here.date(), back=True)
        if clock is None:
            raise BadInput(f"Say the time of day too, as in: {EXAMPLES}.")
        moment = at(day or here.date(), clock, pack)
        if day is None and moment > here:
            moment = at(here.date() - dt.timedelta(days=1), clock, pack)
    if moment > here:
        raise BadInput("That lies in the future. A contact is logged when it has begun.")
    return moment


def coming(typed: str, now: dt.datetime, pack: Pack, usual: dt.time) -> dt.datetime:
    """When something shall be; a day alone takes the `usual` time of day.

    `now` carries any offset, the answer the office's. Raises `BadInput` for what is no time, or lies behind.
    """
    here = local(now, pack)
    moment = _iso(typed, pack)
    if moment is None:
        day, clock = _parts(typed, here.date(), back=False)
        moment = at(day or here.date(), clock or usual, pack)
        if day is None and moment <= here:
            moment = at(here.date() + dt.timedelta(days=1), clock or usual, pack)
    if moment <= here:
        raise BadInput("That lies in the past. An appointment is made ahead.")
    return moment


def a_day(typed: str, now: dt.datetime, pack: Pack, *, ahead: bool = False) -> dt.date | None:
    """A day as typed, None for nothing: without a year the last such day, or the next where it lies `ahead`.

    `now` carries any offset. Raises `BadInput` for what is no day.
    """
    words = typed.strip().casefold().replace(",", " ").split()
    return _day(words, local(now, pack).date(), back=not ahead, examples=DAYS) if words else None


def visit_times(typed: str, now: dt.datetime, pack: Pack) -> tuple[dt.datetime, int | None]:
    """As in "1405 20": arrived at 14:05 today, or yesterday where that has not come yet, and stayed 20 minutes.

    Raises `BadInput` for anything else, or a visit that is not over yet.
    """
    words = typed.split()
    minutes: int | None = None
    if len(words) > 1 and words[-1].isdecimal() and len(words[-1]) <= 3:
        minutes = int(words.pop())
    if not words:
        raise BadInput("Type when you arrived and how many minutes you stayed, as in 1405 20.")
    arrived = past_moment(" ".join(words), now, pack)
    if minutes is not None and arrived + dt.timedelta(minutes=minutes) > now:
        raise BadInput("By these times the visit is not over yet. Type when you arrived and the minutes you stayed.")
    return arrived, minutes


def _iso(typed: str, pack: Pack) -> dt.datetime | None:
    """A full ISO 8601 moment; without an offset it is the office's clock."""
    text = typed.strip()
    if len(text) <= len("2026-12-07"):
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return at(moment.date(), moment.time(), pack)
    return local(moment, pack)


def _parts(typed: str, today: dt.date, *, back: bool) -> tuple[dt.date | None, dt.time | None]:
    """The day and the clock in what was typed, whichever there is."""
    words = typed.strip().casefold().replace(",", " ").split()
    clock: dt.time | None = None
    if words and (found := _clock(words[-1])) and not _is_year(words):
        clock = found
        words.pop()
    day = _day(words, today, back=back) if words else None
    if clock is None and day is None:
        raise BadInput(f"That is no day or time. Type one as in: {EXAMPLES}.")
    return day, clock


def _is_year(words: list[str]) -> bool:
    """Whether a year ends it: "07 dec 2026" ends in a year, not in 20:26."""
    return len(words) == 3 and words[1][:3] in _MONTHS and words[2].startswith("20") and len(words[2]) == 4


def _clock(word: str) -> dt.time | None:
    found = _CLOCK.match(word)
    if found is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"])
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _day(words: list[str], today: dt.date, *, back: bool, examples: str = EXAMPLES) -> dt.date:
    """The day in these words; a weekday before it, as fieldpo itself writes one, has to be its own."""
    named = words[0] if len(words) > 1 and words[0].isalpha() and words[0][:3] in _DAYS else ""
    said = words[1:] if named else words
    try:
        found = _one_word(said[0], today, back=back) if len(said) == 1 else _with_month(said, today, back=back)
    except (ValueError, OverflowError):
        raise BadInput(f"That is no day. Type one as in: {examples}.") from None
    if named and named[:3] != _DAYS[found.weekday()]:
        raise BadInput(f"That day is {plain.day(found)}. Type the one that you mean.")
    return found


def _one_word(word: str, today: dt.date, *, back: bool) -> dt.date:
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if word in near:
        return today + dt.timedelta(days=near[word])
    if word[:3] in _DAYS and word.isalpha():
        step = (_DAYS.index(word[:3]) - today.weekday()) % 7
        return today + dt.timedelta(days=step - 7 if back and step else step or (0 if back else 7))
    if ahead := _AHEAD.match(word):
        count = int(ahead["count"] or ahead["days"])
        if ahead["unit"] == "m":
            return add_months(today, count)
        return today + dt.timedelta(days=count * (7 if ahead["unit"] == "w" else 1))
    if slashed := _SLASHED.match(word):
        month, number, year = int(slashed["month"]), int(slashed["day"]), slashed["year"]
        if year:
            return dt.date(int(year) % 100 + 2000, month, number)
        return _nearest(month, number, today, back=back)
    return dt.date.fromisoformat(word)


def _with_month(words: list[str], today: dt.date, *, back: bool) -> dt.date:
    first, second = words[0], words[1]
    number, name = (first, second) if first.isdecimal() else (second, first)
    month = _MONTHS.index(name[:3]) + 1
    if len(words) > 3:
        raise ValueError(words)
    if len(words) == 3:
        return dt.date(int(words[2]), month, int(number))
    return _nearest(month, int(number), today, back=back)


def _nearest(month: int, number: int, today: dt.date, *, back: bool) -> dt.date:
    """That day of this year; of the last or the next where it lies on the other side of today."""
    found = dt.date(today.year, month, number)
    if back and found > today:
        return found.replace(year=today.year - 1)
    return found.replace(year=today.year + 1) if not back and found < today else found
