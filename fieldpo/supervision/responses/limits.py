"""Limits on a response: how many days, times, months or units were used, and which amounts are left.

Days are counted on the calendar, each in its own month; a day that two judgments impose at once counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from fieldpo.supervision.responses.recommendation import LimitState
from fieldpo.supervision.responses.violation import Earlier, Violation
from fieldpo.supervision.written.responses import Cell, Limit, Matrix

Days = frozenset[date]


def limits_for(matrix: Matrix, violation: Violation, cell: Cell) -> tuple[Limit, ...]:
    """List the limits that stand on a response of this cell, for a person of this history."""
    return tuple(
        limit
        for limit in matrix.limits
        if set(limit.of) & set(cell.responses) and (not limit.history or violation.history in limit.history)
    )


def state(limit: Limit, violation: Violation, starts_on: date) -> LimitState:
    """Say how far a limit is used before a response that begins on a day."""
    used = _used(limit, _served(limit, violation), starts_on, starts_on)
    words = limit.label or limit.code
    if limit.per_month:
        where = f" in {starts_on:%Y-%m}"
    elif limit.within_days:
        where = f" in the {limit.within_days} days to {starts_on}"
    else:
        where = " in all"
    left = max(limit.most - used, 0)
    why = f"{words}: {used} of {limit.most} {limit.measure}{where} used, {left} left"
    return LimitState(limit.code, used, limit.most, left, why)


def available(limits: Iterable[Limit], cell: Cell, violation: Violation, starts_on: date) -> tuple[int, ...]:
    """List the amounts of the cell's range, beginning on a day, that break no limit; 0 is always one if in range."""
    amounts = cell.only or range(cell.least, cell.most + 1)
    kept = tuple(limits)
    return tuple(amount for amount in amounts if not broken(kept, amount, violation, starts_on))


def broken(limits: Iterable[Limit], amount: int, violation: Violation, starts_on: date) -> tuple[Limit, ...]:
    """List the limits that this amount, beginning on a day, would break."""
    if amount == 0:
        return ()
    return tuple(limit for limit in limits if _breaks(limit, amount, violation, starts_on))


def _breaks(limit: Limit, amount: int, violation: Violation, starts_on: date) -> bool:
    one = Earlier(on=starts_on, response=limit.of[0], amount=amount)
    served = (*_served(limit, violation), one)
    last = starts_on + timedelta(days=amount - 1) if limit.measure != "units" else starts_on
    if limit.per_month:
        ends = {starts_on, last} | {day for day in _days((one,)) if day.day == 1}
        return any(_used(limit, served, day, day) > limit.most for day in ends)
    return _used(limit, served, starts_on, last) > limit.most


def _served(limit: Limit, violation: Violation) -> tuple[Earlier, ...]:
    return tuple(one for one in violation.earlier if one.response in limit.of and one.amount)


def _used(limit: Limit, served: Iterable[Earlier], day: date, last: date) -> int:
    if limit.within_days:
        since = last - timedelta(days=limit.within_days)
        served = [one for one in served if _last(one) > since]
        days = frozenset(one for one in _days(served) if since < one <= last)
    else:
        served = list(served)
        days = _days(served)
    match limit.measure:
        case "days" if limit.per_month:
            return sum((one.year, one.month) == (day.year, day.month) for one in days)
        case "days":
            return len(days)
        case "months":
            return len({(one.year, one.month) for one in days})
        case "times":
            return len({(one.began, one.amount) for one in served})
        case _:
            return sum(one.amount for one in served)


def _days(served: Iterable[Earlier]) -> Days:
    return frozenset(one.began + timedelta(days=n) for one in served for n in range(one.amount))


def _last(one: Earlier) -> date:
    return one.began + timedelta(days=max(one.amount - 1, 0))
