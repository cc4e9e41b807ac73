"""What a response matrix's TOML says, as frozen values; nothing here does I/O or arithmetic."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Unit = Literal["days", "months", "units"]
Counted = Literal["business", "calendar", "hours"]
ClockStart = Literal["known", "confined", "received", "started"]
Measure = Literal["days", "times", "months", "units"]


class Coded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code with its words."""

    code: str
    label: str = ""

    @property
    def words(self) -> str:
        """The label, or the code where there is none."""
        return self.label or self.code


class SeverityClass(Coded, frozen=True, forbid_unknown_fields=True):
    """How grave a violation is by this matrix; a higher ``rank`` is graver."""

    rank: int = 0


class HistoryClass(Coded, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """A history category: given with the violation, or read from the number of earlier ones, ``from`` … ``to``."""

    start: int | None = None
    to: int | None = None


class ViolationKind(Coded, frozen=True, forbid_unknown_fields=True):
    """A violation that the matrix knows by name, with its usual severity."""

    severity: str = ""


class ResponseKind(Coded, frozen=True, forbid_unknown_fields=True):
    """Something that may be done; ``confines`` says that it takes liberty, so that its days are counted."""

    confines: bool = False


class Cell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The presumptive range for severities × risks × histories (empty means any).

    ``least`` … ``most``, or ``only`` some amounts, in ``unit``, of the responses that confine. ``ceiling`` says that
    no departure may go above ``most``. ``approver`` must approve; empty means nobody but the officer.
    """

    severity: tuple[str, ...] = ()
    risk: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()
    unit: Unit = "days"
    least: int = 0
    most: int = 0
    only: tuple[int, ...] = ()
    ceiling: bool = False
    approver: str = ""


class Escalation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a count, an aggravating fact or a named fact changes what may or must be done.

    Counted are earlier violations of the severities ``counts`` or kinds ``kinds`` (``same``: of this one's kind) within
    ``within_days`` (0: ever), only ``sanctioned`` ones if it says so, and this one too where ``with_this``. It holds
    when there are ``after`` or more; ``facts`` and ``aggravating`` hold without a count. Then a violation of one of
    the severities ``of`` (empty: any) is treated as ``treat_as``, or ``action`` follows; ``may`` leaves it open.
    """

    code: str
    label: str = ""
    of: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    same: bool = False
    sanctioned: bool = False
    with_this: bool = False
    after: int = 0
    within_days: int = 0
    aggravating: bool = False
    facts: tuple[str, ...] = ()
    treat_as: str = ""
    action: str = ""
    may: bool = False
    approver: str = ""


class Deadline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """By when something is due: ``days`` business or calendar days, or ``hours``, from a moment of the violation.

    ``confined`` limits it to persons who are (true) or are not (false) confined for it.
    """

    code: str
    label: str = ""
    days: int = 0
    hours: int = 0
    counted: Counted = "calendar"
    start: ClockStart = "known"
    confined: bool | None = None


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most of the responses ``of`` that there may be: days, times, different calendar months or units.

    ``per_month`` counts a calendar month, ``within_days`` a period ending on the last day asked for; neither: in all.
    Days that several judgments impose at once count once. ``history`` limits it to persons of these histories.
    """

    code: str
    most: int
    of: tuple[str, ...]
    measure: Measure = "days"
    label: str = ""
    per_month: bool = False
    within_days: int = 0
    history: tuple[str, ...] = ()


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Points by severity, summed over earlier violations within ``within_days`` (0: ever) and this one."""

    by_severity: dict[str, int]
    within_days: int = 0


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What follows at a number of points; ``only`` are the amounts, in ``unit``, that it opens."""

    at: int
    action: str
    label: str = ""
    unit: Unit = "days"
    only: tuple[int, ...] = ()


class Matrix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one agency's responses to violations, in force from ``effective_from`` on.

    ``history_within_days`` limits which earlier violations make the history category (0: all).
    """

    id: str
    version: str
    title: str
    source: str
    effective_from: date
    severities: tuple[SeverityClass, ...]
    effective_to: date | None = None
    note: str = ""
    risks: tuple[Coded, ...] = ()
    histories: tuple[HistoryClass, ...] = ()
    history_within_days: int = 0
    violations: tuple[ViolationKind, ...] = ()
    responses: tuple[ResponseKind, ...] = ()
    facts: tuple[Coded, ...] = ()
    cells: tuple[Cell, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    limits: tuple[Limit, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    points: Points | None = None
    departure_approver: str = "supervisor"

    @property
    def name(self) -> str:
        """The matrix and its version as every recommendation quotes them."""
        return f"{self.id} responses {self.version}"

    def response(self, code: str) -> ResponseKind | None:
        """The response of this code, or None."""
        return next((one for one in self.responses if one.code == code), None)
