"""The office calendar as properties, and the days that people get wrong as examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from fieldpo.supervision.calendar import (
    add_months,
    add_office_days,
    at,
    holiday_on,
    is_office_day,
    local,
    month_end,
    next_office_day,
    office_days_between,
    why_closed,
)
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.written.lists import Holiday

PACK = shipped("demo")
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(DAYS)
def test_the_next_office_day_is_the_first_open_one(day: date) -> None:
    """The next office day is open, not before the day, and every day between is closed."""
    found = next_office_day(PACK, day)
    assert found >= day
    assert is_office_day(PACK, found)
    assert all(why_closed(PACK, day + timedelta(days=n)) for n in range((found - day).days))


@given(DAYS, st.integers(-60, 60))
def test_counting_office_days_there_and_back(day: date, count: int) -> None:
    """Counting n office days from an open day lands on an open day n office days away, and n back returns."""
    start = next_office_day(PACK, day)
    there = add_office_days(PACK, start, count)
    assert is_office_day(PACK, there)
    assert office_days_between(PACK, start, there) == count
    assert add_office_days(PACK, there, -count) == start


@given(DAYS, st.integers(-240, 240))
def test_months_keep_the_day_or_end_with_the_month(day: date, months: int) -> None:
    """A month ahead is the same day of the month, or the month's last day where it is shorter."""
    found = add_months(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found == month_end(found) and found.day < day.day)


@given(DAYS, st.times().map(lambda t: t.replace(microsecond=0)))
def test_a_time_on_the_office_clock_is_that_time_or_was_skipped(day: date, clock: time) -> None:
    """The moment of a clock time shows that time, except in the hour that spring skips, which moves on by
    an hour."""
    shown = local(at(day, clock, PACK), PACK)
    if (shown.date(), shown.time()) != (day, clock):
        assert shown.replace(tzinfo=None) - datetime.combine(day, clock) == timedelta(hours=1)
        assert (day.isoweekday(), clock.hour) == (7, 2)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 26), "Thanksgiving"),
        (date(2026, 11, 27), "Day after Thanksgiving"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2026, 7, 3), "Independence Day"),
        (date(2021, 12, 31), "New Year's Day"),
        (date(2027, 6, 18), "Juneteenth"),
        (date(2026, 11, 23), ""),
    ],
)
def test_holidays_fall_where_they_are_kept(day: date, name: str) -> None:
    """Holidays by weekday, by date, and by date moved off a weekend fall on the days that offices close."""
    assert holiday_on(PACK, day) == name


def test_leap_days_and_month_ends() -> None:
    """31 January and one month is the end of February, 29 February and a year the 28th."""
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)


def test_the_skipped_hour_moves_on() -> None:
    """02:30 on the night that clocks go forward is 03:30 of daylight time."""
    assert at(date(2026, 3, 8), time(2, 30), PACK).isoformat() == "2026-03-08T03:30:00-05:00"


def test_a_time_without_offset_is_refused() -> None:
    """A moment without UTC offset is refused, one in another zone is shown on the office's clock."""
    with pytest.raises(BadInput, match="no UTC offset"):
        local(datetime(2026, 11, 23, 14, 30), PACK)  # noqa: DTZ001 - the naive time is the subject
    assert local(datetime(2026, 11, 23, 20, 30, tzinfo=UTC), PACK).hour == 14


def test_an_office_that_is_never_open_is_refused() -> None:
    """A pack whose holidays close every day ends in a sentence, not in a search without end."""
    every = tuple(Holiday(label="shut", date=date(2026, 1, 1) + timedelta(days=n)) for n in range(800))
    shut = msgspec.structs.replace(PACK, holidays=every)
    with pytest.raises(BadInput, match="not open once in a year"):
        next_office_day(shut, date(2026, 2, 1))


@pytest.mark.parametrize(
    "beyond", [lambda: add_months(date(9999, 12, 1), 1), lambda: add_office_days(PACK, date.max, 9)]
)
def test_beyond_the_calendar_is_refused(beyond: object) -> None:
    """Counting past the last day there is ends in a sentence."""
    assert callable(beyond)
    with pytest.raises(BadInput, match="outside the calendar"):
        beyond()
