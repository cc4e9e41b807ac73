"""The yes/no and days-overdue questions that older policies asked, kept so that their worked cases can be answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from fieldpo.supervision.calendar import add_months
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.assessments import assessment_due, counted_assessment, initial_span
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.counting import counted, satisfying
from fieldpo.supervision.standards.policies import rate_words, why_not
from fieldpo.supervision.standards.spans import Rate, end_of, longest, read_rate, read_span
from fieldpo.supervision.written.standards import ObligationRule, Policy, YesNo


def overdue_days(due: date | None, on: date) -> int:
    """Count the days past a due day: 0 on the day itself and where nothing is due."""
    return max(0, (on - due).days) if due is not None else 0


def in_compliance(
    pack: Pack,
    policy: Policy,
    rule: ObligationRule,
    case: CaseFacts,
    contacts: Collection[Contact],
    on: date,
    quirks: Collection[str],
) -> bool | None:
    """Say whether a case complied with an obligation on a day, as older policies asked; None where none applied.

    A contact counts while fewer than the period's days have passed since it: a day less than until its due day.
    """
    level = case.level_on(on)
    if why_not(policy, case, level, on):
        return None
    asked = policy.yes_no or YesNo()
    days = (on - case.start).days
    if rule.initial and read_span(rule.initial).unit == "day":
        if days <= read_span(rule.initial).length:
            return True
    elif level.level in asked.always_at or _in_grace(asked.grace_business_days, case.start, on):
        return True
    held = counted(rule.counts, contacts, case.start, on, satisfying(pack))
    if not held:
        return False
    rate = _rate(policy, rule, case, on, quirks)
    if rate is None:
        return True
    period = _period(rate, on)
    return days < period or sum((on - one[0]).days < period for one in held) >= rate.n


def assessment_days_overdue(
    pack: Pack, policy: Policy, case: CaseFacts, on: date, quirks: Collection[str]
) -> int | None:
    """Count the days that an assessment is overdue, with the grace after every start that older policies gave."""
    rule = policy.assessment
    if rule is None or why_not(policy, case, case.level_on(on), on):
        return None
    span = initial_span(rule, case, case.level_on(on), on)
    first = end_of(pack, case.start, span) if span else case.start
    if on <= first:
        return 0
    if counted_assessment(policy, case, on, quirks) is None:
        return (on - first).days
    return overdue_days(assessment_due(pack, policy, rule, case, on, quirks).due, on)


def _rate(policy: Policy, rule: ObligationRule, case: CaseFacts, on: date, quirks: Collection[str]) -> Rate | None:
    rows = rule.rates
    for quirk, other in rule.compliance_rates_by_quirk.items():
        if quirk in quirks:
            rows = next((one.rates for one in policy.obligations if one.code == other), ())
    return read_rate(rate_words(rows, case, case.level_on(on), on))


def _period(rate: Rate, on: date) -> int:
    if rate.span.unit == "calendar month":
        return (on - add_months(on, -rate.span.length).replace(day=1)).days
    return rate.span.length if rate.span.unit == "day" else longest(rate.span).days


def _in_grace(weekdays: int, start: date, on: date) -> bool:
    return weekdays > 0 and _weekdays(start, on) <= weekdays


def _weekdays(start: date, on: date) -> int:
    return sum((start + timedelta(days=n)).isoweekday() <= 5 for n in range(max(0, (on - start).days)))
