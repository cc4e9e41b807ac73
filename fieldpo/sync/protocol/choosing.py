"""The response to a violation as its report keeps it: the policy, what was counted, the range and what was chosen."""

from __future__ import annotations

import msgspec

from fieldpo.sync.protocol.body import Code, Day, Id, Json, Line, Prose, Stamp


class ResponseDue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """By when something about the violation is due, as the matrix counted it then."""

    deadline: Code
    label: Line = ""
    due: Day
    at: Stamp | None = None


class ChosenResponse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a matrix recommended and what the officer chose.

    `matrix` and `version` name the policy, `calendar` the pack whose business days were counted. `asked` is what the
    matrix was asked, whole, so that the answer can be computed again. `counted` are the earlier reports that a rule
    counted. `departure` is the reason of a choice outside the presumptive range.
    """

    matrix: Code
    version: Line
    calendar: Line = ""
    known_on: Day
    severity: Code
    treated_as: Code = ""
    risk: Code = ""
    history: Code = ""
    violation: Code = ""
    response: Code
    amount: int = 0
    unit: Code = ""
    starts_on: Day | None = None
    range: Line = ""
    approver: Code = ""
    departs: bool = False
    departure: Prose = ""
    due: list[ResponseDue] = []
    counted: list[Id] = []
    points: int | None = None
    why: list[Prose] = []
    asked: dict[Line, Json] = {}
