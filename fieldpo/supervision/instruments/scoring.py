"""Scoring an instrument: answers in, scores, level and the whole arithmetic out. Pure functions of values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from fieldpo.supervision.instruments.answers import Answers, read_answers, wrong
from fieldpo.supervision.instruments.cutting import levels_of
from fieldpo.supervision.instruments.formula import Unworkable, Value, half_up
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.interval import reassess_by
from fieldpo.supervision.instruments.scored import ItemPoints, Scored, number, plain_number, words
from fieldpo.supervision.written.instruments import Band, Check, Derived, Item, Scale, Term


def score(instrument: Instrument, given: object, done_on: date | None = None) -> Scored:
    """Score one JSON object of answers; ``done_on`` is the day of the assessment, if it is to be told when next.

    Raises BadInput, naming the item, where an answer is missing, unknown or impossible; then nothing is scored.
    """
    definition = instrument.definition
    answers = read_answers(definition, given)
    work = _Scoring(instrument, answers, dict(answers.values))
    work.check()
    for one in definition.derived:
        work.derive(one)
        work.check()
    for scale in definition.scales:
        work.add(scale)
    for output in definition.outputs:
        work.values[output.code] = value = work.formula(output.formula, "")
        work.arithmetic.append(f"{output.code} = {output.formula} → {words(value)}")
    cut = levels_of(instrument, work.values)
    level = next((one.level for one in cut if one.gives == "level"), None)
    level = level or next(
        (one.level for one in cut for table in definition.cutoffs if table.gives == one.gives and table.also_level),
        None,
    )
    shown = {scale.code: work.values[scale.code] for scale in definition.scales if not scale.hidden}
    shown |= {scale.scaled_as: work.values[scale.scaled_as] for scale in definition.scales if scale.scaled_as}
    shown |= {output.code: work.values[output.code] for output in definition.outputs}
    shown |= {one.gives: one.level for one in cut if one.gives != "level"}
    return Scored(
        instrument=definition.id,
        version=definition.version,
        title=definition.title,
        source=definition.source,
        answers={code: value for code, value in answers.values.items() if code not in answers.filled},
        scores=shown,
        sections={scale.code: work.sums[scale.code] for scale in definition.scales if scale.section},
        level=level,
        items=work.all_items(),
        missing=answers.missing,
        arithmetic=tuple(work.arithmetic),
        cut_offs=cut,
        done_on=done_on,
        reassess_by=reassess_by(definition.reassess, done_on, level),
    )


@dataclass
class _Scoring:
    """One scoring under way: the values so far, and the words about them."""

    instrument: Instrument
    answers: Answers
    values: dict[str, Value]
    items: list[ItemPoints] = field(default_factory=list)
    arithmetic: list[str] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=dict)
    checked: list[Check] = field(default_factory=list)

    def formula(self, text: str, blames: str) -> Value:
        """Work a formula out; what goes wrong is said of the item that it blames."""
        formula = self.instrument.formulas[text]
        try:
            return formula.value(self.values, self.instrument.tables)
        except Unworkable as cause:
            item = blames or next((name for name in sorted(formula.names) if self.instrument.item(name)), "answers")
            raise wrong(self.instrument.definition, item, self._refused(item) or str(cause)) from cause

    def _refused(self, item: str) -> str:
        answer = self.values.get(item)
        for refused in self.instrument.refused.values():
            if isinstance(answer, str) and answer in refused:
                return f"“{answer}”: {refused[answer]}"
        return ""

    def check(self) -> None:
        """Hold each check against the values as soon as they are there: what follows may lean on it.

        One about answers that were not given holds.
        """
        for check in self.instrument.definition.checks:
            names = self.instrument.formulas[check.must].names
            if check in self.checked or not names <= self.values.keys():
                continue
            self.checked.append(check)
            if all(self.values[name] is not None for name in names) and self.formula(check.must, "") is not True:
                raise wrong(self.instrument.definition, check.item, check.said)

    def derive(self, one: Derived) -> None:
        """Work a derived value out."""
        formula = self.instrument.formulas[one.formula]
        missing = [name for name in formula.names if name in self.answers.missing and self.values[name] is None]
        items = {item.code for item in self.instrument.definition.items if not item.optional and not item.instead_of}
        if any(name in items for name in missing):
            self.values[one.code] = None  # forgiven by the instrument's rule: as unanswered as what it is made of
            return
        self.values[one.code] = value = self.formula(one.formula, one.blames)
        self.arithmetic.append(f"{one.code} = {one.formula} → {words(value)}")

    def add(self, scale: Scale) -> None:
        """Sum a scale, and read its scaled value."""
        counted: list[float] = []
        for term in scale.terms:
            points = self._term(scale, term)
            if points is not None:
                counted.append(points)
        raw = sum(counted)
        said = f"{scale.code} = {' + '.join(number(one) for one in counted) or '0'} = {number(raw)}"
        if len(counted) < len(scale.terms) and self.instrument.definition.missing.rule == "prorate":
            raw = half_up(raw * len(scale.terms) / len(counted)) if counted else 0
            said += f"; × {len(scale.terms)} / {len(counted)} for unanswered items = {number(raw)}"
        self.sums[scale.code] = raw
        optional = not counted and self.instrument.definition.missing.rule == "refuse"
        self.values[scale.code] = None if optional else plain_number(raw)
        if scale.scaled_as:
            scaled = scale.scaled[int(raw)]
            self.values[scale.scaled_as] = scaled
            said += f"; raw {number(raw)} is scaled {scaled}"
        self.arithmetic.append(said)

    def _term(self, scale: Scale, term: Term) -> float | None:
        value = self.values[term.of]
        points, why = (None, "no answer: counts nothing") if value is None else self._points(term, value)
        self.items.append(ItemPoints(term.of, self._label(term.of), value, scale.code, points, why))
        return points

    def _points(self, term: Term, value: Value) -> tuple[float, str]:
        item = self.instrument.item(term.of)
        bands = self.instrument.bands.get(term.table, term.bands)
        if term.points:
            points = term.points[str(value)]
            return points, f"{value}: {number(points)}"
        if isinstance(value, bool):
            turned = item is not None and item.reversed
            points = term.yes if value != turned else term.no
            return points, f"{words(value)}: {number(points)}{' (turned around: no counts)' if turned else ''}"
        if not isinstance(value, int | float):
            raise wrong(self.instrument.definition, term.of, f"{words(value)} is not a number")
        if bands:
            return self._banded(term, value, bands)
        return _itself(item, value)

    def _banded(self, term: Term, value: float, bands: tuple[Band, ...]) -> tuple[float, str]:
        for band in bands:
            if any(self.values[name] != wanted for name, wanted in band.where.items()):
                continue
            if (band.start is None or value >= band.start) and (band.to is None or value <= band.to):
                asked = "".join(f", {name} {wanted}" for name, wanted in band.where.items())
                within = "" if band.start == band.to else f" ({ranged(band.start, band.to)}{asked})"
                return band.points, f"{number(value)}{within}: {number(band.points)}"
        raise wrong(self.instrument.definition, term.of, f"the table has no points for {number(value)}")

    def _label(self, code: str) -> str:
        definition = self.instrument.definition
        labels = {item.code: item.label for item in definition.items}
        labels |= {one.code: one.label for one in definition.derived}
        return labels.get(code, "")

    def all_items(self) -> tuple[ItemPoints, ...]:
        """Every item in the instrument's order, each with its rows; derived values after them."""
        rows: list[ItemPoints] = []
        for item in self.instrument.definition.items:
            own = [row for row in self.items if row.item == item.code]
            rows += own or [self._without_points(item)]
        codes = {item.code for item in self.instrument.definition.items}
        return (*rows, *(row for row in self.items if row.item not in codes))

    def _without_points(self, item: Item) -> ItemPoints:
        definition = self.instrument.definition
        uses = [one.code for one in definition.derived if item.code in self.instrument.formulas[one.formula].names]
        uses += [
            term.of
            for scale in definition.scales
            for term in scale.terms
            if any(item.code in band.where for band in self.instrument.bands.get(term.table, term.bands))
        ]
        why = f"counts through {', '.join(uses)}" if uses else "chooses the cut-offs"
        return ItemPoints(item.code, item.label, self.values[item.code], "", None, why)


def _itself(item: Item | None, value: float) -> tuple[float, str]:
    if item is not None and item.reversed and item.highest is not None:
        points = item.lowest + item.highest - value
        return points, f"{number(item.lowest + item.highest)} − {number(value)} (turned around): {number(points)}"
    return value, f"{number(value)} itself"


def ranged(start: float | None, to: float | None) -> str:
    """A range in words: 16–23, 31 and more, up to 15."""
    if start is None:
        return "any" if to is None else f"up to {number(to)}"
    if to is None:
        return f"{number(start)} and more"
    return number(start) if start == to else f"{number(start)}–{number(to)}"
