"""The officer's choice against the range: inside it, a departure with a reason, or over what no reason opens."""

from __future__ import annotations

from datetime import date
from typing import Any

from fieldpo.supervision.responses.limits import broken, limits_for
from fieldpo.supervision.responses.recommendation import Departure, Option
from fieldpo.supervision.responses.violation import Chosen, Violation, wrong
from fieldpo.supervision.written.responses import Cell, Matrix


def chosen_as_json(chosen: Chosen | None) -> dict[str, Any] | None:
    """The choice as the answer repeats it."""
    return None if chosen is None else {"response": chosen.response, "amount": chosen.amount}


def departs(
    matrix: Matrix,
    violation: Violation,
    base: Option | None,
    also: tuple[Option, ...],
    cell: Cell | None,
    starts_on: date,
) -> Departure | None:
    """Say how the officer's choice departs from the range; None where nothing was chosen or it lies inside.

    Raises BadInput where it goes over a limit or a ceiling, or departs without a reason.
    """
    chosen = violation.chosen
    if chosen is None or base is None or cell is None:
        return None
    _check_limits(matrix, violation, cell, chosen, starts_on)
    if _inside(matrix, base, chosen):
        return None
    opened = next((option for option in also if _inside(matrix, option, chosen)), None)
    if opened is None and cell.ceiling and chosen.amount > max(base.most, *(option.most for option in also), 0):
        said = f"{chosen.amount} {base.unit} is over {base.most}, the most that may be given"
        raise wrong("chosen.amount", f"{said}; no reason opens more")
    if not chosen.reason.strip():
        raise wrong("chosen.reason", f"{_spoken(chosen, base)} departs from {_range(base)}, so a reason is needed")
    approver = opened.approver if opened else matrix.departure_approver
    under = f" under {opened.under}" if opened else ""
    approved = f", approved by {chosen.approved_by}" if chosen.approved_by else ""
    needed = f"; {approver} must approve{approved}" if approver else ""
    why = f"{_spoken(chosen, base)} departs from {_range(base)}{under}: {chosen.reason.strip()}{needed}"
    return Departure(chosen.response, chosen.amount, chosen.reason.strip(), approver, chosen.approved_by, why)


def _check_limits(matrix: Matrix, violation: Violation, cell: Cell, chosen: Chosen, starts_on: date) -> None:
    limits = [limit for limit in matrix.limits if chosen.response in limit.of]
    held = [limit for limit in limits_for(matrix, violation, cell) if limit in limits]
    for limit in broken(held, chosen.amount, violation, starts_on):
        said = f"{chosen.amount} from {starts_on} goes over {limit.label or limit.code} ({limit.most} {limit.measure})"
        raise wrong("chosen.amount", f"{said}; no reason opens more")


def _inside(matrix: Matrix, option: Option, chosen: Chosen) -> bool:
    if chosen.response not in option.responses:
        return False
    kind = matrix.response(chosen.response)
    if kind is None or not kind.confines:
        return True
    if option.only:
        return chosen.amount in option.only
    return option.least <= chosen.amount <= option.most


def _spoken(chosen: Chosen, base: Option) -> str:
    return f"{chosen.response} {chosen.amount} {base.unit}" if chosen.amount else chosen.response


def _range(base: Option) -> str:
    amounts = " or ".join(str(one) for one in base.only) if base.only else f"{base.least}–{base.most}"
    return f"{' or '.join(base.responses)}{f', {amounts} {base.unit}' if base.most else ''}"
