"""Which policy holds for a case on a day, whom it applies to, and how an older one is built on its neighbour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from fieldpo.errors import NotFound, PolicyError
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CaseFacts, LevelChange
from fieldpo.supervision.written.standards import AfterRow, ExemptRow, Fits, Policy, RateRow


def policy_for(pack: Pack, case: CaseFacts, on: date) -> Policy:
    """Return the policy that the case names, or else (also where it names the pack) the one in force on the day.

    Raises NotFound where the pack has no policy of that name, and PolicyError where none was in force.
    """
    if case.policy and case.policy != pack.id:
        for policy in pack.policies:
            if policy.name == case.policy:
                return policy
        names = ", ".join(policy.name for policy in pack.policies) or "none"
        raise NotFound(f"{pack.name} has no policy “{case.policy}”. It has: {names}.")
    in_force = [policy for policy in pack.policies if policy.effective_from <= on]
    if not in_force:
        raise PolicyError(f"{pack.name} has no contact standards in force on {on}; nothing is called due for that day.")
    return max(in_force, key=lambda policy: policy.effective_from)


def fits(row: Fits, case: CaseFacts, level: LevelChange, on: date) -> bool:
    """Say whether a row is for this case at this level on this day."""
    return (
        (not row.case_types or case.case_type in row.case_types)
        and (not row.levels or level.level in row.levels)
        and (not row.labels or level.label in row.labels)
        and (not row.supervision_types or case.supervision_type in row.supervision_types)
        and (not row.supervision_labels or case.supervision_label in row.supervision_labels)
        and (row.from_ is None or row.from_ <= on)
        and (row.until is None or on < row.until)
    )


def why_not(policy: Policy, case: CaseFacts, level: LevelChange, on: date) -> str:
    """Say in a clause why the policy does not apply to the case on the day; empty where it does."""
    if case.applies or not policy.applies or any(fits(row, case, level, on) for row in policy.applies):
        return ""
    if not level.level:
        return "the case has no level"
    words = (f"level {level.level}", f"case type {case.case_type}", f"supervision type {case.supervision_type}")
    return f"they do not apply to {', '.join(words) if case.supervision_type else ', '.join(words[:2])}"


def rate_words(rows: Iterable[RateRow], case: CaseFacts, level: LevelChange, on: date) -> str:
    """Return the rate of the first row that fits, as written; “none” where nothing is owed."""
    for row in rows:
        if fits(row, case, level, on):
            return row.every or row.by_level.get(level.level, "none")
    return "none"


def span_words(rows: Iterable[AfterRow], case: CaseFacts, level: LevelChange, on: date) -> str:
    """Return the span of the first row that fits, as written; empty where there is none."""
    return next((row.after for row in rows if fits(row, case, level, on)), "")


def is_exempt(
    rows: Iterable[ExemptRow], case: CaseFacts, level: LevelChange, assessed: date, score: float, on: date
) -> bool:
    """Say whether a person assessed on a day with this score needs no reassessment."""
    return any(fits(row, case, level, on) and _meets(row, case, assessed, score, on) for row in rows)


def _meets(row: ExemptRow, case: CaseFacts, assessed: date, score: float, on: date) -> bool:
    if row.score_below:
        limit = row.score_below.get(case.sex or "any", row.score_below.get("any"))
        if limit is None or score >= limit:
            return False
    if row.days_since_start and (on - case.start).days < row.days_since_start:
        return False
    barred = set(row.no_sanctions)
    return not any(sanction.day > assessed and barred & set(sanction.codes) for sanction in case.sanctions)


def whole(policies: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """Give every policy that is based on an earlier one the parts that it leaves to it.

    A name that is not there above is left for the pack's checks to report.
    """
    done: dict[str, Policy] = {}
    return tuple(done.setdefault(policy.name, _on_base(policy, done)) for policy in policies)


def _on_base(policy: Policy, done: Mapping[str, Policy]) -> Policy:
    base = done.get(policy.based_on)
    if base is None:
        return policy
    own = {rule.code: rule for rule in policy.obligations}
    kept = [own.pop(rule.code, rule) for rule in base.obligations if rule.code not in policy.drops]
    return msgspec.structs.replace(
        policy,
        source=policy.source or base.source,
        applies=policy.applies or base.applies,
        current_labels=policy.current_labels or base.current_labels,
        obligations=(*kept, *own.values()),
        assessment=policy.assessment or base.assessment,
        level_from_score=policy.level_from_score or base.level_from_score,
        yes_no=policy.yes_no or base.yes_no,
        after_level_change=policy.after_level_change or base.after_level_change,
        past_maximum_by_quirk=policy.past_maximum_by_quirk or base.past_maximum_by_quirk,
    )
