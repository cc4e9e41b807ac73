"""Violation reports and the steps of their way to the court."""

from __future__ import annotations

from fieldpo.sync.protocol.body import Body, Code, Day, Id, Line, Merging, OfPerson, Prose, Stamp, kind
from fieldpo.sync.protocol.choosing import ChosenResponse


class Allegation(Body, frozen=True, kw_only=True, omit_defaults=True):
    """One condition said to be violated, the facts, and the entries that show them."""

    condition_id: Id
    facts: Prose = ""
    evidence: list[Id] = []


@kind("violation_report", Merging.INSERT, prose=("facts",), refers=("case_id", "answers_id"))
class ViolationReport(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A violation report as submitted. A returned one is answered by a new one naming it in `answers_id`."""

    case_id: Id
    officer_id: Id
    written_at: Stamp
    allegations: list[Allegation]
    facts: Prose = ""
    severity: Code = ""
    recommendation: Code = ""
    reason: Prose = ""
    response: ChosenResponse | None = None
    answers_id: Id | None = None
    signed_name: Line = ""
    signed_title: Line = ""
    signed_at: Stamp | None = None
    signed_sha256: Line = ""


@kind("report_step", Merging.INSERT, prose=("comment",), refers=("report_id",))
class ReportStep(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a report's way: submitted, returned, approved, filed. A supervisor signs theirs."""

    report_id: Id
    step: Code
    officer_id: Id
    written_at: Stamp
    comment: Prose = ""
    due_on: Day | None = None
    signed_name: Line = ""
    signed_title: Line = ""
    signed_at: Stamp | None = None
    signed_sha256: Line = ""
