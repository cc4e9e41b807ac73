"""Dates, counts and durations as an officer reads them."""

from __future__ import annotations

import pytest

from fieldpo.plain import ago, clock, count, day, late, minutes, moment, short_day


def test_days_and_moments() -> None:
    """A day is written with its weekday, a moment in the zone that it carries."""
    assert day("2026-11-23") == "Mon 23 Nov 2026"
    assert short_day("2026-12-07") == "Mon 07 Dec"
    assert clock("2026-11-23T14:02:59-06:00") == "14:02"
    assert moment("2026-11-23T23:30:00-06:00") == "Mon 23 Nov 2026 23:30"


def test_a_wrong_date_is_said() -> None:
    """Text that is no date raises."""
    with pytest.raises(ValueError, match="month"):
        day("2026-13-01")


def test_late_and_ago() -> None:
    """Due dates and past days are counted in days."""
    assert [late(d, "2026-11-23") for d in ("2026-11-11", "2026-11-23", "2026-11-26")] == [
        "12 d late",
        "due today",
        "in 3 d",
    ]
    assert [ago(d, "2026-11-23") for d in ("2026-11-11", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-26")] == [
        "12 d ago",
        "yesterday",
        "today",
        "tomorrow",
        "in 3 d",
    ]


def test_minutes_and_counts() -> None:
    """Durations in hours and minutes, counts with the right plural."""
    assert [minutes(m) for m in (-5, 0, 15, 60, 95)] == ["0 min", "0 min", "15 min", "1 h", "1 h 35 min"]
    assert [count(1, "entry"), count(7000, "entry"), count(0, "day"), count(2, "address")] == [
        "1 entry",
        "7,000 entries",
        "0 days",
        "2 addresses",
    ]
    assert count(2, "person", "people") == "2 people"
