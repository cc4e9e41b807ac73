"""A case: the order of supervision, its conditions, and how the person scored on an instrument."""

from __future__ import annotations

from fieldpo.sync.protocol.body import Code, Day, Id, Json, Line, Merging, OfPerson, Prose, kind

_STATUS = frozenset({"status", "status_since", "status_reason"})
_LEVEL = frozenset({"level", "level_since", "level_reason"})


@kind("case", Merging.FIELDS, legal=(_STATUS, _LEVEL), prose=("case_number",))
class Case(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One order of supervision of a person: probation, parole, pretrial, ...

    Before `history_complete_from` the record is known to be incomplete, and nothing is called due.
    """

    case_number: Line = ""
    court: Line = ""
    supervision_type: Code = "probation"
    case_type: Code = "general"
    offense: Line = ""
    level: Code = ""
    level_since: Day | None = None
    level_reason: Line = ""
    status: Code = "active"
    status_since: Day | None = None
    status_reason: Line = ""
    start_on: Day | None = None
    end_on: Day | None = None
    history_complete_from: Day | None = None
    policy: Code = ""
    facts: dict[Line, Json] = {}
    """What the agency's own file says beyond our fields, shown as it came."""


@kind(
    "condition",
    Merging.FIELDS,
    legal=(
        frozenset(
            {
                "standard",
                "category",
                "text",
                "court",
                "ordered_on",
                "expires_on",
                "parameters",
                "compliance",
                "compliance_since",
            }
        ),
    ),
    prose=("text",),
    refers=("case_id",),
)
class Condition(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A condition of supervision, standard or special, with its state of compliance."""

    case_id: Id
    category: Code
    text: Prose
    standard: bool = True
    court: Line = ""
    ordered_on: Day | None = None
    expires_on: Day | None = None
    parameters: dict[Line, Json] = {}
    compliance: Code = "not_reviewed"
    compliance_since: Day | None = None


@kind("assessment", Merging.INSERT, refers=("case_id",))
class Assessment(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One scoring of an instrument. Item answers are kept, so that it can be computed again."""

    instrument: Code
    done_on: Day
    case_id: Id | None = None
    score: float | None = None
    level: Code = ""
    items: dict[Line, Json] = {}
    override_level: Code = ""
    override_reason: Prose = ""
    override_approver: Line = ""
    officer_id: Id | None = None
    version: Line = ""
    """Of the instrument; empty where whoever scored it did not say."""
    scores: dict[Line, Json] = {}
    policy: Line = ""
    """The pack whose cut-offs and intervals were used."""
    reassess_by: Day | None = None
