"""What a matrix recommends for a violation: pure functions of the matrix, the violation and the office's calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from msgspec import structs

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.responses.choosing import chosen_as_json, departs
from fieldpo.supervision.responses.counting import counted, pointed, threshold_actions
from fieldpo.supervision.responses.deadlines import deadlines, known_day
from fieldpo.supervision.responses.limits import available, limits_for, state
from fieldpo.supervision.responses.recommendation import Action, Count, Option, Recommendation
from fieldpo.supervision.responses.violation import (
    Violation,
    counted_history,
    history_of,
    read_violation,
    severity_of,
    wrong,
)
from fieldpo.supervision.written.responses import Cell, Escalation, Matrix


def respond(matrix: Matrix, given: object, pack: Pack) -> Recommendation:
    """Recommend for one JSON object; ``pack`` gives the office's days, holidays and time zone.

    Raises BadInput, naming the key, where the violation is not one of this matrix, or the officer's choice departs
    from the range without a reason or goes over a limit that leaves none.
    """
    violation = read_violation(matrix, given)
    known_on = known_day(violation, pack)
    _check_in_force(matrix, violation, known_on)
    severity = severity_of(matrix, violation.violation, violation.severity)
    history_given, history = violation.history, history_of(matrix, violation, known_on)
    violation = structs.replace(violation, history=history)
    counts = [(rule, counted(matrix, rule, violation, severity, known_on)) for rule in matrix.escalations]
    holding = [(rule, one) for rule, one in counts if one.holds]
    raised = [(rule, one) for rule, one in holding if rule.treat_as and not rule.may]
    ranks = {one.code: one.rank for one in matrix.severities}
    treated_as = max((rule.treat_as for rule, _ in raised), key=lambda code: ranks[code], default=severity)
    starts_on = violation.starts_on or known_on
    base = _option(matrix, violation, treated_as, starts_on, raised[0] if raised else None)
    also = _also(matrix, violation, treated_as, starts_on, holding)
    points = pointed(matrix, violation, severity, known_on)
    actions = tuple(
        Action(rule.action, must=not rule.may, approver=rule.approver, why=one.why)
        for rule, one in holding
        if rule.action
    ) + threshold_actions(matrix, points)
    cell = _cell(matrix, violation, treated_as)
    limits = limits_for(matrix, violation, cell) if cell else ()
    due = deadlines(matrix, violation, known_on, pack)
    found = Recommendation(
        matrix=matrix.id,
        version=matrix.version,
        title=matrix.title,
        source=matrix.source,
        calendar=pack.name,
        known_on=known_on,
        violation=violation.violation,
        severity=severity,
        risk=violation.risk,
        history=history,
        treated_as=treated_as,
        range=base,
        may_also=also,
        actions=actions,
        counts=tuple(one for _, one in counts),
        points=points,
        limits=tuple(state(limit, violation, starts_on) for limit in limits),
        deadlines=due,
        chosen=chosen_as_json(violation.chosen),
        departure=departs(matrix, violation, base, also, cell, starts_on),
    )
    number = len(counted_history(matrix, violation, known_on))
    counted_as = history and not history_given
    return _with_why(found, f"history {history}: {number} earlier violations counted" if counted_as else "")


def _check_in_force(matrix: Matrix, violation: Violation, known_on: date) -> None:
    if known_on < matrix.effective_from or (matrix.effective_to is not None and known_on >= matrix.effective_to):
        until = f" to before {matrix.effective_to}" if matrix.effective_to else " on"
        raise wrong("known_on", f"{matrix.name} is in force from {matrix.effective_from}{until}, not on {known_on}")
    for at, one in enumerate(violation.earlier):
        if one.on > known_on:
            raise wrong(f"earlier[{at}].on", f"expected a day up to {known_on}, got {one.on}")
    if violation.starts_on is not None and violation.starts_on < known_on:
        raise wrong("starts_on", f"expected {known_on} or a later day, got {violation.starts_on}")


def _cell(matrix: Matrix, violation: Violation, severity: str) -> Cell | None:
    """The cell for this severity, risk and history; None where the matrix has none at all."""
    fitting = [cell for cell in matrix.cells if not cell.severity or severity in cell.severity]
    for name in ("risk", "history"):
        value: str = getattr(violation, name)
        if not value and any(getattr(cell, name) for cell in fitting):
            codes = dict.fromkeys(code for cell in fitting for code in getattr(cell, name))
            raise wrong(name, f"expected one of {', '.join(codes)}, got none")
        fitting = [cell for cell in fitting if not getattr(cell, name) or value in getattr(cell, name)]
    if not fitting and matrix.cells:
        said = f"{matrix.name} has no range for {severity} {violation.risk} {violation.history}".rstrip()
        raise wrong("severity", said)
    return fitting[0] if fitting else None


def _option(
    matrix: Matrix, violation: Violation, severity: str, starts_on: date, under: tuple[Escalation, Count] | None
) -> Option | None:
    cell = _cell(matrix, violation, severity)
    if cell is None:
        return None
    limits = limits_for(matrix, violation, cell)
    left = available(limits, cell, violation, starts_on) if limits else None
    rule = under[0] if under else None
    place = " × ".join(code for code in (severity, violation.risk, violation.history) if code)
    why = f"{matrix.name}: {place} gives {_amounts(cell)}"
    if left is not None:
        why += f"; the limits leave {', '.join(str(one) for one in left) or 'none'} from {starts_on}"
    return Option(
        severity=severity,
        responses=cell.responses,
        unit=cell.unit,
        least=min(cell.only, default=cell.least),
        most=max(cell.only, default=cell.most),
        only=cell.only,
        available=left,
        approver=(rule.approver if rule and rule.approver else cell.approver),
        under=rule.code if rule else "",
        why=f"{why}; {under[1].why}" if under else why,
    )


def _also(
    matrix: Matrix,
    violation: Violation,
    treated_as: str,
    starts_on: date,
    holding: list[tuple[Escalation, Count]],
) -> tuple[Option, ...]:
    options = [
        _option(matrix, violation, rule.treat_as, starts_on, (rule, one))
        for rule, one in holding
        if rule.treat_as and rule.may and rule.treat_as != treated_as
    ]
    return tuple(option for option in options if option is not None)


def _amounts(cell: Cell) -> str:
    responses = " or ".join(cell.responses)
    if cell.only:
        return f"{responses}: {' or '.join(str(one) for one in cell.only)} {cell.unit}"
    if not cell.most:
        return responses
    return f"{responses}: {cell.least} to {cell.most} {cell.unit}"


def _with_why(found: Recommendation, history: str) -> Recommendation:
    why = [f"{found.title}, {found.source}", *((history,) if history else ())]
    why += [found.range.why] if found.range else []
    why += [one.why for one in found.counts]
    why += [option.why for option in found.may_also]
    why += [f"points: {found.points.why}"] if found.points else []
    why += [one.why for one in found.actions]
    why += [one.why for one in found.limits]
    why += [one.why for one in found.deadlines]
    why += [found.departure.why] if found.departure else []
    return replace(found, why=tuple(dict.fromkeys(why)))
