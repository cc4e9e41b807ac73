"""Random drug-test draws: the same again, within their bounds, fair, and provable."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpo.errors import BadInput, PolicyError
from fieldpo.supervision.calendar import is_office_day
from fieldpo.supervision.drug_tests.draws import OddsPlan, PeriodPlan, Plan, draw, period_of
from fieldpo.supervision.packs.reading import shipped

SECRET = b"an agency's own secret of the year"
START = dt.date(2026, 1, 1)


def _always(day: dt.date) -> bool:
    return True


def _weekdays(day: dt.date) -> bool:
    return day.isoweekday() <= 5


def _drawn(plan: Plan, days: int, person: str = "p-1", start: dt.date = START) -> list[dt.date]:
    span = [start + dt.timedelta(days=n) for n in range(days)]
    return [day for day in span if draw(plan, SECRET, person, day, _weekdays).drawn]


PERSONS = st.text(min_size=1, max_size=8).filter(lambda text: bool(text.strip()) and "\n" not in text)
PERIODS = st.one_of(
    st.builds(PeriodPlan, st.dates(START, dt.date(2027, 1, 1)), st.integers(0, 2), st.integers(2, 6), st.just("month")),
    st.builds(PeriodPlan, st.dates(START, dt.date(2027, 1, 1)), st.integers(0, 2), st.integers(2, 4), st.just("week")),
    st.builds(
        PeriodPlan,
        st.dates(START, dt.date(2027, 1, 1)),
        st.integers(0, 2),
        st.integers(2, 4),
        st.just("days"),
        st.integers(7, 40),
    ),
)


@settings(max_examples=40)
@given(PERIODS, PERSONS, st.integers(0, 400))
def test_every_whole_period_has_its_number_of_draws(plan: PeriodPlan, person: str, later: int) -> None:
    """In every period with enough open days there are from least to most draws, all on open days."""
    first, last = period_of(plan, plan.starts_on + dt.timedelta(days=later))
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    held = [day for day in days if day >= plan.starts_on and _weekdays(day)]
    drawn = [day for day in held if draw(plan, SECRET, person, day, _weekdays).drawn]
    assert min(plan.least, len(held)) <= len(drawn) <= plan.most


@settings(max_examples=40)
@given(PERIODS, st.integers(0, 400))
def test_every_day_is_in_its_own_period(plan: PeriodPlan, later: int) -> None:
    """A period holds the day that it was asked for, and all its days have the same period."""
    day = plan.starts_on + dt.timedelta(days=later)
    first, last = period_of(plan, day)
    assert first <= day <= last
    assert period_of(plan, max(first, plan.starts_on)) == period_of(plan, last) == (first, last)


@given(PERIODS, PERSONS, st.integers(0, 300))
def test_the_same_again(plan: PeriodPlan, person: str, later: int) -> None:
    """Any past day drawn again gives the very same answer, words and all."""
    day = plan.starts_on + dt.timedelta(days=later)
    assert draw(plan, SECRET, person, day, _weekdays) == draw(plan, SECRET, person, day, _weekdays)


def test_odds_are_met_in_the_long_run() -> None:
    """One day in five over 4,000 days and more is drawn within four standard deviations of a fifth."""
    plan = OddsPlan(START, 1, 5)
    days = [START + dt.timedelta(days=n) for n in range(4000)]
    drawn = sum(draw(plan, SECRET, "p-1", day, _always).drawn for day in days)
    assert abs(drawn - 800) < 4 * (4000 * 0.2 * 0.8) ** 0.5


def test_odds_of_all_and_of_none() -> None:
    """Odds of one in one draw every open day, odds of none never."""
    assert len(_drawn(OddsPlan(START, 1, 1), 14)) == 10
    assert _drawn(OddsPlan(START, 0, 7), 14) == []


def test_days_of_a_period_are_all_as_likely() -> None:
    """Over 600 persons each weekday of a week is chosen about as often as any other."""
    plan = PeriodPlan(dt.date(2026, 1, 5), 1, 1, "week")
    hits = [_drawn(plan, 7, f"p-{n}", dt.date(2026, 1, 5))[0].isoweekday() for n in range(600)]
    assert all(abs(hits.count(weekday) - 120) < 4 * (600 * 0.2 * 0.8) ** 0.5 for weekday in range(1, 6))


def test_persons_and_secrets_are_drawn_apart() -> None:
    """Another person or another secret gives other days."""
    plan = OddsPlan(START, 1, 2)
    mine = _drawn(plan, 60)
    assert mine != _drawn(plan, 60, "p-2")
    days = [START + dt.timedelta(days=n) for n in range(60)]
    assert mine != [day for day in days if draw(plan, b"another secret of theirs", "p-1", day, _weekdays).drawn]


def test_a_draw_can_be_proved_by_hand() -> None:
    """The number behind a draw is HMAC-SHA256 over the documented text, read as a fraction of 2⁶⁴."""
    digest = hmac.new(SECRET, b"fieldpo draw 1\nodds\np-1\n2026-03-03", hashlib.sha256).digest()
    number = int.from_bytes(digest[:8]) / 2**64
    found = draw(OddsPlan(START, 1, 3), SECRET, "p-1", dt.date(2026, 3, 3), _weekdays)
    assert found.drawn == (number < 1 / 3)
    assert found.why.startswith(f"{number:.6f} is ")


def test_nobody_is_drawn_when_the_office_is_closed() -> None:
    """On a holiday of the agency's calendar there is no draw, and the draw says why."""
    pack = shipped("demo")
    thanksgiving = dt.date(2026, 11, 26)
    found = draw(OddsPlan(START, 1, 1), SECRET, "p-1", thanksgiving, lambda day: is_office_day(pack, day))
    assert (found.drawn, found.why) == (False, "closed on this day")


def test_a_period_shorter_than_its_draws_has_what_it_can() -> None:
    """A plan that starts on the last open day of a month draws that day, and not more."""
    plan = PeriodPlan(dt.date(2026, 1, 30), 3, 3, "month")
    assert _drawn(plan, 2, start=dt.date(2026, 1, 30)) == [dt.date(2026, 1, 30)]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (OddsPlan(START, 3, 2), "hits: expected 0 to out_of, got 3 of 2"),
        (OddsPlan(START, 0, 0), "hits: expected 0 to out_of, got 0 of 0"),
        (PeriodPlan(START, 3, 2), "least: expected 0 to most, got 3 to 2"),
        (PeriodPlan(START, 1, 2, "days"), "days: expected it with per “days” only, and above 0, got 0"),
        (PeriodPlan(START, 1, 2, "week", 9), "days: expected it with per “days” only, and above 0, got 9"),
        (PeriodPlan(START, 1, 2, ends_before=START), "ends_before: expected a day after 2026-01-01"),
    ],
)
def test_a_bad_plan_names_its_key(plan: Plan, said: str) -> None:
    """A plan that cannot hold is refused by key."""
    with pytest.raises(PolicyError) as wrong:
        draw(plan, SECRET, "p-1", START, _always)
    assert wrong.value.message.startswith(f"test plan: {said}")


def test_a_day_outside_the_plan_and_a_short_secret() -> None:
    """Before the plan begins, from the day it ends, or with a secret too short, nothing is drawn."""
    plan = OddsPlan(START, 1, 2, ends_before=dt.date(2026, 2, 1))
    for day in (dt.date(2025, 12, 31), dt.date(2026, 2, 1)):
        with pytest.raises(BadInput, match="The test plan is in force from 2026-01-01 to before 2026-02-01"):
            draw(plan, SECRET, "p-1", day, _always)
    with pytest.raises(BadInput, match="at least 16 bytes; this one has 5"):
        draw(plan, b"short", "p-1", START, _always)


def test_a_plan_that_is_ended_later_drew_what_it_drew() -> None:
    """Ending a plan in mid-month leaves every draw before the end as it was, and draws nothing from then on."""
    plan = PeriodPlan(START, 3, 6)
    end = dt.date(2026, 3, 16)
    ended = PeriodPlan(START, 3, 6, ends_before=end)
    days = (end - START).days
    for person in ("p-1", "p-2", "p-3"):
        assert _drawn(ended, days, person) == _drawn(plan, days, person)
    with pytest.raises(BadInput, match="lies outside it"):
        draw(ended, SECRET, "p-1", end, _weekdays)


@pytest.mark.parametrize("person", ["", "  ", "44\n71"])
def test_a_draw_is_for_somebody(person: str) -> None:
    """Without an ID, or with one of two lines that could be another person's, nothing is drawn."""
    with pytest.raises(BadInput, match="for a person's ID"):
        draw(OddsPlan(START, 1, 2), SECRET, person, START, _always)
