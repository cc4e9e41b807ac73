"""What an instrument's TOML says, as frozen values; nothing here does I/O or arithmetic."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

ItemKind = Literal["yes_no", "whole", "number", "points", "choice", "date", "text"]
MissingRule = Literal["refuse", "skip", "prorate"]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question. ``points`` items are answered by the points chosen, out of ``allowed`` or from ``minimum`` to
    ``maximum``. ``reversed`` turns yes into no, and points around the middle of their range.

    ``if_missing`` stands in for an answer that was not given; ``optional`` leaves it unknown; ``instead_of`` names
    the item that it may be given in place of.
    """

    code: str
    label: str = ""
    kind: ItemKind = "yes_no"
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[float, ...] = ()
    choices: tuple[str, ...] = ()
    reversed: bool = False
    optional: bool = False
    if_missing: bool | int | float | str | None = None
    instead_of: str = ""

    @property
    def highest(self) -> float | None:
        """The most points that a ``points`` item can have."""
        return max(self.allowed) if self.allowed else self.maximum

    @property
    def lowest(self) -> float:
        """The least points that a ``points`` item can have."""
        return min(self.allowed) if self.allowed else self.minimum or 0


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must hold between answers; ``item`` is the one that an error names, ``said`` what was expected of it."""

    item: str
    must: str
    said: str


class Derived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value worked out of answers and of derived values above it. ``blames`` is the item that an error names."""

    code: str
    formula: str
    label: str = ""
    blames: str = ""


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """Points for values ``from`` … ``to``, both included; an open end is left out. ``where`` asks for other answers."""

    points: float
    start: float | None = None
    to: float | None = None
    where: dict[str, str] = {}


class NamedBands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bands of their own name, for a term whose bands fill more than a line."""

    name: str
    rows: tuple[Band, ...]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers by code: ``rows``, or a CSV ``file`` beside the TOML (columns ``key``, joined, to column ``value``).

    ``refused`` are values that stand for none, each with what is wrong.
    """

    name: str
    rows: dict[str, float] = {}
    file: str = ""
    key: tuple[str, ...] = ()
    value: str = ""
    refused: dict[str, str] = {}


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one item, derived value or earlier scale adds to a scale.

    By ``bands`` or ``table`` (named bands) for a number, by ``points`` for a choice, by ``yes`` and ``no`` for a
    yes-or-no; otherwise the number itself.
    """

    of: str
    yes: float = 1
    no: float = 0
    bands: tuple[Band, ...] = ()
    table: str = ""
    points: dict[str, float] = {}


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sum of terms. It stands under ``scores`` by its ``code``, and its scaled value by ``scaled_as``.

    ``scaled`` is the scaled value of raw 0, 1, 2 …; ``section`` sets it apart as a part of the whole; ``hidden``
    keeps it out of the scores (the arithmetic still shows it).
    """

    code: str
    terms: tuple[Term, ...]
    label: str = ""
    maximum: float | None = None
    scaled: tuple[int, ...] = ()
    scaled_as: str = ""
    section: bool = False
    hidden: bool = False


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A score worked out of scales by a formula, shown by its ``code``."""

    code: str
    formula: str
    label: str = ""


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """A level and the scores that lead to it, both ends included; an open end is left out."""

    name: str
    start: float | None = None
    to: float | None = None


class CutOffs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from"}):
    """Levels by score. Of the tables with one ``gives``, the first that fits is used.

    It fits where ``where`` holds and the item ``dated_by`` lies in ``from`` (included) … ``before`` (excluded).
    ``otherwise`` is given to a score that no level takes, ``if_missing`` where there is no score. ``gives`` other
    than ``level`` stands under ``scores``; ``also_level`` makes it the level too.
    """

    of: str
    gives: str = "level"
    levels: tuple[Cut, ...] = ()
    where: dict[str, str] = {}
    dated_by: str = ""
    start: date | None = None
    before: date | None = None
    otherwise: str | None = None
    if_missing: str | None = None
    also_level: bool = False


class Missing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of unanswered items: the whole is refused, they count nothing (``skip``), or the scale is raised
    in proportion (``prorate``); beyond ``most`` of them it is refused."""

    rule: MissingRule = "refuse"
    most: int = 0


class Reassess(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When it is to be done again, in months or days; ``by_level`` gives other months for a level."""

    months: int = 0
    days: int = 0
    by_level: dict[str, int] = {}


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a level may be set aside, by how many steps at most, and who must approve (none: nobody)."""

    allowed: bool = True
    approver: str = "supervisor"
    most_steps: int | None = None


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one instrument, as its TOML says it. `short` is what officers call it: LSI-R."""

    id: str
    version: str
    title: str
    source: str
    items: tuple[Item, ...]
    short: str = ""
    licence: str = ""
    note: str = ""
    may_administer: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    bands: tuple[NamedBands, ...] = ()
    derived: tuple[Derived, ...] = ()
    checks: tuple[Check, ...] = ()
    scales: tuple[Scale, ...] = ()
    outputs: tuple[Output, ...] = ()
    cutoffs: tuple[CutOffs, ...] = ()
    missing: Missing = Missing()
    reassess: Reassess = Reassess()
    override: Override = Override()

    @property
    def name(self) -> str:
        """The instrument and its version as every score quotes them."""
        return f"{self.id} {self.version}"

    @property
    def called(self) -> str:
        """Its name where there is little room."""
        return self.short or self.id.upper()
