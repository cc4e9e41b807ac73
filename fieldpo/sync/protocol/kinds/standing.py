"""What stands of a case from a day on and moves what is due: levels, stays, rates, deferrals, events.

Dates are local calendar days.
"""

from __future__ import annotations

from fieldpo.sync.protocol.body import Code, Day, Id, Line, Merging, OfPerson, kind


@kind("level_change", Merging.INSERT, refers=("case_id",))
class LevelChange(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """The level of supervision from a day on. An override of the scored level has a reason and an approver."""

    case_id: Id
    since: Day
    level: Code
    override: bool = False
    reason: Line = ""
    approver: Line = ""


@kind("stay", Merging.FIELDS, legal=(frozenset({"stay", "start", "until", "reason", "approver"}),), refers=("case_id",))
class Stay(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A time in which contacts are not owed as usual: jail_or_prison, board_hold, absconding or exempt.

    `until` is the first day after it, None while it lasts. An exempt stay has a reason and an approver, and with
    `obligations` is for those alone.
    """

    case_id: Id
    stay: Code
    start: Day
    until: Day | None = None
    reason: Line = ""
    approver: Line = ""
    obligations: list[Code] = []


@kind("rate_override", Merging.INSERT, refers=("case_id",))
class RateOverride(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor's own rate for one case and obligation, as "1 in 14 days" or "none". `until` is exclusive."""

    case_id: Id
    obligation: Code
    rate: Line
    start: Day
    until: Day | None = None
    reason: Line
    approver: Line


@kind("deferral", Merging.INSERT, refers=("case_id",))
class Deferral(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A due day put off to `to`, with reason and approver; `due` is the due day that it puts off."""

    case_id: Id
    obligation: Code
    to: Day
    granted_on: Day
    reason: Line
    approver: Line
    due: Day | None = None


@kind("case_event", Merging.INSERT, refers=("case_id",))
class CaseEvent(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Something that asks for a contact: new_address, released, arrest, assigned."""

    case_id: Id
    event: Code
    on: Day
