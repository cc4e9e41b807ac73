"""What moves a due day after the arithmetic: an incomplete history, a new level, an exempt time, a deferral."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.assessments import ASSESSMENT
from fieldpo.supervision.standards.case import CaseFacts, Deferral, LevelChange
from fieldpo.supervision.standards.overrides import override_on
from fieldpo.supervision.standards.rules import Found
from fieldpo.supervision.standards.spans import Span, end_of
from fieldpo.supervision.standards.suspension import days_suspended
from fieldpo.supervision.written.standards import ObligationRule, Policy


def moved(
    pack: Pack,
    policy: Policy,
    case: CaseFacts,
    rule: ObligationRule | None,
    found: Found,
    on: date,
    due_at: Callable[[LevelChange], date | None],
) -> tuple[date | None, tuple[str, ...]]:
    """Return the due day as it stands in the end, and a sentence for each thing that moved it.

    ``rule`` is None for the assessment; ``due_at`` says what would be due at another level. Nothing that is not due
    becomes due here.
    """
    due = found.due
    if due is None:
        return None, ()
    said: list[str] = []
    code = rule.code if rule else ASSESSMENT
    if rule is not None and rule.after_suspension == "extend":
        due = _extended(case, rule, found, due, on, said)
    if policy.after_level_change == "period_from_change":
        due = _after_level(pack, case, found.span, due, on, due_at, said)
    whole = case.history_complete_from
    if whole is not None and due < whole and found.span is not None:
        span = found.span
        due = end_of(pack, whole, span)
        said.append(f"The record is complete from {whole} only: {whole} + {span} = {due}.")
    override = override_on(case, code, on)
    if override is not None:
        said.append(f"{override.approver} set {override.rate} from {override.start}: {override.reason}.")
    deferral = deferral_on(case, code, due, on)
    if deferral is not None:
        due = deferral.to
        said.append(f"Deferred to {due} by {deferral.approver} on {deferral.granted_on}: {deferral.reason}.")
    return due, tuple(said)


def deferral_on(case: CaseFacts, obligation: str, due: date, on: date) -> Deferral | None:
    """Return the latest deferral that puts this due day off, known by a day; one without reason and approver is
    none."""
    for one in sorted(case.deferrals, key=lambda deferral: deferral.granted_on, reverse=True):
        granted = one.granted_on <= on and one.reason and one.approver
        if granted and one.obligation == obligation and due < one.to and (one.due is None or due <= one.due):
            return one
    return None


def _extended(case: CaseFacts, rule: ObligationRule, found: Found, due: date, on: date, said: list[str]) -> date:
    since = found.held[-1][0] if found.held else case.start
    days = days_suspended(case, rule.code, rule.suspended_by, since, min(due, on))
    if days:
        due += timedelta(days=days)
        said.append(f"{days} days of suspension since {since} do not count: {due}.")
    return due


def _after_level(
    pack: Pack,
    case: CaseFacts,
    span: Span | None,
    due: date,
    on: date,
    due_at: Callable[[LevelChange], date | None],
    said: list[str],
) -> date:
    """A new level that puts a due day earlier leaves its own period from the change on; a looser one moves nothing."""
    change = case.level_on(on)
    if span is None or change.since <= case.start:
        return due
    earliest = end_of(pack, change.since, span)
    before = case.level_on(change.since - timedelta(days=1))
    if due >= earliest or before.level == change.level:
        return due
    at_the_old = due_at(before)
    if at_the_old is not None and at_the_old <= due:
        return due
    said.append(f"Level {change.level} since {change.since}: {change.since} + {span} = {earliest}.")
    return earliest
