"""The entries of a pack's lists, and its tables: what each may say besides its code, its label and its key."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

import msgspec

from fieldpo.supervision.written.codes import Entry

HazardSeverity = Literal["!!", "!"]
AppointmentEnd = Literal["kept", "late", "missed", "excused", "cancelled"]


class Labels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agency's own words for people and papers; screens show these and no others."""

    client: str
    clients: str
    officer: str
    supervisor: str
    violation_report: str
    court: str = "court"
    case_notes: str = "case notes"
    entry: str = "entry"
    no_contact: str = "attempted – no contact"
    field_sheet: str = "field sheet"


class Office(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The office's clock: IANA time zone, opening hours in it, and days open (1 = Monday … 7 = Sunday)."""

    time_zone: str
    opens: time
    closes: time
    days: tuple[int, ...] = (1, 2, 3, 4, 5)


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day the office is closed, said in one of three ways.

    ``date`` (once), ``month`` + ``day`` (each year), or ``month`` + ``weekday`` (1 = Monday) + ``nth`` (-1
    = the last). A ``month`` + ``day`` holiday on a Saturday is kept on Friday and one on a Sunday on
    Monday, unless ``observed`` is false. ``plus`` moves the result by days (the day after Thanksgiving).
    """

    label: str
    date: date | None = None
    month: int = 0
    day: int = 0
    weekday: int = 0
    nth: int = 0
    plus: int = 0
    observed: bool = True


class ContactKind(Entry, frozen=True, forbid_unknown_fields=True):
    """How a contact took place. ``has_place`` is false where a place says nothing (a letter)."""

    has_place: bool = True


class Outcome(Entry, frozen=True, forbid_unknown_fields=True):
    """What came of a contact.

    ``satisfies``: it may count toward what is owed. ``attempt``: it goes to the attempt ledger and never
    counts. Empty ``kinds`` and ``places`` mean any. ``appointment`` is the state that it gives the
    appointment it answers. ``needs_reason``: the form asks why.
    """

    satisfies: bool = False
    attempt: bool = False
    possible_violation: bool = False
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    appointment: AppointmentEnd | None = None
    needs_reason: bool = False

    def applies(self, kind: str, place: str) -> bool:
        """Say whether a contact of this kind and place can end so; an empty place is any place."""
        return (not self.kinds or kind in self.kinds) and (not self.places or not place or place in self.places)


class WithWhom(Entry, frozen=True, forbid_unknown_fields=True):
    """Who was present; ``client_present`` is false for a talk with a collateral alone."""

    client_present: bool = True


class HazardKind(Entry, frozen=True, forbid_unknown_fields=True):
    """A safety flag, its label short and in capitals for a narrow column, with its usual severity."""

    severity: HazardSeverity = "!"


class ConditionText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition of the catalogue: standard ones are on every case, special ones on a court's order.

    ``text`` may name ``parameters`` in braces, such as ``{hours}``.
    """

    code: str
    category: str
    label: str
    text: str
    standard: bool = False
    parameters: tuple[str, ...] = ()


class Severity(Entry, frozen=True, forbid_unknown_fields=True):
    """How grave a violation is; a higher ``rank`` is graver."""

    rank: int = 0


class Level(Entry, frozen=True, forbid_unknown_fields=True):
    """A supervision level; a higher ``rank`` is closer supervision."""

    rank: int = 0


class CaseStatus(Entry, frozen=True, forbid_unknown_fields=True):
    """A state of a case: ``owed`` says whether contacts are due in it, ``final`` that it ends the case."""

    owed: bool = False
    final: bool = False


class AppointmentKind(Entry, frozen=True, forbid_unknown_fields=True):
    """What an appointment is for: its usual length in minutes and the contact that logging it starts from."""

    minutes: int = 30
    contact_kind: str = ""
    place: str = ""


class AppointmentStatus(Entry, frozen=True, forbid_unknown_fields=True):
    """A state of an appointment and the states that may follow it; none means final."""

    to: tuple[str, ...] = ()


class Sensitivity(Entry, frozen=True, forbid_unknown_fields=True):
    """A note's class; ``withheld`` leaves it out of the client's copy and of shared reports."""

    withheld: bool = False


class Uses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of instruments, matrix, weights and laboratory rules: of the pack's own first, else of those that ship."""

    instruments: tuple[str, ...] = ()
    matrix: str = ""
    workload: str = ""
    drug_tests: str = ""


class OutOfContactClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After how many ``days`` without a contact, a try since, somebody counts as out of contact, by which ``source``.

    A list shows the clock from day ``shown_from`` on.
    """

    days: int = 30
    shown_from: int = 7
    source: str = ""
