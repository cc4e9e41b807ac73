"""Appointments: the life cycle, the suggested next one, and clashes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput, NotFound
from fieldpo.supervision.appointments import (
    Slot,
    check_change,
    clashes,
    is_open,
    may_become,
    status_for,
    suggest,
)
from fieldpo.supervision.calendar import is_office_day, local
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.written.codes import by_code, by_key
from fieldpo.supervision.written.visits import NextChoice

PACK = shipped("demo")
# Hypothesis takes its bounds without a zone and adds it.
_FIRST, _LAST = datetime(2000, 1, 1), datetime(2080, 1, 1)  # noqa: DTZ001
MOMENTS = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))


def _choice(key: str) -> NextChoice:
    found = by_key(PACK.next_appointments, key)
    assert found is not None
    return found


@given(st.sampled_from(PACK.appointment_statuses), st.sampled_from(PACK.appointment_statuses))
def test_only_open_appointments_end_and_ends_are_final(one: object, two: object) -> None:
    """An open appointment may end in any way; an ended one only goes from missed to excused."""
    was, to = str(getattr(one, "code", "")), str(getattr(two, "code", ""))
    if to == "made":
        assert not may_become(PACK, was, to)
    elif is_open(was):
        assert may_become(PACK, was, to)
    else:
        assert may_become(PACK, was, to) == ((was, to) == ("missed", "excused"))


def test_a_change_that_may_not_be_says_what_may() -> None:
    """Keeping a missed appointment is refused with what it can become; a final one says to make a new one."""
    with pytest.raises(BadInput, match=r"is missed and cannot become kept\. It can become excused"):
        check_change(PACK, "missed", "kept")
    with pytest.raises(BadInput, match="make a new one"):
        check_change(PACK, "kept", "moved")
    with pytest.raises(NotFound):
        check_change(PACK, "made", "forgotten")


def test_outcomes_end_the_appointment_they_answer() -> None:
    """Reported keeps the appointment, did not report misses it, a message left changes nothing."""
    assert [status_for(PACK, code) for code in ("reported", "did_not_report", "left_message")] == [
        "kept",
        "missed",
        "",
    ]


def test_two_weeks_is_the_same_weekday_and_time() -> None:
    """Two weeks after Monday 23 November 14:30 is Monday 7 December 14:30, for the usual length."""
    previous = Slot(datetime.fromisoformat("2026-11-23T14:30:00-06:00"), 15)
    found = suggest(PACK, _choice("2"), previous, "office")
    assert found is not None
    assert found.start.isoformat() == "2026-12-07T14:30:00-06:00"
    assert (found.minutes, found.place, found.moved_because) == (15, "office", "")


def test_a_holiday_moves_it_and_says_why() -> None:
    """A week after Thursday 19 November is Thanksgiving: Monday is offered, with the reason."""
    previous = Slot(datetime.fromisoformat("2026-11-19T09:00:00-06:00"), 15)
    found = suggest(PACK, _choice("1"), previous, "office")
    assert found is not None
    assert found.start.isoformat() == "2026-11-30T09:00:00-06:00"
    assert found.moved_because == "Thu 26 Nov is Thanksgiving"


def test_none_and_a_date_to_ask_for_suggest_nothing() -> None:
    """The choices none and date make no suggestion of their own."""
    previous = Slot(datetime.fromisoformat("2026-11-19T09:00:00-06:00"), 15)
    assert [suggest(PACK, _choice(key), previous, "office") for key in "0d"] == [None, None]


@given(MOMENTS, st.sampled_from([c for c in PACK.next_appointments if c.weeks or c.months]))
def test_a_suggestion_is_on_an_open_day_after_the_previous_one(start: datetime, choice: NextChoice) -> None:
    """Whatever the choice and the clock changes between, the next one is later, on an open day, at the same
    clock time."""
    found = suggest(PACK, choice, Slot(start, 15), "home")
    assert found is not None
    assert found.start > start
    assert is_office_day(PACK, found.start.date())
    before, after = local(start, PACK), local(found.start, PACK)
    # An hour skipped in spring lies on a Sunday, when the office is closed.
    assert before.time() == after.time()
    assert bool(found.moved_because) == (found.counted != after.date())
    assert found.minutes == by_code(PACK.appointment_kinds, "home").minutes


@given(MOMENTS, st.integers(1, 120), st.lists(st.tuples(st.integers(-240, 240), st.integers(1, 120)), max_size=8))
def test_clashes_are_those_that_share_a_minute(start: datetime, minutes: int, others: list[tuple[int, int]]) -> None:
    """Two appointments clash if and only if some minute belongs to both; back to back does not."""
    slots = [(start + timedelta(minutes=offset), length) for offset, length in others]
    mine = set(range(minutes))
    wanted = sorted(
        Slot(*slot)
        for slot, (offset, length) in zip(slots, others, strict=True)
        if mine & set(range(offset, offset + length))
    )
    assert list(clashes(start, minutes, slots)) == wanted
