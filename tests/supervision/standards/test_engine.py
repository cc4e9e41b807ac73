"""What is owed and why: the ways in which a due day moves, each as an officer would meet it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fieldpo.errors import NotFound, PolicyError
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.case import (
    CLIENT,
    COLLATERAL,
    CaseFacts,
    Contact,
    Deferral,
    Event,
    LevelChange,
    Override,
    Stay,
)
from fieldpo.supervision.standards.counting import people_of
from fieldpo.supervision.standards.engine import Obligation, obligations
from fieldpo.supervision.standards.troubles import troubles

DEMO = shipped("demo")
CASE = CaseFacts(start=date(2026, 3, 2), level="high")
ON = date(2026, 11, 18)


def _seen(day: date, place: str = "office", outcome: str = "reported", **more: object) -> Contact:
    return Contact(day, "face_to_face", place, outcome)._replace(**more)  # type: ignore[arg-type]


def _one(case: CaseFacts, contacts: list[Contact], on: date = ON, code: str = "face_to_face") -> Obligation:
    return next(one for one in obligations(DEMO, case, contacts, on) if one.obligation == code)


def test_an_answer_says_what_it_counted_and_why() -> None:
    """A due item quotes pack, policy and rule, names the contacts that hold it, and shows the sum."""
    contacts = [_seen(date(2026, 11, 2), id="c1"), _seen(date(2026, 11, 12), "home", "seen", id="c2")]
    answer = _one(CASE, contacts)
    assert answer.due == date(2026, 12, 2)
    assert answer.days_left == 14
    assert answer.last_counted == date(2026, 11, 12)
    assert answer.satisfied_by == ("c2", "c1")
    assert answer.rule == "demo pack 2026.1, demo-2026: face_to_face 2 in 30 days"
    assert answer.why == "The last 2: 2026-11-12, 2026-11-02; 2026-11-02 + 30 days = 2026-12-02."


def test_one_contact_satisfies_several_obligations() -> None:
    """A home visit at which a job was verified holds the face-to-face, home visit and job items at once."""
    visit = _seen(date(2026, 11, 12), "home", "seen", verified=("job",), id="v")
    answers = obligations(DEMO, CASE, [visit, visit], ON)
    assert {one.obligation for one in answers if "v" in one.satisfied_by} == {
        "face_to_face",
        "home_visit",
        "employment_verification",
    }


def test_attempts_and_collaterals_never_count_as_face_to_face() -> None:
    """Nobody home, or only the mother there: the client was not seen."""
    contacts = [
        _seen(date(2026, 11, 12), "home", "no_answer"),
        _seen(date(2026, 11, 13), "home", "seen", people=COLLATERAL),
    ]
    assert _one(CASE, contacts).last_counted is None
    assert _one(CASE, contacts, code="collateral").last_counted == date(2026, 11, 13)


def test_who_was_there_is_read_from_the_records_codes() -> None:
    """Nobody named is the client; a collateral named in the record was there instead, or beside the client."""
    assert people_of(DEMO, []) == CLIENT
    assert people_of(DEMO, [], with_collateral=True) == COLLATERAL
    assert people_of(DEMO, ["client"]) == CLIENT
    assert people_of(DEMO, ["client"], with_collateral=True) == CLIENT | COLLATERAL
    assert people_of(DEMO, ["collateral"]) == CLIENT | COLLATERAL


def test_the_due_day_itself_is_not_overdue() -> None:
    """On the due day 0 days are left and the contacts still hold it; the day after it is a day late."""
    contacts = [_seen(date(2026, 11, 2)), _seen(date(2026, 11, 12))]
    on_the_day, after = _one(CASE, contacts, date(2026, 12, 2)), _one(CASE, contacts, date(2026, 12, 3))
    assert (on_the_day.days_left, on_the_day.overdue, len(on_the_day.satisfied_by)) == (0, False, 2)
    assert (after.days_left, after.overdue, after.satisfied_by) == (-1, True, ())


def test_contacts_of_the_future_and_before_the_start_are_not_seen() -> None:
    """A contact dated tomorrow counts for nothing today, nor one of an earlier term; the first is said."""
    contacts = [_seen(date(2026, 2, 27)), _seen(date(2026, 11, 19))]
    assert _one(CASE, contacts).last_counted is None
    said = [one.said for one in troubles(DEMO, CASE, contacts, ON)]
    assert said == ["1 contact stands after 2026-11-18 (the first on 2026-11-19): not counted."]


def test_a_past_day_is_answered_under_the_policy_of_that_day() -> None:
    """The change of 2026 does not rewrite what was due in 2025, whenever it is asked."""
    case, contacts = replace(CASE, start=date(2025, 6, 2)), [_seen(date(2025, 12, 1))]
    assert _one(case, contacts, date(2025, 12, 31)).rule.endswith("demo-2020: face_to_face 1 in 30 days")
    assert _one(case, contacts, date(2026, 1, 1)).rule.endswith("demo-2026: face_to_face 2 in 30 days")


def test_a_policy_that_nobody_has_is_refused() -> None:
    """An unknown policy and a day before any policy each get their sentence."""
    with pytest.raises(NotFound, match=r"no policy “X”. It has: demo-2020, demo-2026"):
        obligations(DEMO, replace(CASE, policy="X"), [], ON)
    with pytest.raises(PolicyError, match="no contact standards in force on 2019-12-31"):
        obligations(DEMO, replace(CASE, start=date(2019, 1, 1)), [], date(2019, 12, 31))


def test_a_new_level_gives_its_period_before_anything_is_overdue() -> None:
    """Raised from low to high, the person is owed the closer contacts from the day of the change on."""
    levels = (LevelChange(date(2026, 3, 2), "low"), LevelChange(date(2026, 11, 10), "high"))
    case, contacts = replace(CASE, levels=levels), [_seen(date(2026, 8, 12)), _seen(date(2026, 10, 1))]
    answer = _one(case, contacts)
    assert answer.due == date(2026, 12, 10)
    assert "Level high since 2026-11-10" in answer.why
    assert _one(case, contacts, date(2026, 11, 9)).rule.endswith("1 in 4 calendar months")


def test_custody_stops_the_clock_and_release_starts_it_anew() -> None:
    """In custody nothing is due and the reason is said; from release the first deadlines count again."""
    case = replace(CASE, stays=(Stay("jail_or_prison", date(2026, 6, 1), date(2026, 11, 18)),))
    inside = _one(case, [_seen(date(2026, 5, 20))], date(2026, 11, 17))
    assert (inside.due, inside.why) == (None, "Stands still: in custody since 2026-06-01 until 2026-11-18.")
    assert _one(case, [_seen(date(2026, 5, 20))], ON).due == date(2026, 11, 23)


def test_collaterals_go_on_while_the_person_is_absconding() -> None:
    """Somebody who knows an absconder is still to be asked."""
    case = replace(CASE, stays=(Stay("absconding", date(2026, 10, 1)),))
    assert _one(case, [], code="collateral").due is not None
    assert _one(case, []).due is None


def test_a_deferral_holds_from_the_day_it_was_granted_and_for_its_due_day() -> None:
    """Deferred with reason and approver, and not before; the next due day is no longer touched."""
    deferral = Deferral("face_to_face", date(2026, 12, 1), date(2026, 11, 1), "hospital", "K. Osei", date(2026, 10, 1))
    case = replace(CASE, deferrals=(deferral,))
    contacts = [_seen(date(2026, 9, 1)), _seen(date(2026, 9, 15))]
    assert _one(case, contacts, date(2026, 10, 31)).due == date(2026, 10, 1)
    held = _one(case, contacts, date(2026, 11, 1))
    assert held.due == date(2026, 12, 1)
    assert "Deferred to 2026-12-01 by K. Osei on 2026-11-01: hospital." in held.why
    assert _one(case, [*contacts, _seen(date(2026, 10, 20))], date(2026, 11, 1)).due == date(2026, 10, 15)


def test_an_override_without_an_approver_is_not_used_and_is_said() -> None:
    """A supervisor's own rate needs reason and approver, and words that can be read."""
    good = Override("face_to_face", "1 in 14 days", date(2026, 11, 1), None, "relapse", "K. Osei")
    contacts = [_seen(date(2026, 11, 12))]
    assert _one(replace(CASE, overrides=(good,)), contacts).due == date(2026, 11, 26)
    for bad in (good._replace(approver=""), good._replace(rate="often")):
        case = replace(CASE, overrides=(bad,))
        assert _one(case, contacts).rule.endswith("2 in 30 days")
        assert "not used" in troubles(DEMO, case, [], ON)[0].said


def test_a_waiver_by_a_supervisor_ends_the_obligation() -> None:
    """“none” as an override owes nothing, and the answer names who set it."""
    waived = Override("home_visit", "none", date(2026, 11, 1), None, "shelter, no visits", "K. Osei")
    answer = _one(replace(CASE, overrides=(waived,)), [], code="home_visit")
    assert answer.due is None
    assert answer.rule.endswith("home_visit none")


def test_a_new_address_asks_for_a_visit_until_it_is_made() -> None:
    """The visit is due in business days, and one visit answers two moves."""
    case = replace(CASE, events=(Event("new_address", date(2026, 11, 6)), Event("new_address", date(2026, 11, 10))))
    waiting = _one(case, [_seen(date(2026, 11, 5), "home", "seen")], code="new_address")
    assert waiting.due == date(2026, 11, 23)  # Veterans Day, 11 November, is no business day
    assert _one(case, [_seen(date(2026, 11, 10), "home", "seen")], code="new_address").due is None
    between = _one(case, [_seen(date(2026, 11, 7), "home", "seen")], code="new_address")
    assert between.due == date(2026, 11, 25)


def test_half_of_the_contacts_must_be_outside_the_office() -> None:
    """More office contacts raise the number that is owed outside."""
    case = replace(CASE, level="max")
    home, office = _seen(date(2026, 11, 10), "home", "seen"), _seen(date(2026, 11, 2))
    assert _one(case, [home, office], code="field").due == date(2026, 12, 10)
    assert _one(case, [home, office, office], code="field").due == date(2026, 4, 1)


def test_nothing_is_called_due_before_the_history_is_complete() -> None:
    """A due day before the record is complete becomes that day plus the period."""
    case = replace(CASE, history_complete_from=date(2026, 10, 1))
    answer = _one(case, [])
    assert answer.due == date(2026, 10, 31)
    assert "The record is complete from 2026-10-01 only" in answer.why


def test_a_case_without_a_level_or_with_an_unknown_one_is_said() -> None:
    """Nothing is due, and the sentence says what to put right."""
    without, unknown = replace(CASE, level=""), replace(CASE, level="ultra")
    for case, words in ((without, "has no level"), (unknown, "no level “ultra”")):
        assert all(one.due is None for one in obligations(DEMO, case, [], ON))
        trouble = troubles(DEMO, case, [], ON)[0]
        assert trouble.stops
        assert words in trouble.said


def test_a_day_at_the_edge_of_the_calendar_is_no_crash() -> None:
    """A start in the year 9999 gives a sentence in place of a due day."""
    answers = obligations(DEMO, replace(CASE, start=date(9999, 12, 30)), [], date(9999, 12, 31))
    assert "lies outside the calendar" in answers[0].why
    assert answers[0].due is None
