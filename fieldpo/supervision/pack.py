"""What a policy pack says: an agency's words, codes and keys as frozen values.

A pack is read from TOML by ``fieldpo.supervision.pack_file``; nothing here does I/O. Codes are what records
keep; labels and keys are what screens show and take. An old record may hold a code that a newer pack lacks,
so ``label_of`` never fails, while ``by_code`` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Literal, Protocol, TypeVar

import msgspec

from fieldpo.errors import NotFound
from fieldpo.supervision.drug_tests.model import TestRules
from fieldpo.supervision.instruments.model import Definition
from fieldpo.supervision.pack_visits import (
    ChecklistAnswer,
    ChecklistItem,
    NextChoice,
    NoContactReason,
    Template,
    ToldItem,
)
from fieldpo.supervision.responses.model import Matrix
from fieldpo.supervision.standards.form import Policy, Quirk, ScoreBand
from fieldpo.supervision.workload.model import Weights

HazardSeverity = Literal["!!", "!"]
AppointmentEnd = Literal["kept", "late", "missed", "excused", "cancelled"]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code of a list in the pack, with its words and, where a form offers it, its single key."""

    code: str
    label: str
    key: str = ""


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


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one agency's policy, in force from ``effective_from`` (its first day) on."""

    id: str
    version: str
    title: str
    effective_from: date
    labels: Labels
    office: Office
    contact_kinds: tuple[ContactKind, ...]
    places: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...]
    no_contact_reasons: tuple[NoContactReason, ...]
    with_whom: tuple[WithWhom, ...]
    told_items: tuple[ToldItem, ...]
    verified_items: tuple[Entry, ...]
    verified_hows: tuple[Entry, ...]
    techniques: tuple[Entry, ...]
    purposes: tuple[Entry, ...]
    templates: tuple[Template, ...]
    next_appointments: tuple[NextChoice, ...]
    next_after_visit: tuple[NextChoice, ...]
    checklist: tuple[ChecklistItem, ...]
    checklist_answers: tuple[ChecklistAnswer, ...]
    hazard_kinds: tuple[HazardKind, ...]
    condition_categories: tuple[Entry, ...]
    conditions: tuple[ConditionText, ...]
    severities: tuple[Severity, ...]
    recommendations: tuple[Entry, ...]
    supervision_types: tuple[Entry, ...]
    levels: tuple[Level, ...]
    case_types: tuple[Entry, ...]
    compliance_states: tuple[Entry, ...]
    case_statuses: tuple[CaseStatus, ...]
    address_uses: tuple[Entry, ...]
    phone_uses: tuple[Entry, ...]
    appointment_kinds: tuple[AppointmentKind, ...]
    appointment_statuses: tuple[AppointmentStatus, ...]
    cancelled_by: tuple[Entry, ...]
    sensitivities: tuple[Sensitivity, ...]
    holidays: tuple[Holiday, ...] = ()
    effective_to: date | None = None
    extends: str = ""
    policies: tuple[Policy, ...] = ()
    quirks: tuple[Quirk, ...] = ()
    score_bands: tuple[ScoreBand, ...] = ()
    instruments: tuple[Definition, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    workloads: tuple[Weights, ...] = ()
    drug_tests: tuple[TestRules, ...] = ()
    uses: Uses = Uses()
    out_of_contact: OutOfContactClock = OutOfContactClock()

    @property
    def name(self) -> str:
        """The pack and its version as every decision quotes them: ``demo pack 2026.1``."""
        return f"{self.id} pack {self.version}"

    def outcomes_for(self, kind: str, place: str) -> tuple[Outcome, ...]:
        """List the outcomes that have a key and fit this kind and place, in the pack's order."""
        return tuple(o for o in self.outcomes if o.key and o.applies(kind, place))

    def templates_for(self, kind: str, place: str) -> tuple[Template, ...]:
        """List the note templates that fit this kind and place, in the pack's order."""
        return tuple(t for t in self.templates if t.applies(kind, place))

    @property
    def has_rules(self) -> bool:
        """Whether it brings or names instruments, matrices, weights or laboratory rules; most packs do not."""
        return bool(self.instruments or self.matrices or self.workloads or self.drug_tests) or self.uses != Uses()

    def standard_conditions(self) -> tuple[ConditionText, ...]:
        """List the conditions that are on every case."""
        return tuple(c for c in self.conditions if c.standard)


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Labelled(_Coded, Protocol):
    @property
    def label(self) -> str: ...


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


C = TypeVar("C", bound=_Coded)
K = TypeVar("K", bound=_Keyed)


def by_code(entries: Iterable[C], code: str) -> C:
    """Return the entry with this code.

    Raises NotFound where the pack has none, naming the codes that it has.
    """
    known = tuple(entries)
    for entry in known:
        if entry.code == code:
            return entry
    codes = ", ".join(entry.code for entry in known)
    raise NotFound(f"The policy pack has no code “{code}” here. It has: {codes}.")


def by_key(entries: Iterable[K], key: str) -> K | None:
    """Return the entry that this single key picks, or None; letters of both cases are alike."""
    wanted = key.casefold()
    return next((entry for entry in entries if entry.key and entry.key.casefold() == wanted), None)


def label_of(entries: Iterable[_Labelled], code: str) -> str:
    """Return the words for a code, or the code itself where this version of the pack no longer has it."""
    return next((entry.label for entry in entries if entry.code == code), code)
