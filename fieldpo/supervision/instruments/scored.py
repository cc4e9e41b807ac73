"""What scoring an instrument gives: the scores with everything needed to explain and to recompute them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fieldpo.supervision.instruments.formula import Value


@dataclass(frozen=True)
class ItemPoints:
    """What one item, or a value derived from items, added to one scale; no scale where it adds nothing itself."""

    item: str
    label: str
    answer: Value
    scale: str
    points: float | None
    why: str

    def as_json(self) -> dict[str, object]:
        """As the shell prints it."""
        return {
            "item": self.item,
            "label": self.label,
            "answer": shown(self.answer),
            "scale": self.scale,
            "points": None if self.points is None else plain_number(self.points),
            "why": self.why,
        }


@dataclass(frozen=True)
class CutOffUsed:
    """Which cut-offs gave a level: the name it stands by, the level, and a sentence with score and range."""

    gives: str
    level: str | None
    why: str


@dataclass(frozen=True)
class Overridden:
    """A level set aside: what the score said, what stands instead, why, and who approved it."""

    scored_level: str | None
    level: str
    reason: str
    approved_by: str


@dataclass(frozen=True)
class Scored:
    """One scoring: ``scores`` by name, ``level`` where the instrument has one, and how each came about.

    ``answers`` are the item answers as given, to compute it again; ``missing`` the items without one.
    """

    instrument: str
    version: str
    title: str
    source: str
    answers: Mapping[str, Value]
    scores: Mapping[str, Value]
    sections: Mapping[str, float]
    level: str | None
    items: tuple[ItemPoints, ...]
    missing: tuple[str, ...]
    arithmetic: tuple[str, ...]
    cut_offs: tuple[CutOffUsed, ...]
    done_on: date | None = None
    reassess_by: date | None = None
    override: Overridden | None = None

    @property
    def total(self) -> float | None:
        """The score that stands for the whole: ``total``, or the first that is a number; None where there is none."""
        numbers = {name: value for name, value in self.scores.items() if _is_number(value)}
        first = self.scores.get("total", next(iter(numbers.values()), None))
        return float(first) if isinstance(first, int | float) else None

    def answers_json(self) -> dict[str, object]:
        """The answers as a record keeps them, to score them again."""
        return {name: shown(value) for name, value in self.answers.items() if value is not None}

    def as_json(self) -> dict[str, object]:
        """As `fieldpo policy score` prints it."""
        return {
            "instrument": self.instrument,
            "version": self.version,
            "title": self.title,
            "source": self.source,
            "scores": {name: shown(value) for name, value in self.scores.items()},
            "sections": {name: plain_number(value) for name, value in self.sections.items()},
            "level": self.level,
            "items": [one.as_json() for one in self.items],
            "missing": list(self.missing),
            "arithmetic": list(self.arithmetic),
            "cut_offs": [{"gives": one.gives, "level": one.level, "why": one.why} for one in self.cut_offs],
            "answers": self.answers_json(),
            "done_on": shown(self.done_on),
            "reassess_by": shown(self.reassess_by),
            "override": None
            if self.override is None
            else {
                "scored_level": self.override.scored_level,
                "level": self.override.level,
                "reason": self.override.reason,
                "approved_by": self.override.approved_by,
            },
        }


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def plain_number(number: float) -> float:
    """A whole number without its point, so that JSON shows 3 and not 3.0."""
    return int(number) if float(number).is_integer() else number


def shown(value: Value) -> object:
    """A value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return plain_number(value)
    return value


def words(value: Value) -> str:
    """A value as a sentence has it: yes, no, 3, 2026-11-22."""
    if value is None:
        return "no answer"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    return str(value)


def number(value: float) -> str:
    """A number with as many digits as it has, at most six after the point."""
    return f"{value:.6f}".rstrip("0").rstrip(".").replace("-", "−") or "0"
