"""Properties of the calendar behind due days: business days, month ends, leap days, weeks and quarters, zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from fieldpo.supervision.calendar import day_of, is_office_day, month_end
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.spans import UNITS, Span, end_of, longest, read_rate, read_span, window_start

DEMO, ND = shipped("demo"), shipped("us-nd")
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
spans = st.builds(Span, st.integers(1, 60), st.sampled_from(UNITS))


@given(days, st.integers(1, 30))
def test_business_days_end_on_an_open_day_with_so_many_open_days_between(start: date, length: int) -> None:
    """Between the first open day and the due day lie exactly so many open days, holidays left out."""
    due = end_of(DEMO, start, Span(length, "business day"))
    assert is_office_day(DEMO, due)
    opened = [start + timedelta(days=n) for n in range((due - start).days + 1)]
    counted = [one for one in opened if is_office_day(DEMO, one)]
    assert len(counted) == length + 1


@given(days)
def test_a_weekend_start_moves_to_monday_first(start: date) -> None:
    """Without holidays: Friday + 2 is Tuesday, Saturday + 2 and Sunday + 2 are Wednesday."""
    due = end_of(ND, start, read_span("2 business days"))
    shown = {5: 2, 6: 3, 7: 3}
    if start.isoweekday() in shown:
        assert due.isoweekday() == shown[start.isoweekday()]


@given(days, st.integers(1, 24))
def test_a_calendar_month_ends_with_its_last_day(start: date, length: int) -> None:
    """The due day is the last of the month so many months on, leap years too."""
    due = end_of(DEMO, start, Span(length, "calendar month"))
    assert due == month_end(due)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == length


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2023-01-31", "1 month", "2023-02-28"),
        ("2024-02-29", "365 days", "2025-02-28"),
        ("2024-02-12", "2 calendar months", "2024-04-30"),
        ("2026-11-30", "1 calendar quarter", "2027-03-31"),
        ("2026-11-22", "1 calendar week", "2026-11-29"),
        ("2026-11-23", "1 calendar week", "2026-12-06"),
        ("2026-11-23", "2 weeks", "2026-12-07"),
    ],
)
def test_ends_that_are_easily_got_wrong(start: str, span: str, due: str) -> None:
    """Short months, leap days, and the last days of weeks and quarters."""
    assert end_of(DEMO, date.fromisoformat(start), read_span(span)) == date.fromisoformat(due)


@given(st.lists(days, min_size=2, max_size=6), spans)
def test_a_later_contact_is_never_due_earlier(starts: list[date], span: Span) -> None:
    """Order is kept: the due days of sorted contacts are sorted."""
    dues = [end_of(DEMO, start, span) for start in sorted(starts)]
    assert all(one <= other for one, other in pairwise(dues))


@given(days, spans)
def test_no_span_is_longer_than_it_says(start: date, span: Span) -> None:
    """What `longest` leaves out can no longer count; the lookback relies on it."""
    assert start < end_of(DEMO, start, span) <= start + longest(span)
    assert window_start(start, span) <= start


@given(spans)
def test_a_span_reads_back_as_written(span: Span) -> None:
    """Words and values are the same thing."""
    assert read_span(str(span)) == span
    assert str(read_rate(f"3 in {span}")) == f"3 in {span}"


@pytest.mark.parametrize("words", ["often", "0 in 30 days", "2 in", "1 in 30", "-1 in 3 days", "1 in 0 days"])
def test_a_rate_that_cannot_be_read_is_refused(words: str) -> None:
    """The sentence says what was expected."""
    with pytest.raises(BadInput, match="expected"):
        read_rate(words)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 - the offset is drawn apart
    st.integers(-12 * 60, 14 * 60),
)
def test_the_day_of_a_moment_is_the_offices_whatever_the_laptops_zone(moment: datetime, minutes: int) -> None:
    """The same moment told with any offset falls on the same day of the office, or of the zone that is named."""
    told = moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    assert day_of(DEMO, told) == day_of(DEMO, moment.replace(tzinfo=UTC))
    assert day_of(DEMO, told, "UTC") == moment.date()


def test_an_evening_visit_stays_on_its_day() -> None:
    """23:30 in Chicago is the next day in UTC, but not for the standards."""
    assert day_of(DEMO, datetime(2026, 11, 23, 5, 30, tzinfo=UTC)) == date(2026, 11, 22)
    assert day_of(DEMO, datetime(2026, 11, 23, 5, 30, tzinfo=UTC), "America/Boise") == date(2026, 11, 22)
    with pytest.raises(BadInput, match="no UTC offset"):
        day_of(DEMO, datetime(2026, 11, 23, 5, 30))  # noqa: DTZ001 - refused
    with pytest.raises(BadInput, match="no time zone"):
        day_of(DEMO, datetime(2026, 11, 23, 5, 30, tzinfo=UTC), "America/Nowhere")
