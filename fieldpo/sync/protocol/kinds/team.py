"""What a supervisor's device pulls of a team, and what a supervisor writes. Central alone writes the team's feed.

A record of the team's feed is a copy of its own: it names the record that it tells of and never stands for it.
"""

from __future__ import annotations

import msgspec

from fieldpo.sync.protocol.body import Body, Code, Day, Id, Json, Line, Merging, Prose, Stamp, kind


@kind("team", Merging.CENTRAL)
class Team(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A team: whose work one supervisor, or several, look over."""

    name: Line
    supervisors: list[Id] = []


class Covering(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A colleague who works in a member's caseload, until a moment or without an end."""

    officer_id: Id
    until: Stamp | None = None


@kind("team_member", Merging.CENTRAL)
class TeamMember(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An officer of the team with the work that they carry: open cases, by level, and reports on their way."""

    officer_id: Id
    name: Line
    since: Stamp
    open_cases: int = 0
    by_level: dict[Code, int] = {}
    reports_waiting: int = 0
    reports_returned: int = 0
    covered_by: list[Covering] = []


@kind("team_case", Merging.CENTRAL)
class TeamCase(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Which case is whose, and no more of it: the whole case comes on demand, with a reason (`case_request`)."""

    case_id: Id
    subject_id: Id
    subject_name: Line
    officer_id: Id
    case_number: Line = ""
    level: Code = ""
    status: Code = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry that a report cites, as it stands at central. `more` are its addenda, `missing` one not there."""

    id: Id
    kind: Code = ""
    body: dict[str, Json] = {}
    more: list[Prose] = []
    withdrawn: bool = False
    missing: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a report's way, as its `report_step` says."""

    step: Code
    officer_id: Id
    written_at: Stamp
    comment: Prose = ""
    due_on: Day | None = None


@kind("review_item", Merging.CENTRAL)
class ReviewItem(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A violation report that waits for a supervisor, or was returned, with the evidence beside it.

    `report` is the report's body as it was signed, `earlier` that of the returned one which it answers.
    """

    report_id: Id
    subject_id: Id
    subject_name: Line
    officer_id: Id
    state: Code
    written_at: Stamp
    due_on: Day | None = None
    report: dict[str, Json] = {}
    steps: list[Step] = []
    conditions: dict[Id, dict[str, Json]] = {}
    evidence: list[Evidence] = []
    earlier: dict[str, Json] = {}
    earlier_steps: list[Step] = []


@kind("case_request", Merging.INSERT)
class CaseRequest(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor asks for the whole case of a team member's client. Central answers by a grant that ends."""

    subject_id: Id
    reason: Line
    officer_id: Id
    written_at: Stamp


@kind("intake_outcome", Merging.CENTRAL)
class IntakeOutcome(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What became of someone not listed: matched, created or refused. It stays with the officer who met them."""

    intake_id: Id
    name: Line
    became: Code
    decided_at: Stamp
    officer_id: Id | None = None
    """In whose caseload the person stands."""
    reason: Line = ""
