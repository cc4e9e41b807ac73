"""The records of the court: hearings, with the notice that is due before them."""

from __future__ import annotations

from fieldpo.sync.protocol.body import Code, Day, Id, Line, Merging, OfPerson, Prose, kind


@kind(
    "hearing",
    Merging.FIELDS,
    legal=(frozenset({"status", "outcome"}),),
    prose=("note", "outcome"),
    refers=("case_id", "report_id"),
)
class Hearing(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A hearing before a court or a board: set, held, continued to another day (a hearing of its own), vacated.

    `time` is HH:MM on the agency's clock, empty while nobody knows it. `notice_by` is the last day for the notice to
    the person, `notified_on` the day it was given. `report_id` is the violation report that it is about.
    """

    on: Day
    time: Line = ""
    case_id: Id | None = None
    hearing: Code = "review"
    court: Line = ""
    minutes: int = 60
    status: Code = "set"
    outcome: Line = ""
    notice_by: Day | None = None
    notified_on: Day | None = None
    report_id: Id | None = None
    note: Prose = ""
