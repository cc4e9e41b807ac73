"""The attempt ledger: on time, late and when at last, attempted, never tried."""

from __future__ import annotations

from datetime import date

from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.case import CaseFacts, Contact, Stay
from fieldpo.supervision.standards.ledger import LedgerLine, ledger

DEMO = shipped("demo")
CASE = CaseFacts(start=date(2026, 1, 5), level="medium")
ON = date(2026, 11, 18)


def _seen(day: date, outcome: str = "seen") -> Contact:
    return Contact(day, "face_to_face", "home", outcome, id=f"c{day:%m%d}")


def _lines(
    contacts: list[Contact], on: date = ON, case: CaseFacts = CASE, code: str = "home_visit"
) -> list[LedgerLine]:
    return [line for line in ledger(DEMO, case, contacts, on) if line.obligation == code]


def test_a_visit_that_was_made_at_last_says_how_late_and_what_was_tried() -> None:
    """Two attempts, then the visit twelve days after its due day."""
    tries = [_seen(date(2026, 1, 20), "no_answer"), _seen(date(2026, 2, 10), "someone_else")]
    done, present = _lines([*tries, _seen(date(2026, 2, 16))])
    assert done == LedgerLine(
        "home_visit",
        date(2026, 2, 4),
        "late",
        date(2026, 2, 16),
        12,
        (date(2026, 1, 20), date(2026, 2, 10)),
    )
    assert present == LedgerLine("home_visit", date(2027, 2, 16), "open", None, 0, ())


def test_what_was_never_tried_differs_from_what_was_attempted() -> None:
    """Both are overdue; only one knocked at the door."""
    assert [(line.state, line.days_late) for line in _lines([])] == [("never_tried", 287)]
    assert [line.state for line in _lines([_seen(date(2026, 5, 1), "no_answer")])] == ["attempted"]


def test_an_attempt_on_the_day_after_the_visit_belongs_to_the_next() -> None:
    """Each attempt stands with the due day that it was made for."""
    lines = _lines([_seen(date(2026, 2, 4)), _seen(date(2026, 2, 5), "no_answer")])
    assert [(line.state, line.attempts) for line in lines] == [("on_time", ()), ("open", (date(2026, 2, 5),))]


def test_a_contact_in_custody_was_not_due() -> None:
    """A visit made while the clock stood still is kept, and neither on time nor late."""
    case = CaseFacts(CASE.start, "medium", stays=(Stay("jail_or_prison", date(2026, 1, 10), date(2026, 3, 10)),))
    assert [line.state for line in _lines([_seen(date(2026, 2, 1))], case=case)] == ["not_due", "never_tried"]


def test_what_was_settled_before_a_day_is_left_out() -> None:
    """`since` keeps what was done from that day on and what is still open."""
    contacts = [_seen(date(2026, 1, 20)), _seen(date(2026, 6, 2))]
    lines = ledger(DEMO, CASE, contacts, ON, since=date(2026, 6, 1))
    assert [line.completed_on for line in lines if line.obligation == "home_visit"] == [date(2026, 6, 2), None]


def test_before_the_first_policy_nothing_was_due() -> None:
    """A visit of 2019, before the pack has any standards, is kept and was not due."""
    case = CaseFacts(start=date(2019, 1, 7), level="medium")
    lines = _lines([_seen(date(2019, 2, 1)), _seen(date(2020, 1, 10))], case=case)
    assert [(line.state, line.completed_on) for line in lines[:2]] == [
        ("not_due", date(2019, 2, 1)),
        ("on_time", date(2020, 1, 10)),
    ]
