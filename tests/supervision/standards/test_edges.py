"""Edges of the published rules that no published case stands on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.case import Assessment, CaseFacts, Contact, LevelChange, Override
from fieldpo.supervision.standards.case_words import unread
from fieldpo.supervision.standards.conformity import run
from fieldpo.supervision.standards.engine import obligations
from fieldpo.supervision.standards.questions import answer
from fieldpo.supervision.standards.troubles import troubles
from fieldpo.supervision.standards.worked_case import facts_of, read_case


def test_an_exemption_without_a_term_holds_before_the_start_too() -> None:
    """Idaho exempts a sex offense case with a low score from reassessment, also on a day before its start."""
    case = CaseFacts(
        start=date(2026, 3, 2),
        level="high",
        case_type="sex_offense",
        supervision_type="probation",
        sex="male",
        policy="US_IX_2025-12",
        assessments=(Assessment(date(2025, 6, 1), 20, "lsir"),),
    )
    for on in (date(2026, 2, 20), date(2026, 3, 2), date(2026, 11, 18)):
        owed = {one.obligation: one for one in obligations(shipped("us-ix"), case, (), on)}
        assert owed["assessment"].due is None


def test_north_dakota_gave_no_grace_on_the_first_day() -> None:
    """Where a policy names no grace, a case without contact does not comply, on its first day or a Sunday either."""
    for policy in ("US_ND_2021-07", "US_ND_2021-08"):
        case = {
            "policy": policy,
            "level": "MEDIUM",
            "supervision_start": "2021-09-04",
            "evaluation_date": "2021-09-05",
            "expect": {"question": "face_to_face_in_compliance"},
        }
        assert answer(shipped("us-nd"), read_case(case, "edge"), ()) is False


def test_a_supervisors_rate_holds_for_the_assessment_too() -> None:
    """An override of the assessment moves its due day, in force only between its days; “none” asks for none."""
    case = CaseFacts(
        start=date(2026, 1, 5),
        level="high",
        supervision_type="probation",
        sex="male",
        policy="US_IX_2025-12",
        assessments=(Assessment(date(2026, 2, 1), 30, "lsir"),),
    )

    def due(rate: str, on: date) -> date | None:
        override = Override("assessment", rate, date(2026, 3, 1), date(2026, 12, 1), "court order", "Sup")
        owed = obligations(shipped("us-ix"), replace(case, overrides=(override,)), (), on)
        return next(one.due for one in owed if one.obligation == "assessment")

    assert due("1 in 180 days", date(2026, 11, 30)) == date(2026, 7, 31)
    assert due("none", date(2026, 11, 30)) is None
    assert due("1 in 180 days", date(2026, 12, 1)) == date(2027, 2, 1)


def test_what_a_case_says_in_vain_is_said() -> None:
    """A misspelt key, kind, place, state, time or obligation is not passed over in silence, and obeyed by no screen."""
    tree = {
        "supervision_start": "2026-01-05",
        "level": "high",
        "contakts\x1b[2J": [],
        "contacts": [{"date": "2026-11-10", "type": "DIRCT", "status": "DONE", "location": "HOUSE"}],
        "stays": [{"kind": "prison", "from": "2026-11-01"}],
        "deferrals": [{"obligation": "home", "to": "2026-12-30", "granted_on": "2026-11-01"}],
    }
    demo, worked = shipped("demo"), read_case(tree, "edge")
    said = [
        *unread(tree, worked, demo),
        *(one.said for one in troubles(demo, facts_of(worked), (), date(2026, 11, 22))),
    ]
    for word in ("“contakts”", "“DIRCT”", "“DONE”", "“HOUSE”", "a time “prison”", "no obligation “home”"):
        assert sum(word in one for one in said) == 1
    assert all(one.isprintable() for one in said)
    plain = {"supervision_start": "2026-01-05", "level": "high", "contacts": [{"date": "2026-11-10"}], "state": "US_ND"}
    assert list(unread(plain, read_case(plain, "edge"), demo)) == []


def test_a_misspelt_question_never_passes() -> None:
    """A question about an obligation that no policy has, or a comparison that nobody knows, fails and says so."""
    case = {"id": "x", "level": "high", "supervision_start": "2026-01-05", "evaluation_date": "2026-11-18"}
    wrong = (
        ({"question": "next_home_vist_due", "value": None}, "nobody knows the question “next_home_vist_due”"),
        ({"question": "next_home_visit_due", "value": None, "op": "eqals"}, "expect.op: expected one of equals"),
    )
    for expect, said in wrong:
        (found,) = run(shipped("demo"), [{**case, "expect": expect}], "mine.json", ())
        assert not found.passed
        assert said in found.error


def test_a_level_change_gives_time_only_where_it_asks_for_more() -> None:
    """A looser level, or one with the same period, puts nothing off: neither a contact nor the reassessment."""
    change = LevelChange(date(2026, 11, 10), "low")
    case = CaseFacts(
        start=date(2026, 3, 2),
        level="high",
        levels=(change,),
        assessments=(Assessment(date(2026, 3, 10), 20, "lsir"),),
    )
    seen = (Contact(date(2026, 10, 12), "face_to_face", "office", "reported"),)

    def due(case: CaseFacts, code: str) -> date | None:
        owed = obligations(shipped("demo"), case, seen, date(2026, 11, 20))
        return next(one.due for one in owed if one.obligation == code)

    assert due(case, "face_to_face") == date(2027, 2, 28)
    stricter = replace(case, level="low", levels=(change._replace(level="high"),))
    assert due(stricter, "face_to_face") == date(2026, 12, 10)
    assert due(case, "assessment") == due(replace(case, levels=()), "assessment")
    assert due(stricter, "assessment") == due(replace(case, levels=()), "assessment")


def test_a_case_past_its_end_says_so() -> None:
    """What is owed after the last day of supervision is shown with that said."""
    case = CaseFacts(start=date(2026, 3, 2), level="high", end=date(2026, 10, 1))
    assert "was to end on 2026-10-01" in troubles(shipped("demo"), case, (), date(2026, 10, 2))[0].said
    assert troubles(shipped("demo"), case, (), date(2026, 10, 1)) == ()
