"""Times as officers type them: read on the right side of now, or refused with examples."""

from __future__ import annotations

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from fieldpo.store.entries.when import coming, past_moment, visit_times
from fieldpo.supervision.packs.reading import shipped

PACK = shipped("demo")
NOW = dt.datetime(2026, 11, 23, 14, 33, tzinfo=ZoneInfo("America/Chicago"))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("1405", "2026-11-23T14:05"),
        ("14:05", "2026-11-23T14:05"),
        ("1500", "2026-11-22T15:00"),
        ("yesterday 9:05", "2026-11-22T09:05"),
        ("fri 1000", "2026-11-20T10:00"),
        ("07 Dec 1000", "2025-12-07T10:00"),
        ("2026-11-20 08:15", "2026-11-20T08:15"),
        ("2026-11-20T14:15:00Z", "2026-11-20T08:15"),
    ],
)
def test_past_times_as_officers_type_them(typed: str, moment: str) -> None:
    """A clock alone is today's or yesterday's; a day without a year is the last one."""
    assert past_moment(typed, NOW, PACK).isoformat() == f"{moment}:00-06:00"


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("07 Dec 14:30", "2026-12-07T14:30"),
        ("Mon 07 Dec 2026 14:30", "2026-12-07T14:30"),
        ("12/7 14:30", "2026-12-07T14:30"),
        ("1/4/27", "2027-01-04T09:00"),
        ("1/4", "2027-01-04T09:00"),
        ("dec 7", "2026-12-07T09:00"),
        ("07 dec 2026", "2026-12-07T09:00"),
        ("3 jan", "2027-01-03T09:00"),
        ("mon 9:30", "2026-11-30T09:30"),
        ("tomorrow", "2026-11-24T09:00"),
        ("+14", "2026-12-07T09:00"),
        ("2w 1500", "2026-12-07T15:00"),
        ("1m", "2026-12-23T09:00"),
        ("1200", "2026-11-24T12:00"),
        ("2026-12-07", "2026-12-07T09:00"),
    ],
)
def test_times_ahead_as_officers_type_them(typed: str, moment: str) -> None:
    """A day alone takes the usual time; a clock that has passed is tomorrow's."""
    assert coming(typed, NOW, PACK, dt.time(9)).isoformat() == f"{moment}:00-06:00"


@pytest.mark.parametrize(
    "typed", ["", "soon", "25:00", "31 feb", "2026-13-01", "mon tue wed", "7 dec 2026 99", "²", "13/1", "tue 07 dec"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    """Anything else is said to be no time, with examples."""
    with pytest.raises(BadInput):
        past_moment(typed, NOW, PACK)
    with pytest.raises(BadInput):
        coming(typed, NOW, PACK, dt.time(9))


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_times(typed: str) -> None:
    """Whatever is typed is a time on the right side of now, or BadInput; nothing else is raised."""
    with contextlib.suppress(BadInput):
        assert past_moment(typed, NOW, PACK) <= NOW
    with contextlib.suppress(BadInput):
        assert coming(typed, NOW, PACK, dt.time(9)) > NOW


def test_visit_entered_later_has_arrival_and_minutes() -> None:
    """1405 20 is an arrival and a stay; a visit that is not over yet is refused."""
    arrived, stayed = visit_times("1405 20", NOW, PACK)
    assert (arrived.isoformat(), stayed) == ("2026-11-23T14:05:00-06:00", 20)
    assert visit_times("1405", NOW, PACK)[1] is None
    with pytest.raises(BadInput, match="not over yet"):
        visit_times("1425 20", NOW, PACK)
    with pytest.raises(BadInput):
        visit_times("20", NOW, PACK)
