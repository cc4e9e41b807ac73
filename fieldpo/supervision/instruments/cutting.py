"""From a score to a level: which table of cut-offs applies to this person on this day, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fieldpo.supervision.instruments.answers import wrong
from fieldpo.supervision.instruments.formula import Value
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.scored import CutOffUsed, number, words
from fieldpo.supervision.written.instruments import CutOffs


def levels_of(instrument: Instrument, values: Mapping[str, Value]) -> tuple[CutOffUsed, ...]:
    """Give each level that the instrument has, by the first of its tables that fits.

    A level keyed on a date that was not given is left out. Raises BadInput where a score fits no level.
    """
    tables = instrument.definition.cutoffs
    used: list[CutOffUsed] = []
    for gives in dict.fromkeys(table.gives for table in tables):
        fitting = [table for table in tables if table.gives == gives and _fits(table, values)]
        if fitting:
            used.append(_cut(instrument, fitting[0], values))
    return tuple(used)


def _fits(table: CutOffs, values: Mapping[str, Value]) -> bool:
    if any(values[name] != wanted for name, wanted in table.where.items()):
        return False
    if not table.dated_by:
        return True
    day = values[table.dated_by]
    if not isinstance(day, date):
        return False
    return (table.start is None or day >= table.start) and (table.before is None or day < table.before)


def _cut(instrument: Instrument, table: CutOffs, values: Mapping[str, Value]) -> CutOffUsed:
    score = values[table.of]
    asked = [f"{name} {wanted}" for name, wanted in table.where.items()]
    if table.dated_by:
        asked.append(f"{table.dated_by} {words(values[table.dated_by])}{_span(table)}")
    by = f" (cut-offs for {', '.join(asked)})" if asked else ""
    if not isinstance(score, int | float) or isinstance(score, bool):
        return CutOffUsed(table.gives, table.if_missing, f"{table.of} is not known{by}")
    for cut in table.levels:
        if (cut.start is None or score >= cut.start) and (cut.to is None or score <= cut.to):
            low, high = _end(cut.start, "…"), _end(cut.to, "…")
            return CutOffUsed(table.gives, cut.name, f"{table.of} {number(score)} lies in {low}–{high}{by}")
    if table.otherwise is None:
        said = f"no level for {number(score)}{by}"
        raise wrong(instrument.definition, table.of, said)
    return CutOffUsed(table.gives, table.otherwise, f"no level of its own for {table.of} {number(score)}{by}")


def _span(table: CutOffs) -> str:
    start = f", from {table.start}" if table.start else ""
    return start + (f", before {table.before}" if table.before else "")


def _end(value: float | None, none: str) -> str:
    return none if value is None else number(value)
