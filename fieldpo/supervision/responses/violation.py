"""The violation that a response is asked for, as the shell's JSON and the records have it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from fieldpo.errors import BadInput
from fieldpo.plain import clean
from fieldpo.supervision.toml.lines import spelled
from fieldpo.supervision.toml.reading import where_and_said
from fieldpo.supervision.written.responses import Coded, Matrix

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
"""Years outside these are slips of the hand, and their clocks would leave the calendar."""

MOST_AMOUNT: Final = 12 * 100
"""Days, months or units of one response; more is a slip of the hand."""


class Earlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An earlier violation: its day, severity and kind, whether it was sanctioned, and with what.

    ``amount`` is the days, months or units of the ``response``, which began on ``starts_on`` (else on ``on``). ``id``
    is the report's own, so that a count can name it.
    """

    on: date
    severity: str = ""
    violation: str = ""
    sanctioned: bool = True
    response: str = ""
    amount: int = 0
    starts_on: date | None = None
    id: str = ""

    @property
    def began(self) -> date:
        """The first day of the response."""
        return self.starts_on or self.on


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the officer means to do, with the reason if it departs from the range, and who approved it."""

    response: str
    amount: int = 0
    reason: str = ""
    approved_by: str = ""


class Violation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One violation. ``known_on`` is the officer's day of learning it; the ``…_at`` moments carry a UTC offset.

    ``history`` is the person's history category; ``earlier`` are the violations before this one.
    """

    known_on: date | None = None
    known_at: datetime | None = None
    violation: str = ""
    severity: str = ""
    risk: str = ""
    history: str = ""
    confined_at: datetime | None = None
    received_on: date | None = None
    started_on: date | None = None
    starts_on: date | None = None
    aggravating: str = ""
    facts: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    chosen: Chosen | None = None


def read_violation(matrix: Matrix, given: object) -> Violation:
    """Take one JSON object for a violation under a matrix.

    Raises BadInput, naming the key, for what is unknown, missing, not of the matrix, or before its time.
    """
    try:
        violation = msgspec.convert(given, Violation)
    except msgspec.ValidationError as cause:
        path, said = where_and_said(str(cause))
        raise wrong(spelled(path) or "the file", said) from cause
    _check_moments(violation)
    _check_codes(matrix, violation)
    return violation


def severity_of(matrix: Matrix, violation: str, severity: str) -> str:
    """The severity that was given, or the usual one of the violation's kind; empty where neither says."""
    return severity or next((one.severity for one in matrix.violations if one.code == violation), "")


def history_of(matrix: Matrix, violation: Violation, known_on: date) -> str:
    """The history category that was given, or that of the number of earlier violations; empty where neither says."""
    if violation.history:
        return violation.history
    number = len(counted_history(matrix, violation, known_on))
    for one in matrix.histories:
        if one.start is not None and one.start <= number and (one.to is None or number <= one.to):
            return one.code
    return ""


def counted_history(matrix: Matrix, violation: Violation, known_on: date) -> tuple[date, ...]:
    """The days of the earlier violations that make the history category."""
    within = matrix.history_within_days
    since = known_on - timedelta(days=within) if within else date.min
    return tuple(sorted(one.on for one in violation.earlier if one.on > since))


def _check_moments(violation: Violation) -> None:
    if (violation.known_on is None) == (violation.known_at is None):
        raise wrong("known_on", "expected known_on (a day) or known_at (a moment), one of them")
    for name in ("known_at", "confined_at"):
        moment = getattr(violation, name)
        if moment is not None and moment.tzinfo is None:
            raise wrong(name, "expected a moment with its UTC offset, such as 2026-11-20T14:02:00-06:00")
    for name in ("known_on", "known_at", "confined_at", "received_on", "started_on", "starts_on"):
        _check_year(name, getattr(violation, name))
    if violation.chosen is not None:
        _check_amount("chosen.amount", violation.chosen.amount)
    for at, one in enumerate(violation.earlier):
        _check_amount(f"earlier[{at}].amount", one.amount)
        _check_year(f"earlier[{at}].on", one.on)
        _check_year(f"earlier[{at}].starts_on", one.starts_on)


def _check_year(key: str, day: date | None) -> None:
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise wrong(key, f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, got {day.year}")


def _check_amount(key: str, amount: int) -> None:
    if not 0 <= amount <= MOST_AMOUNT:
        raise wrong(key, f"expected 0 to {MOST_AMOUNT}, got {amount}")


def _check_codes(matrix: Matrix, violation: Violation) -> None:
    kinds = matrix.violations or None
    _known("violation", violation.violation, kinds)
    if not severity_of(matrix, violation.violation, violation.severity):
        raise wrong("severity", f"expected one of {_codes(matrix.severities)}, got none")
    _known("severity", violation.severity, matrix.severities)
    _known("risk", violation.risk, matrix.risks or None)
    _known("history", violation.history, matrix.histories or None)
    for fact in violation.facts:
        _known("facts", fact, matrix.facts)
    for at, one in enumerate(violation.earlier):
        _known(f"earlier[{at}].severity", one.severity, matrix.severities)
        _known(f"earlier[{at}].violation", one.violation, kinds)
        _known(f"earlier[{at}].response", one.response, matrix.responses or None)
    if violation.chosen is not None:
        _known("chosen.response", violation.chosen.response, matrix.responses)


def _known(key: str, code: str, known: tuple[Coded, ...] | None) -> None:
    if code and known is not None and code not in {one.code for one in known}:
        raise wrong(key, f"expected {f'one of {_codes(known)}' if known else 'none'}, got “{clean(code)}”")


def _codes(known: tuple[Coded, ...]) -> str:
    return ", ".join(one.code for one in known)


def wrong(key: str, said: str) -> BadInput:
    """The error for a violation: the key, what was expected there, and that nothing came of it."""
    return BadInput(f"violation: {key}: {said}. Nothing was recommended.")
