"""What is owed to a case on a day: each obligation with its due day, what it counted, and why.

Pure: the same pack, case and contacts give the same answer for any day, also a past one. Contacts after the day and
before the start are not seen. See docs/policy-packs.md for what the rules say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from fieldpo.errors import BadInput
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards import assessments
from fieldpo.supervision.standards.assessments import assessment_due
from fieldpo.supervision.standards.case import CaseFacts, Contact, LevelChange
from fieldpo.supervision.standards.counting import quoted, satisfying
from fieldpo.supervision.standards.moves import moved
from fieldpo.supervision.standards.policies import fits, policy_for, why_not
from fieldpo.supervision.standards.rules import Found, Setting, find
from fieldpo.supervision.standards.suspension import suspended
from fieldpo.supervision.written.standards import AssessmentRule, ObligationRule, Policy

ASSESSMENT = assessments.ASSESSMENT


class Obligation(NamedTuple):
    """One thing that is owed, or not. ``due`` None: nothing is due now, and ``why`` says for what reason.

    ``days_left`` is negative when overdue; on the due day itself it is 0. ``satisfied_by`` names the contacts that
    hold the due day where it is; empty once it has passed.
    """

    obligation: str
    label: str
    due: date | None
    days_left: int | None
    last_counted: date | None
    satisfied_by: tuple[str, ...]
    rule: str
    why: str

    @property
    def overdue(self) -> bool:
        """Whether the due day has passed; on the day itself it has not."""
        return self.days_left is not None and self.days_left < 0


def obligations(
    pack: Pack,
    case: CaseFacts,
    contacts: Iterable[Contact],
    on: date,
    quirks: Collection[str] = (),
) -> tuple[Obligation, ...]:
    """Say what is owed on a day, in the policy's order, the assessment last.

    ``quirks`` names ways of another implementation to follow. Raises NotFound for a policy that the pack has not, and
    PolicyError where none was in force.
    """
    policy = policy_for(pack, case, on)
    level = labelled(pack, policy, case.level_on(on))
    setting = Setting(pack, policy, case, level, tuple(contacts), on, quirks, satisfying(pack))
    gate = why_not(policy, case, level, on)
    name = f"{pack.name}, {policy.name}"
    answers: list[Obligation] = []
    for rule in (*policy.obligations, policy.assessment):
        if rule is None or (isinstance(rule, ObligationRule) and not _is_owed(rule, case, setting)):
            continue
        code = rule.code if isinstance(rule, ObligationRule) else ASSESSMENT
        try:
            answers.append(_of_one(setting, rule, gate, name))
        except BadInput as impossible:
            answers.append(_nothing(code, rule.label, None, f"{name}: {code}", impossible.message))
    return tuple(answers)


def due_of(pack: Pack, case: CaseFacts, code: str, contacts: Iterable[Contact], on: date) -> date | None:
    """Return the due day of one contact obligation alone; None where nothing is due, or there is no such one.

    Raises as ``obligations``.
    """
    policy = policy_for(pack, case, on)
    level = labelled(pack, policy, case.level_on(on))
    setting = Setting(pack, policy, case, level, tuple(contacts), on, (), satisfying(pack))
    rule = next((one for one in policy.obligations if one.code == code), None)
    if rule is None or not _is_owed(rule, case, setting):
        return None
    try:
        return _of_contacts(setting, rule, why_not(policy, case, level, on), "").due
    except BadInput:
        return None


def _of_one(setting: Setting, rule: ObligationRule | AssessmentRule, gate: str, name: str) -> Obligation:
    if isinstance(rule, AssessmentRule):
        return _of_assessment(setting, rule, gate, name)
    return _of_contacts(setting, rule, gate, name)


def _is_owed(rule: ObligationRule, case: CaseFacts, setting: Setting) -> bool:
    """A rule without rate, first deadline or event only says what was last seen; a stage or a fact may end it."""
    owes = rule.rates or rule.initial_for_all or rule.on_event or rule.at_share_of_term
    if not owes or (rule.needs and not case.facts.get(rule.needs)) or not case.facts.get(rule.waived_without, True):
        return False
    for_case = not rule.applies or any(fits(row, case, setting.level, setting.on) for row in rule.applies)
    return for_case and setting.in_stage(rule)


def labelled(pack: Pack, policy: Policy, level: LevelChange) -> LevelChange:
    """Give a level without a label of its own the pack's, where the policy looks at labels at all."""
    if level.label is not None or not policy.current_labels:
        return level
    label = next((one.label for one in pack.levels if one.code == level.level), None)
    return level._replace(label=label)


def _of_contacts(setting: Setting, rule: ObligationRule, gate: str, name: str) -> Obligation:
    case, on = setting.case, setting.on
    found = find(setting, rule)
    last = found.counted[0][0] if found.counted else None
    quoting = f"{name}: {rule.code} {found.words}"
    if gate:
        return _nothing(rule.code, rule.label, last, quoting, f"The standards name nothing: {gate}.")
    if found.due is None:
        return _nothing(rule.code, rule.label, last, quoting, _sentence(found, rule))
    if clause := suspended(setting.policy, case, rule.code, rule.suspended_by, on, setting.quirks):
        return _nothing(rule.code, rule.label, last, quoting, f"Stands still: {clause}.")

    def due_at(level: LevelChange) -> date | None:
        at = setting._replace(level=labelled(setting.pack, setting.policy, level))
        return find(at, rule).due if _is_owed(rule, case, at) and not _gated(at) else None

    due, clauses = moved(setting.pack, setting.policy, case, rule, found, on, due_at)
    if due is None:
        return _nothing(rule.code, rule.label, last, quoting, f"{' '.join(clauses)}")
    held = found.held if due >= on else []
    why = " ".join((_sentence(found, rule), *clauses))
    return Obligation(rule.code, rule.label, due, (due - on).days, last, quoted(held), quoting, why)


def _of_assessment(setting: Setting, rule: AssessmentRule, gate: str, name: str) -> Obligation:
    case, on = setting.case, setting.on
    asked = (setting.pack, setting.policy, rule, case, on, setting.quirks)
    found = assessment_due(*asked)
    last = found.latest.day if found.latest else None
    quoting = f"{name}: {ASSESSMENT}{f' after {found.span}' if found.span else ''}"
    if gate:
        return _nothing(ASSESSMENT, rule.label, last, quoting, f"The standards name nothing: {gate}.")
    as_found = Found(found.due, [], [], found.span, found.span, "", found.why)

    def due_at(level: LevelChange) -> date | None:
        at = setting._replace(level=labelled(setting.pack, setting.policy, level))
        return None if _gated(at) else assessment_due(*asked, at.level).due

    due, clauses = moved(setting.pack, setting.policy, case, None, as_found, on, due_at)
    if due is None:
        return _nothing(ASSESSMENT, rule.label, last, quoting, " ".join((_cap(found.why) + ".", *clauses)))
    why = " ".join((f"{_cap(found.why)} = {found.due}.", *clauses))
    held = (last.isoformat(),) if last and due >= on else ()
    return Obligation(ASSESSMENT, rule.label, due, (due - on).days, last, held, quoting, why)


def _gated(setting: Setting) -> bool:
    return bool(why_not(setting.policy, setting.case, setting.level, setting.on))


def _nothing(code: str, label: str, last: date | None, rule: str, why: str) -> Obligation:
    return Obligation(code, label, None, None, last, (), rule, why)


def _sentence(found: Found, rule: ObligationRule) -> str:
    return f"{_cap(found.why)}.{f' {rule.note}' if rule.note else ''}"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
