"""How a policy pack writes its contact standards: frozen values read from TOML, in the field's own terms.

Spans and rates are written as words (“3 business days”, “2 in 30 days”); ``spans`` reads them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

People = Literal["client", "collateral", "anyone", "client_or_collateral"]
AfterSuspension = Literal["unchanged", "restart", "extend"]
Stage = Literal["", "before_assessment", "after_assessment"]


class Quirk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way in which another implementation differs from the rule. Off, but for conformity tests."""

    name: str
    text: str


class Fits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which cases a row is for. An empty list asks nothing; ``until`` is the first day it no longer holds."""

    case_types: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    supervision_types: tuple[str, ...] = ()
    supervision_labels: tuple[str, ...] = ()
    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None


class RateRow(Fits, frozen=True, forbid_unknown_fields=True):
    """How often, for the cases that fit: ``by_level`` (level → “2 in 30 days”), or ``every`` whatever the level.

    The first row that fits is taken; a level that it does not name owes nothing.
    """

    by_level: dict[str, str] = {}
    every: str = ""


class AfterRow(Fits, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long after a start, for the cases that fit."""

    after: str


class ExemptRow(Fits, frozen=True, forbid_unknown_fields=True):
    """Cases that need no reassessment: those that fit and meet everything else that the row says.

    ``score_below`` goes by sex, with ``any`` for every other. ``days_since_start`` asks for that many days of
    supervision. ``no_sanctions`` are codes of which none may be dated after the assessment.
    """

    score_below: dict[str, int] = {}
    days_since_start: int = 0
    no_sanctions: tuple[str, ...] = ()


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which contacts count: kinds, places and who was there; empty lists mean any.

    ``verified`` asks that the contact proved this item. ``any_outcome`` counts a contact whatever came of it.
    """

    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    people: People = "client"
    verified: str = ""
    any_outcome: bool = False


class ObligationRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is owed again and again, once, or after an event."""

    code: str
    label: str
    applies: tuple[Fits, ...] = ()
    """The cases that it is for; empty means all that the policy is for."""
    counts: Counts = Counts()
    rates: tuple[RateRow, ...] = ()
    initial: str = ""
    """The first deadline, from the start. Without it the rate's own period is the first deadline too."""
    initial_for_all: bool = False
    """The first one is owed at every level, also where no rate follows."""
    initial_by_quirk: dict[str, str] = {}
    compliance_rates_by_quirk: dict[str, str] = {}
    """A quirk, and the obligation whose rates the yes/no question of old policies takes under it."""
    suspended_by: tuple[str, ...] = ()
    after_suspension: AfterSuspension = "unchanged"
    on_event: str = ""
    within: str = ""
    share_of: str = ""
    share: float = 0.0
    at_share_of_term: float = 0.0
    needs: str = ""
    """A fact that the case must say it has (``drug_testing``, ``em``)."""
    waived_without: str = ""
    """A fact without which it is not owed, where the case says that it has it not (``treatment``)."""
    stage: Stage = ""
    note: str = ""


class AssessmentRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the risk assessment is owed: first after the start, then again after the latest."""

    label: str = "risk assessment"
    instruments: tuple[str, ...] = ()
    """Which instruments count; empty means any."""
    initial: tuple[AfterRow, ...] = ()
    again: str = ""
    exempt: tuple[ExemptRow, ...] = ()
    suspended_by: tuple[str, ...] = ()
    zero_is_none_by_quirk: str = ""


class Bands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Levels by score: level → its lowest score. Without ``sexes`` for every recorded sex; days are half open."""

    bands: dict[str, int]
    sexes: tuple[str, ...] = ()
    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None


class NeverAssessed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The level that a person without a score is taken to have, from a day on."""

    level: str
    from_: date | None = msgspec.field(name="from", default=None)


class LevelFromScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The level that the latest score speaks for. ``order`` goes from the loosest; others are not comparable.

    ``intake_grace_at``: at this level nothing is suggested before the first assessment of this supervision is due.
    """

    order: tuple[str, ...]
    bands: tuple[Bands, ...]
    case_types: tuple[str, ...] = ()
    never_assessed: NeverAssessed | None = None
    intake_grace_at: str = ""


class YesNo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The yes/no question of older policies: is the case in compliance on the day?"""

    grace_business_days: int = 0
    always_at: tuple[str, ...] = ()


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One policy's contact standards, in force from ``effective_from`` until the next one's.

    ``based_on`` names an earlier entry of the list whose parts hold where this one has none; an obligation here takes
    the place of that with its code, and ``drops`` names those that go.
    """

    name: str
    effective_from: date
    source: str = ""
    based_on: str = ""
    drops: tuple[str, ...] = ()
    applies: tuple[Fits, ...] = ()
    current_labels: tuple[str, ...] = ()
    obligations: tuple[ObligationRule, ...] = ()
    assessment: AssessmentRule | None = None
    level_from_score: LevelFromScore | None = None
    yes_no: YesNo | None = None
    after_level_change: Literal["", "unchanged", "period_from_change"] = ""
    """``period_from_change``: a due day that a new level puts earlier is never before the change + its period."""
    past_maximum_by_quirk: str = ""


class ScoreBand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words for a score, by the day of the assessment: an instrument's own bands, apart from the level."""

    instrument: str
    bands: dict[str, int]
    sexes: tuple[str, ...] = ()
    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None
