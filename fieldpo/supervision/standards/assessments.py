"""When the next risk assessment is due, and which level the latest score speaks for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import Assessment, CaseFacts, LevelChange
from fieldpo.supervision.standards.overrides import override_on
from fieldpo.supervision.standards.policies import is_exempt, span_words
from fieldpo.supervision.standards.spans import Span, end_of, read_rate, read_span
from fieldpo.supervision.standards.suspension import suspended
from fieldpo.supervision.written.standards import AssessmentRule, Bands, LevelFromScore, Policy, ScoreBand

ASSESSMENT = "assessment"
"""The code by which cases, overrides and deferrals name the assessment among the obligations."""


class AssessmentDue(NamedTuple):
    """The next due day or None, the latest scoring, the span that was added, and why in a clause."""

    due: date | None
    latest: Assessment | None
    span: Span | None
    why: str


def latest_scored(policy: Policy, case: CaseFacts, on: date) -> Assessment | None:
    """Return the latest assessment with a score on or before a day, also one from before the start.

    Where the policy names its instruments, only those count.
    """
    instruments = policy.assessment.instruments if policy.assessment else ()
    latest: Assessment | None = None
    for one in case.assessments:
        if one.day is None or one.score is None or one.day > on:
            continue
        if instruments and one.instrument not in instruments:
            continue
        if latest is None or latest.day is None or (one.day, one.sequence) > (latest.day, latest.sequence):
            latest = one
    return latest


def counted_assessment(policy: Policy, case: CaseFacts, on: date, quirks: Collection[str]) -> Assessment | None:
    """Return the latest scoring that sets off the reassessment clock; by a quirk a score of 0 is none."""
    latest = latest_scored(policy, case, on)
    rule = policy.assessment
    if latest is not None and latest.score == 0 and rule is not None and rule.zero_is_none_by_quirk in quirks:
        return None
    return latest


def initial_span(rule: AssessmentRule, case: CaseFacts, level: LevelChange, on: date) -> Span | None:
    """Return the span from the start to the first assessment, or None where none is asked for."""
    words = span_words(rule.initial, case, level, on)
    return read_span(words) if words else None


def assessment_due(
    pack: Pack,
    policy: Policy,
    rule: AssessmentRule,
    case: CaseFacts,
    on: date,
    quirks: Collection[str] = (),
    level: LevelChange | None = None,
) -> AssessmentDue:
    """Say when the next assessment is due, or would be at another ``level``; applicability is not asked here."""
    level = level or case.level_on(on)
    latest = counted_assessment(policy, case, on, quirks)
    if latest is None or latest.day is None or latest.score is None:
        span = initial_span(rule, case, level, on)
        if span is None:
            return AssessmentDue(None, None, None, "none is asked for")
        return AssessmentDue(end_of(pack, case.start, span), None, span, f"never assessed; {case.start} + {span}")
    scored = f"latest {latest.day}, score {latest.score:g}"
    again = _again(rule, case, level, latest.day, latest.score, on)
    if again is None:
        return AssessmentDue(None, latest, None, f"{scored}; no reassessment is asked for")
    if clause := suspended(policy, case, ASSESSMENT, rule.suspended_by, on, quirks):
        return AssessmentDue(None, latest, None, f"{scored}; stands still: {clause}")
    return AssessmentDue(end_of(pack, latest.day, again), latest, again, f"{scored}; + {again}")


def _again(
    rule: AssessmentRule, case: CaseFacts, level: LevelChange, assessed: date, score: float, on: date
) -> Span | None:
    """After what span it is due again: a supervisor's own, where one is in force, else the policy's; or never."""
    override = override_on(case, ASSESSMENT, on)
    if override is not None:
        rate = read_rate(override.rate)
        return rate.span if rate else None
    exempt = is_exempt(rule.exempt, case, level, assessed, score, on)
    return read_span(rule.again) if rule.again and not exempt else None


def level_from_score(pack: Pack, policy: Policy, case: CaseFacts, on: date) -> str | None:
    """Return the level of the latest score where it is strictly lower than the present one, else None."""
    rule = policy.level_from_score
    present = case.level_on(on)
    if rule is None or present.level not in rule.order or (rule.case_types and case.case_type not in rule.case_types):
        return None
    latest = latest_scored(policy, case, on)
    if latest is None:
        named = rule.never_assessed
        level = named.level if named and (named.from_ is None or named.from_ <= on) else None
    elif _in_grace(pack, policy, rule, case, latest, present, on):
        return None
    else:
        level = _of_score(rule, case.sex, latest.score or 0, on)
    if level not in rule.order or rule.order.index(level) >= rule.order.index(present.level):
        return None
    return level


def score_band(bands: tuple[ScoreBand, ...], instrument: str, sex: str | None, score: float | None, on: date) -> str:
    """Return the band of a score by the day of the assessment; ``NO_BAND`` where there is none."""
    for one in bands:
        if one.instrument == instrument and _holds(one, sex, on) and score is not None:
            return _lookup(one.bands, score) or "NO_BAND"
    return "NO_BAND"


def _in_grace(
    pack: Pack,
    policy: Policy,
    rule: LevelFromScore,
    case: CaseFacts,
    latest: Assessment,
    present: LevelChange,
    on: date,
) -> bool:
    if not rule.intake_grace_at or present.level != rule.intake_grace_at or policy.assessment is None:
        return False
    if latest.day is None or latest.day >= case.start:
        return False
    span = initial_span(policy.assessment, case, present, on)
    return span is not None and on < end_of(pack, case.start, span)


def _of_score(rule: LevelFromScore, sex: str | None, score: float, on: date) -> str | None:
    if sex is None:
        return None
    return next((_lookup(one.bands, score) for one in rule.bands if _holds(one, sex, on)), None)


def _holds(one: Bands | ScoreBand, sex: str | None, on: date) -> bool:
    in_time = (one.from_ is None or one.from_ <= on) and (one.until is None or on < one.until)
    return in_time and (not one.sexes or sex in one.sexes)


def _lookup(bands: dict[str, int], score: float) -> str | None:
    fitting = [(low, name) for name, low in bands.items() if score >= low]
    return max(fitting)[1] if fitting else None
