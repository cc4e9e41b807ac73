"""A scoring under way: what the answers so far come to, and the cut-offs that hold for this person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from msgspec import structs

from fieldpo.errors import BadInput
from fieldpo.supervision.instruments.formula import Value
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.scored import Scored, number, words
from fieldpo.supervision.instruments.scoring import ranged, score
from fieldpo.supervision.written.instruments import CutOffs, Missing


@dataclass(frozen=True)
class Running:
    """``scored`` once nothing more is needed. Until then ``so_far`` are the sums of what was answered.

    ``wrong`` is why it cannot be scored as it stands: what is still to be answered, or an answer that cannot be.
    """

    answered: int
    items: int
    scored: Scored | None
    so_far: tuple[tuple[str, str], ...]
    wrong: str


def running(instrument: Instrument, given: Mapping[str, object], done_on: date | None = None) -> Running:
    """Score what there is; never raises for an answer that is missing or impossible."""
    answered = sum(1 for item in instrument.definition.items if given.get(item.code) is not None)
    items = len(instrument.definition.items)
    try:
        scored = score(instrument, given, done_on)
    except BadInput as error:
        return Running(answered, items, None, _sums(instrument, given), error.message)
    return Running(answered, items, scored, _shown(scored), "")


def _sums(instrument: Instrument, given: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    lenient = structs.replace(instrument.definition, missing=Missing("skip", len(instrument.definition.items)))
    lenient = structs.replace(lenient, cutoffs=(), outputs=())
    try:
        return _shown(score(replace(instrument, definition=lenient), given))
    except (BadInput, TypeError):
        return ()


def _shown(scored: Scored) -> tuple[tuple[str, str], ...]:
    return tuple((name, words(value)) for name, value in scored.scores.items() if value is not None)


def cut_off_words(instrument: Instrument, given: Mapping[str, object]) -> tuple[str, ...]:
    """The levels by score that hold for these answers, a line a table: "total: low 0–2, moderate 3–5"."""
    lines = []
    for table in instrument.definition.cutoffs:
        if table.gives == "level" and _holds(table, given):
            by = ", ".join(f"{name} {value}" for name, value in table.where.items())
            levels = ", ".join(f"{cut.name} {ranged(cut.start, cut.to)}" for cut in table.levels)
            lines.append(f"{table.of}{f' ({by})' if by else ''}: {levels}")
            break
    return tuple(lines)


def _holds(table: CutOffs, given: Mapping[str, object]) -> bool:
    return all(given.get(name) in (None, wanted) for name, wanted in table.where.items()) and not (
        table.where and any(given.get(name) is None for name in table.where)
    )


def level_names(instrument: Instrument) -> tuple[str, ...]:
    """The instrument's own levels, in the order of its tables."""
    tables = [one for one in instrument.definition.cutoffs if one.gives == "level" or one.also_level]
    return tuple(dict.fromkeys(cut.name for table in tables for cut in table.levels))


def differences(scored: Scored, stored_score: float | None, stored_level: str, scores: Mapping[str, Value]) -> str:
    """Say how a stored scoring differs from the one computed again from its answers; empty where it does not."""
    said = []
    if stored_score != scored.total:
        said.append(f"it says {_number(stored_score)}, the answers give {_number(scored.total)}")
    if stored_level != (scored.level or ""):
        said.append(f"it says level “{stored_level or 'none'}”, the answers give “{scored.level or 'none'}”")
    for name, value in scores.items():
        if name in scored.scores and scored.scores[name] != value and name != "total":
            said.append(f"{name}: it says {words(value)}, the answers give {words(scored.scores[name])}")
    return "; ".join(said)


def _number(value: float | None) -> str:
    return "no score" if value is None else number(value)
