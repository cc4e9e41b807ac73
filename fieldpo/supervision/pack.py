"""What a policy pack says: an agency's words, codes and keys as frozen values.

A pack is read from TOML by ``fieldpo.supervision.packs.reading``; nothing here does I/O.
"""

from __future__ import annotations

from datetime import date

import msgspec

from fieldpo.supervision.written.codes import Entry
from fieldpo.supervision.written.drug_tests import TestRules
from fieldpo.supervision.written.instruments import Definition
from fieldpo.supervision.written.lists import (
    AppointmentKind,
    AppointmentStatus,
    CaseStatus,
    ConditionText,
    ContactKind,
    HazardKind,
    Holiday,
    Labels,
    Level,
    Office,
    Outcome,
    OutOfContactClock,
    Sensitivity,
    Severity,
    Uses,
    WithWhom,
)
from fieldpo.supervision.written.responses import Matrix
from fieldpo.supervision.written.standards import Policy, Quirk, ScoreBand
from fieldpo.supervision.written.visits import (
    ChecklistAnswer,
    ChecklistItem,
    NextChoice,
    NoContactReason,
    Template,
    ToldItem,
)
from fieldpo.supervision.written.workload import Weights


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
    def final_statuses(self) -> frozenset[str]:
        """The states that end a case."""
        return frozenset(one.code for one in self.case_statuses if one.final)

    @property
    def has_rules(self) -> bool:
        """Whether it brings or names instruments, matrices, weights or laboratory rules; most packs do not."""
        return bool(self.instruments or self.matrices or self.workloads or self.drug_tests) or self.uses != Uses()

    def standard_conditions(self) -> tuple[ConditionText, ...]:
        """List the conditions that are on every case."""
        return tuple(c for c in self.conditions if c.standard)
