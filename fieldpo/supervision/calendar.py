"""The office's calendar: days open and closed, weeks and months ahead, and times in the office's zone.

Days are local calendar days. A moment always carries its UTC offset; a naive one is refused.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from fieldpo.errors import BadInput
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.lists import Holiday

_SATURDAY, _SUNDAY = 6, 7
_FAR = 366  # no office is closed a year on end; a pack that says so is refused rather than searched for ever


def holiday_on(pack: Pack, day: date) -> str:
    """Name the holiday that closes the office on this day; empty where there is none."""
    return _holidays(pack.holidays, day.year).get(day, "")


def why_closed(pack: Pack, day: date) -> str:
    """Say why the office is closed on this day: a holiday's name or the day of the week; empty where it is
    open."""
    if name := holiday_on(pack, day):
        return name
    return "" if day.isoweekday() in pack.office.days else day.strftime("%A")


def is_office_day(pack: Pack, day: date) -> bool:
    """Say whether the office is open on this day."""
    return not why_closed(pack, day)


def next_office_day(pack: Pack, day: date) -> date:
    """Return this day where the office is open on it, else the first open day after it. Raises BadInput if
    none is."""
    return _walk(pack, day, 1)


def add_office_days(pack: Pack, day: date, days: int) -> date:
    """Count office days from a day, which itself is not counted; negative counts go back, zero stays.

    Raises BadInput where the result lies outside the calendar.
    """
    step = 1 if days >= 0 else -1
    for _ in range(abs(days)):
        day = _walk(pack, _shift(day, step), step)
    return day


def office_days_between(pack: Pack, start: date, end: date) -> int:
    """Count the office days after ``start`` up to and including ``end``; negative where ``end`` is earlier."""
    if end < start:
        return -office_days_between(pack, end, start)
    span = (end - start).days
    return sum(is_office_day(pack, start + timedelta(days=n)) for n in range(1, span + 1))


def add_months(day: date, months: int) -> date:
    """Return the same day of a later or earlier month, or that month's last day where it is shorter.

    31 January and one month is 28 or 29 February. Raises BadInput where the result lies outside the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise BadInput(f"{months} months from {day} lies outside the calendar.")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of this day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


_FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


def local(moment: datetime, pack: Pack) -> datetime:
    """Show a moment on the office's clock. Raises BadInput for a moment without a UTC offset.

    One at the calendar's very ends is shown as two days within, so that it has a day there, and one after and before.
    """
    if moment.tzinfo is None:
        raise BadInput(f"The time {moment:%Y-%m-%d %H:%M} has no UTC offset.")
    return max(_FIRST, min(moment, _LAST)).astimezone(zone_of(pack))


def day_of(pack: Pack, moment: datetime, zone: str = "") -> date:
    """Return the calendar day of a moment on the office's clock, or in a named IANA zone (an officer elsewhere).

    The offset that the moment was recorded with makes no difference. Raises BadInput for a moment without one, or a
    zone that is not there.
    """
    if not zone:
        return local(moment, pack).date()
    if moment.tzinfo is None:
        raise BadInput(f"The time {moment:%Y-%m-%d %H:%M} has no UTC offset.")
    try:
        return moment.astimezone(ZoneInfo(zone)).date()
    except (KeyError, ValueError, OSError) as cause:
        raise BadInput(f"There is no time zone “{zone}”.") from cause


def at(day: date, clock: time, pack: Pack) -> datetime:
    """Return the moment when the office's clock shows this time on this day.

    A time that the clock skips in spring is moved on by the skipped hour; of one that comes twice in
    autumn, the first.
    """
    naive = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    shown = naive.replace(tzinfo=zone_of(pack))
    return shown.astimezone(UTC).astimezone(zone_of(pack))


def zone_of(pack: Pack) -> ZoneInfo:
    """Return the office's time zone."""
    return ZoneInfo(pack.office.time_zone)


def _walk(pack: Pack, day: date, step: int) -> date:
    for _ in range(_FAR):
        if is_office_day(pack, day):
            return day
        day = _shift(day, step)
    raise BadInput(f"By {pack.name} the office is not open once in a year from {day}.")


def _shift(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as cause:
        raise BadInput(f"{days} days from {day} lies outside the calendar.") from cause


@cache
def _holidays(rules: tuple[Holiday, ...], year: int) -> dict[date, str]:
    # Two neighbouring years too: New Year's Day on a Saturday is kept on 31 December.
    found: dict[date, str] = {}
    for near in (year - 1, year, year + 1):
        if not date.min.year <= near <= date.max.year:
            continue
        for rule in rules:
            day = _falls(rule, near)
            if day is not None and day.year == year:
                found.setdefault(day, rule.label)
    return found


def _falls(rule: Holiday, year: int) -> date | None:
    if rule.date is not None:
        return rule.date if rule.date.year == year else None
    try:
        day = _by_date(rule, year) if rule.day else _by_weekday(rule, year)
        return day + timedelta(days=rule.plus)
    except OverflowError:
        return None


def _by_date(rule: Holiday, year: int) -> date:
    day = date(year, rule.month, rule.day)
    if rule.observed and day.isoweekday() == _SATURDAY:
        return day - timedelta(days=1)
    if rule.observed and day.isoweekday() == _SUNDAY:
        return day + timedelta(days=1)
    return day


def _by_weekday(rule: Holiday, year: int) -> date:
    if rule.nth > 0:
        first = date(year, rule.month, 1)
        return first + timedelta(days=(rule.weekday - first.isoweekday()) % 7 + 7 * (rule.nth - 1))
    last = month_end(date(year, rule.month, 1))
    return last - timedelta(days=(last.isoweekday() - rule.weekday) % 7)
