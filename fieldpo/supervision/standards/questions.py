"""The questions that worked cases ask, each answered by the same functions that the program itself uses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple

from fieldpo.errors import BadInput
from fieldpo.plain import clean
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.assessments import assessment_due, latest_scored, level_from_score
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.compliance import assessment_days_overdue, in_compliance, overdue_days
from fieldpo.supervision.standards.counting import counted, satisfying
from fieldpo.supervision.standards.engine import obligations
from fieldpo.supervision.standards.policies import policy_for, why_not
from fieldpo.supervision.standards.worked_case import WorkedCase, contacts_of, facts_of
from fieldpo.supervision.written.standards import ObligationRule, Policy

Answer = str | int | bool | None

_DUE = {
    "next_face_to_face_due": "face_to_face",
    "next_home_visit_due": "home_visit",
    "next_collateral_due": "collateral",
    "next_employment_verification_due": "employment_verification",
    "next_assessment_due": "assessment",
}
_LAST = {
    "last_face_to_face_date": "face_to_face",
    "last_home_visit_date": "home_visit",
    "last_collateral_date": "collateral",
    "last_employment_verification_date": "employment_verification",
}
_COUNTED = {
    "count_face_to_face_on_date": "face_to_face",
    "count_home_visits_on_date": "home_visit",
    "count_collateral_on_date": "collateral",
}
_YES_NO = {"face_to_face_in_compliance": "face_to_face", "home_visit_in_compliance": "home_visit"}


class _Asked(NamedTuple):
    pack: Pack
    policy: Policy
    case: CaseFacts
    contacts: tuple[Contact, ...]
    on: date
    quirks: Collection[str]


def answer(pack: Pack, worked: WorkedCase, quirks: Collection[str]) -> Answer:
    """Answer a worked case's question; days as ISO dates, levels in capitals. Raises BadInput for an unknown one."""
    question = worked.expect.question if worked.expect else ""
    if question == "is_overdue":
        day = worked.evaluation_date
        return worked.requirement_active and day is not None and overdue_days(worked.due_date, day) > 0
    case = facts_of(worked)
    on = worked.evaluation_date or case.start
    asked = _Asked(pack, policy_for(pack, case, on), case, contacts_of(worked, pack), on, quirks)
    if question in _DUE:
        return _due(asked, _DUE[question])
    code = question.removeprefix("next_").removesuffix("_due")
    if question == f"next_{code}_due" and any(rule.code == code for one in pack.policies for rule in one.obligations):
        return _due(asked, code)
    if question in _LAST:
        held = _counted(asked, _LAST[question])
        return held[0][0].isoformat() if held else None
    if question in _COUNTED:
        return sum(one[0] == on for one in _counted(asked, _COUNTED[question]))
    if question in _YES_NO:
        return _in_compliance(asked, _YES_NO[question])
    if question not in _OTHERS:
        raise BadInput(f"Case {clean(worked.id)}: nobody knows the question “{clean(question)}”.")
    return _OTHERS[question](asked)


def _rule(asked: _Asked, code: str) -> ObligationRule | None:
    return next((rule for rule in asked.policy.obligations if rule.code == code), None)


def _due(asked: _Asked, code: str) -> Answer:
    found = obligations(asked.pack, asked.case, asked.contacts, asked.on, asked.quirks)
    due = next((one.due for one in found if one.obligation == code), None)
    return due.isoformat() if due else None


def _counted(asked: _Asked, code: str) -> list[Contact]:
    rule = _rule(asked, code)
    if rule is None:
        return []
    return counted(rule.counts, asked.contacts, asked.case.start, asked.on, satisfying(asked.pack))


def _in_compliance(asked: _Asked, code: str) -> Answer:
    rule = _rule(asked, code)
    if rule is None:
        return None
    return in_compliance(asked.pack, asked.policy, rule, asked.case, asked.contacts, asked.on, asked.quirks)


def _applies(asked: _Asked) -> Answer:
    return not why_not(asked.policy, asked.case, asked.case.level_on(asked.on), asked.on)


def _label_is_current(asked: _Asked) -> Answer:
    return asked.case.level_on(asked.on).label in asked.policy.current_labels


def _last_assessment(asked: _Asked) -> Answer:
    latest = latest_scored(asked.policy, asked.case, asked.on)
    return latest.day.isoformat() if latest and latest.day else None


def _scored_today(asked: _Asked) -> Answer:
    return sum(one.day == asked.on and one.score is not None for one in asked.case.assessments)


def _lower_level(asked: _Asked) -> Answer:
    level = level_from_score(asked.pack, asked.policy, asked.case, asked.on)
    return level.upper() if level else None


def _assessment_overdue(asked: _Asked) -> Answer:
    return assessment_days_overdue(asked.pack, asked.policy, asked.case, asked.on, asked.quirks)


def _reassessment_overdue(asked: _Asked) -> Answer:
    rule = asked.policy.assessment
    if rule is None or not _applies(asked):
        return None
    return overdue_days(
        assessment_due(asked.pack, asked.policy, rule, asked.case, asked.on, asked.quirks).due, asked.on
    )


_OTHERS: Mapping[str, Callable[[_Asked], Answer]] = {
    "standards_apply": _applies,
    "level_label_is_current_system": _label_is_current,
    "last_assessment_date": _last_assessment,
    "count_scored_assessments_on_date": _scored_today,
    "recommended_lower_level": _lower_level,
    "assessment_days_overdue": _assessment_overdue,
    "reassessment_days_overdue": _reassessment_overdue,
}
