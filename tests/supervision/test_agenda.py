"""The agenda's own rules: where a thing stands, what comes first, one line a person, and the out-of-contact clock."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.supervision.agenda.items import STANDING, Item, Section, Source
from fieldpo.supervision.agenda.out_of_contact import out_of_contact
from fieldpo.supervision.agenda.placing import lines, section_of
from fieldpo.supervision.agenda.words import dates_in_words, rule_words
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.case import Stay
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.supervision.written.lists import OutOfContactClock

NOW = dt.datetime(2026, 11, 23, 14, 2, tzinfo=dt.UTC)
TODAY = NOW.date()
CLOCK = shipped("demo").out_of_contact


def day(days: int) -> dt.date:
    """So many days from today."""
    return TODAY + dt.timedelta(days=days)


def owed(days: int, person: str = "p", label: str = "home visit") -> Item:
    """What the standards ask by a day."""
    return Item(f"owed:{person}:{label}:{days}", Source.OBLIGATION, label, person, "c", day(days))


def booked(days: int, person: str = "p", hour: int = 14) -> Item:
    """An appointment."""
    at = dt.datetime.combine(day(days), dt.time(hour), dt.UTC)
    return Item(f"appointment:{person}:{days}:{hour}", Source.APPOINTMENT, "office report", person, "a", day(days), at)


def test_a_client_with_several_things_owed_has_one_row_with_the_most_pressing_first() -> None:
    """Of two cases and three obligations one line is made, and what is due this week stands behind what is late."""
    found = lines([owed(3, label="collateral"), owed(-2, label="home visit"), owed(-5, label="face-to-face")], NOW)
    assert [(one.section, one.first.label, one.more) for one in found] == [(Section.OVERDUE, "face-to-face", 2)]
    assert found[0].key == "owed:p"


def test_an_appointment_stands_on_its_day_beside_what_is_overdue() -> None:
    """What has a time is never hidden behind something late; what is due on the same day stands behind it."""
    found = lines([owed(-2), booked(0), booked(0, hour=9), owed(0, "q"), booked(0, "q")], NOW)
    assert [(one.section, one.first.person_id, one.first.label, one.more) for one in found] == [
        (Section.OVERDUE, "p", "home visit", 0),
        (Section.TODAY, "p", "office report", 1),
        (Section.TODAY, "q", "office report", 1),
    ]


@pytest.mark.parametrize(
    ("source", "days", "section"),
    [
        (Source.HEARING, 0, Section.TODAY),
        (Source.HEARING, 6, Section.WEEK),
        (Source.HEARING, 20, Section.ALERTS),
        (Source.HEARING, 31, None),
        (Source.APPOINTMENT, 8, None),
        (Source.DRAW, 0, Section.TODAY),
        (Source.DRAW, -1, Section.OVERDUE),
        (Source.RESPONSE, -1, Section.OVERDUE),
        (Source.RESPONSE, 12, Section.ALERTS),
        (Source.RETURNED, 90, Section.RETURNED),
        (Source.CONDITION, 30, Section.ALERTS),
        (Source.CONDITION, 31, None),
        (Source.SUPERVISION_END, -3, Section.ALERTS),
        (Source.REASSESSMENT, -1, Section.OVERDUE),
    ],
)
def test_where_each_source_stands(source: Source, days: int, section: Section | None) -> None:
    """By its day; a hearing and a deadline are called out before their week."""
    assert section_of(Item("k", source, "x", "p", on=day(days)), TODAY) is section


def test_what_is_urgent_leads_the_alerts() -> None:
    """An answer that is waited for, then what stops the standards, then whoever is out of contact, then by date."""
    alerts = [
        Item("hazard", Source.HAZARD, "safety review", "a", on=day(-9)),
        Item("clock", Source.OUT_OF_CONTACT, "out of contact", "b", on=day(9)),
        Item("small", Source.TROUBLE, "case to put right", "c"),
        Item("stops", Source.TROUBLE, "not known", "d", stops=True),
        Item("answer", Source.ANSWER, "1 entry needs your answer"),
    ]
    assert [one.first.key for one in lines(alerts, NOW)] == ["answer", "stops", "small", "clock", "hazard"]


@given(
    st.lists(
        st.builds(
            lambda source, person, days: Item(f"{source}:{person}:{days}", source, "x", person, on=day(days)),
            st.sampled_from(list(Source)),
            st.sampled_from(["", "p", "q", "r"]),
            st.integers(-40, 40),
        ),
        unique_by=lambda item: item.key,
    )
)
def test_every_thing_that_is_to_be_shown_is_in_one_line(items: list[Item]) -> None:
    """Nothing is lost or shown twice, a person has one line in a section, and the order is the same whatever came
    first.
    """
    found = lines(items, NOW)
    in_lines = [one.key for line in found for one in line.items]
    standing = {one.person_id for one in items if one.source in STANDING and section_of(one, TODAY)}
    assert sorted(in_lines) == sorted(one.key for one in items if section_of(one, TODAY))
    assert all(len({one.person_id for one in line.items}) == 1 for line in found)
    places = [(line.section, line.first.person_id) for line in found if line.first.person_id]
    drafts = sum(one.source is Source.DRAFT and bool(one.person_id) for one in items)
    assert len(places) - len(set(places)) <= drafts
    assert sum(any(one.source in STANDING for one in line.items) for line in found) == len(standing)
    again = lines([one for one in reversed(items) if one.source is not Source.DRAFT], NOW)
    assert [one.key for one in again] == [
        one.key for one in lines([one for one in items if one.source is not Source.DRAFT], NOW)
    ]


def test_the_out_of_contact_clock_counts_from_the_last_contact_that_counts() -> None:
    """It runs where a try followed, says its day of thirty, is over on the thirtieth and stands still in custody."""
    found = out_of_contact(day(-12), day(-2), (), TODAY, CLOCK)
    assert found is not None
    assert (found.words(), found.over) == ("out of contact day 12 of 30", False)
    over = out_of_contact(day(-30), day(-2), (), TODAY, CLOCK)
    assert over is not None
    assert over.over
    assert out_of_contact(day(-12), None, (), TODAY, CLOCK) is None
    assert out_of_contact(day(-2), day(-12), (), TODAY, CLOCK) is None
    assert out_of_contact(day(-12), day(-2), (Stay("jail_or_prison", day(-1)),), TODAY, CLOCK) is None
    assert out_of_contact(day(-12), day(-2), (Stay("jail_or_prison", day(-9), day(-5)),), TODAY, CLOCK) is not None
    never = out_of_contact(None, day(-7), (), TODAY, CLOCK)
    assert never is not None
    assert never.day == 7


def test_the_pack_says_when_the_clock_shows_and_when_it_is_over() -> None:
    """The demo's clock shows from its seventh day; an agency's own goes by its own figures."""
    assert out_of_contact(day(-6), day(-2), (), TODAY, CLOCK) is None
    own = OutOfContactClock(days=10, shown_from=3)
    found = out_of_contact(day(-6), day(-2), (), TODAY, own)
    assert found is not None
    assert found.words() == "out of contact day 6 of 10"
    assert out_of_contact(day(-2), day(-1), (), TODAY, own) is None


def test_days_and_rules_are_said_in_words() -> None:
    """No ISO date and no code; what only looks like a date stays."""
    assert dates_in_words("Last 2026-10-12 + 30 days = 2027-01-11.", TODAY) == (
        "Last Mon 12 Oct + 30 days = Mon 11 Jan 2027."
    )
    assert dates_in_words("docket 2026-13-99", TODAY) == "docket 2026-13-99"
    rule = Obligation("home_visit", "home visit", None, None, None, (), "demo 1, p: home_visit 1 in 30 days", "")
    assert rule_words(rule) == "demo 1, p: 1 in 30 days"
