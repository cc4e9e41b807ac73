"""Counting earlier violations: which rules of escalation hold, and how many points there are."""

from __future__ import annotations

from datetime import date, timedelta

from fieldpo.plain import count
from fieldpo.supervision.responses.recommendation import Action, Count, PointState
from fieldpo.supervision.responses.violation import Earlier, Violation, severity_of
from fieldpo.supervision.written.responses import Escalation, Matrix


def counted(matrix: Matrix, rule: Escalation, violation: Violation, severity: str, known_on: date) -> Count:
    """Say whether a rule holds for a violation, and what it counted."""
    words = rule.label or rule.code
    if rule.of and severity not in rule.of:
        return Count(rule.code, 0, rule.after, None, (), holds=False, why=f"{words}: not for severity {severity}")
    if rule.aggravating:
        holds = bool(violation.aggravating.strip())
        said = "aggravating facts were given" if holds else "no aggravating facts were given"
        return Count(rule.code, 0, 0, None, (), holds=holds, why=f"{words}: {said}")
    if rule.facts:
        found = [fact for fact in rule.facts if fact in violation.facts]
        said = f"given: {', '.join(found)}" if found else f"none of {', '.join(rule.facts)} was given"
        return Count(rule.code, 0, 0, None, (), holds=bool(found), why=f"{words}: {said}")
    since = known_on - timedelta(days=rule.within_days) if rule.within_days else None
    earlier = [one for one in violation.earlier if _counts(matrix, rule, one, violation, since)]
    days = sorted(one.on for one in earlier)
    this = rule.with_this and _is_counted_kind(matrix, rule, violation, severity)
    if this:
        days.append(known_on)
    number = len(days)
    span = f" after {since} (within {rule.within_days} days of {known_on})" if since else ""
    with_this = ", this one included" if this else ""
    holds = number >= rule.after
    said = f"{number} counted{span}{with_this}, {rule.after} needed: {'it holds' if holds else 'it does not hold'}"
    entries = tuple(one.id for one in earlier if one.id)
    return Count(
        rule.code, number, rule.after, since, tuple(days), holds=holds, why=f"{words}: {said}", entries=entries
    )


def _counts(matrix: Matrix, rule: Escalation, one: Earlier, violation: Violation, since: date | None) -> bool:
    severity = severity_of(matrix, one.violation, one.severity)
    return (
        (not rule.counts or severity in rule.counts)
        and (not rule.kinds or one.violation in rule.kinds)
        and (not rule.same or (one.violation != "" and one.violation == violation.violation))
        and (not rule.sanctioned or one.sanctioned)
        and (since is None or one.on > since)
    )


def _is_counted_kind(matrix: Matrix, rule: Escalation, violation: Violation, severity: str) -> bool:
    as_earlier = Earlier(on=date.min, severity=severity, violation=violation.violation)
    return _counts(matrix, rule, as_earlier, violation, None)


def pointed(matrix: Matrix, violation: Violation, severity: str, known_on: date) -> PointState | None:
    """Sum the points of this violation and of those before it; None where the matrix has no points."""
    if matrix.points is None:
        return None
    by, within = matrix.points.by_severity, matrix.points.within_days
    since = known_on - timedelta(days=within) if within else None
    earlier = [
        by.get(severity_of(matrix, one.violation, one.severity), 0)
        for one in violation.earlier
        if since is None or one.on > since
    ]
    before, this = sum(earlier), by.get(severity, 0)
    sums = " + ".join(str(one) for one in (*earlier, this))
    span = f", counted after {since}" if since else ""
    return PointState(before, this, before + this, f"{sums} = {count(before + this, 'point')}{span}")


def threshold_actions(matrix: Matrix, points: PointState | None) -> tuple[Action, ...]:
    """List what follows at the points that there are."""
    if points is None:
        return ()
    return tuple(
        Action(
            one.action,
            must=True,
            approver="",
            why=f"{one.label or one.action}: {points.total} points, {one.at} needed",
        )
        for one in matrix.thresholds
        if points.total >= one.at
    )
