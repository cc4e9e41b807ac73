"""The rows of a violation report where a response is chosen: severity, what the matrix must know, range, choice."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from textual.app import ComposeResult
from textual.containers import Vertical

from fieldpo.errors import BadInput
from fieldpo.plain import day, short_day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.hung_lines import HungLines
from fieldpo.screens.widgets.response_typed import Typed
from fieldpo.screens.widgets.response_words import keyed, left, named, numbered, why_in_words
from fieldpo.store.entries.response import (
    Asking,
    chosen_response,
    due_words,
    range_words,
    recommended,
)
from fieldpo.store.entries.when import a_day, past_moment
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.responses.recommendation import Option, Recommendation
from fieldpo.supervision.written.responses import Matrix
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.choosing import ChosenResponse

_ROWS = ("kind", "severity", "risk", "history", "facts", "recommendation")


@dataclass(frozen=True)
class Ground:
    """What a response is chosen on: the matrix, the case's pack and level, and the reports before this one."""

    matrix: Matrix
    pack: Pack
    level: str = ""
    earlier: tuple[Mapping[str, Json], ...] = ()


class Report(Protocol):
    """The screen that the rows stand on."""

    @property
    def opened(self) -> dt.datetime:
        """When the form was opened."""

    def ask(self, prompt: str, answer: Any, *, value: str = "") -> None:
        """Ask for one line."""

    def advance(self, row: ChoiceRow) -> None:
        """On to the next row."""

    def show_why(self, lines: tuple[str, ...]) -> None:
        """Show all that led to the range."""


class ResponseRows(Vertical):
    """Rows that the matrix has no use for are hidden. The range is asked for anew with each choice."""

    DEFAULT_CSS = """
    ResponseRows { height: auto; }
    ResponseRows #range { height: auto; max-height: 7; }
    """

    def __init__(self) -> None:
        super().__init__(id="response")
        self.ground: Ground | None = None
        self.typed = Typed()
        self.newest: dt.date | None = None
        """The day of the newest entry that is marked as evidence."""

    def compose(self) -> ComposeResult:
        """What happened, how grave, what the matrix must know; the range; the choice; why."""
        yield ChoiceRow("What", (), visited=False, id="kind")
        yield ChoiceRow("Severity", (), id="severity")
        yield ChoiceRow("Risk", (), id="risk")
        yield ChoiceRow("History", (), id="history")
        yield ChoiceRow("Facts", (), many=True, visited=False, id="facts")
        yield HungLines(id="range")
        yield ChoiceRow("Recommend", (), id="recommendation")
        yield ChoiceRow("Reason", (), visited=False, id="reason")

    @property
    def _report(self) -> Report:
        return cast("Report", self.screen)

    def row(self, name: str) -> ChoiceRow:
        """A row by its id."""
        return self.query_one(f"#{name}", ChoiceRow)

    # -- what it is asked with

    def show(self, ground: Ground, severity: str = "", recommendation: str = "") -> None:
        """Put a matrix in place."""
        self.ground = ground
        matrix = ground.matrix
        self.row("kind").offer(numbered(matrix.violations))
        self.row("severity").offer(keyed(matrix.severities, ground.pack.severities))
        codes = [one.code for one in matrix.severities]
        self.row("severity").picked = (severity if severity in codes else codes[0],)
        risks = matrix.risks if ground.level not in {one.code for one in matrix.risks} else ()
        self.row("risk").offer(numbered(risks))
        self.row("history").offer(numbered(h for h in matrix.histories if h.start is None))
        self.row("facts").offer(numbered(matrix.facts))
        for name in ("kind", "risk", "history", "facts"):
            self.row(name).display = bool(self.row(name).choices)
        self.paint(recommendation)

    def evidence_of(self, newest: dt.date | None) -> None:
        """The newest entry marked as evidence: from its day the clocks run, unless another was typed."""
        if newest != self.newest:
            self.newest = newest
            self.paint()

    @property
    def known_on(self) -> dt.date:
        """The day on which the violation became known: typed, else of the newest evidence, else today."""
        return self.typed.known_on or self.newest or self._report.opened.date()

    def asking(self) -> Asking:
        """What the matrix is asked. Raises BadInput while the vault is still being read."""
        if self.ground is None:
            raise BadInput("This form is still being filled. Try again in a moment.")
        typed, given = self.typed, self.row("risk").code or self.ground.level
        risks = {one.code for one in self.ground.matrix.risks}
        return Asking(
            known_on=self.known_on,
            severity=self.row("severity").code,
            violation=self.row("kind").code,
            risk=given if given in risks else "",
            history=self.row("history").code,
            facts=self.row("facts").picked,
            aggravating=typed.aggravating,
            earlier=self.ground.earlier,
            starts_on=typed.starts_on,
            confined_at=typed.confined_at,
            received_on=typed.received_on,
            started_on=typed.started_on,
        )

    def recommended(self) -> Recommendation:
        """The answer of the matrix. Raises BadInput where it cannot say."""
        asking = self.asking()
        assert self.ground is not None  # noqa: S101 - asking raises without it
        return recommended(self.ground.matrix, self.ground.pack, asking)

    def response(self) -> ChosenResponse | None:
        """The choice with all that led to it. Raises BadInput where it may not be made so."""
        asking = self.asking()
        assert self.ground is not None  # noqa: S101 - asking raises without it
        code = self.row("recommendation").code
        if not code:
            raise BadInput("Choose the response first. Nothing was submitted; the draft is kept.")
        return chosen_response(self.ground.matrix, self.ground.pack, asking, code, self.typed.amount, self.typed.reason)

    # -- painting

    def paint(self, recommendation: str = "") -> None:
        """The range and the choices anew."""
        if self.ground is None:
            return
        try:
            found = self.recommended()
        except BadInput as error:
            self.query_one(HungLines).tell([("RANGE", error.message)])
            self._offer(self.ground.matrix, (), recommendation)
        else:
            self.query_one(HungLines).tell(self._range_lines(found))
            self._offer(self.ground.matrix, found.range.responses if found.range else (), recommendation)
        self._paint_reason()

    def _range_lines(self, found: Recommendation) -> list[tuple[str, str]]:
        assert self.ground is not None  # noqa: S101 - paint asks first
        matrix, pack = self.ground.matrix, self.ground.pack
        lines = []
        if found.range:
            approver = f"; {found.range.approver} approves" if found.range.approver else ""
            treated = f", as {found.treated_as}" if found.treated_as != found.severity else ""
            lines.append(("RANGE", f"{range_words(matrix, found.range)}{approver} (under {matrix.name}{treated})"))
            lines.append(("LEFT", left(matrix, found)))
        also = [f"may be treated as {one.severity}" for one in found.may_also]
        also += [f"{'must' if one.must else 'may'}: {one.action.replace('_', ' ')}" for one in found.actions]
        labels = {one.code: one.label or one.code for one in matrix.escalations}
        counted = [one for one in found.counts if one.after and (one.counted or one.holds)]
        points = f"{found.points.total} points" if found.points else ""
        today = self._report.opened.date()
        due = [due_words(one, pack) + (", PASSED" if one.due < today else "") for one in found.deadlines]
        lines.append(("DUE", "; ".join(due)))
        said = [points, *(f"{labels[one.rule].casefold()}: {one.counted} of {one.after}" for one in counted), *also]
        lines.append(("COUNTED", "; ".join(part for part in said if part)))
        return lines

    def _offer(self, matrix: Matrix, inside: tuple[str, ...], recommendation: str) -> None:
        row = self.row("recommendation")
        pack = self.ground.pack if self.ground else None
        by_code = {one.code: one for one in keyed(matrix.responses, pack.recommendations if pack else ())}
        within = [by_code[code] for code in inside if code in by_code]
        beyond = [one for code, one in by_code.items() if code not in inside]
        bar = [Choice("", "| outside the range:", "")] if within and beyond else []
        stood = recommendation or (row.code if "recommendation" in self.typed.moved else "")
        picked = stood if stood in by_code else (inside[0] if inside else "")
        row.offer([self._with_amount(one, picked) for one in (*within, *bar, *beyond)], picked=picked)

    def _with_amount(self, choice: Choice, picked: str) -> Choice:
        if choice.code != picked or not self.typed.amount:
            return choice
        return Choice(choice.key, f"{choice.label}: {self.typed.amount} {self._unit()}", choice.code)

    def _paint_reason(self) -> None:
        assert self.ground is not None  # noqa: S101 - paint asks first
        matrix, row = self.ground.matrix, self.row("reason")
        choices = [
            Choice("w", "say why this response", "why"),
            Choice("y", "why this range", "range"),
            Choice("k", f"known {short_day(self.known_on)}", "known_on"),
        ]
        if matrix.limits or any(one.confines for one in matrix.responses):
            begins = short_day(self.typed.starts_on) if self.typed.starts_on else "then"
            choices.append(Choice("b", f"begins {begins}", "starts_on"))
        if any(one.aggravating for one in matrix.escalations):
            choices.append(Choice("g", "aggravating facts", "aggravating"))
        starts = {one.start for one in matrix.deadlines}
        if "confined" in starts or any(one.confined is not None for one in matrix.deadlines):
            choices.append(Choice("j", "confined since", "confined_at"))
        choices += [
            Choice(key, words, name)
            for key, words, name in (("r", "received on", "received_on"), ("v", "began on", "started_on"))
            if name.removesuffix("_on") in starts
        ]
        row.value = self.typed.reason
        row.offer(choices, picked="")

    # -- choosing

    def owns(self, row: ChoiceRow) -> bool:
        """Whether a row is one of these."""
        return row.id in (*_ROWS, "reason")

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """What a choice brings with it; False keeps the marker."""
        if row.id == "reason":
            row.picked = ()
            if code:
                self._more(code)
            return False
        if row.id == "kind" and code and self.ground:
            usual = next((one.severity for one in self.ground.matrix.violations if one.code == code), "")
            if usual:
                self.row("severity").picked = (usual,)
        if row.id == "recommendation":
            return self._picked(row, code)
        self.paint()
        return True

    def _picked(self, row: ChoiceRow, code: str) -> bool:
        if not code or self.ground is None:
            return True
        if "recommendation" not in self.typed.moved or row.code != code:
            self.typed.moved |= {"recommendation"}
        kind = self.ground.matrix.response(code)
        if kind is not None and kind.confines:
            self._ask_amount()
            return False
        self.typed.amount = 0
        self.paint()
        return self._inside_or_why()

    def _range(self) -> Option | None:
        with contextlib.suppress(BadInput):
            return self.recommended().range
        return None

    def _unit(self) -> str:
        """What an amount counts."""
        found = self._range()
        return found.unit if found else "days"

    def _ask_amount(self) -> None:
        option, unit, span = self._range(), self._unit(), ""
        if option and option.most:
            span = f" The range is {option.least} to {option.most}."
            if option.available is not None:
                span += f" The limits leave {', '.join(str(one) for one in option.available) or 'none'}."
        least = str(self.typed.amount or (option.least if option and option.most else "") or "")
        self._report.ask(f"How many {unit}?{span}", self._take_amount, value=least)

    def _take_amount(self, typed: str) -> None:
        if not typed.isdecimal() or len(typed) > 4:
            raise BadInput("Type a whole number, as 2.")
        self.typed.amount = int(typed)
        self.paint()
        if self._inside_or_why():
            self._report.advance(self.row("recommendation"))

    def _inside_or_why(self) -> bool:
        """A departure asks for its reason at once; what no reason opens is said when it is submitted."""
        if self.typed.reason.strip():
            return True
        try:
            self.response()
        except BadInput as error:
            if "a reason is needed" in error.message:
                said = error.message.partition(", so a reason")[0]
                said = named(self.ground.matrix, said) if self.ground else said
                self._report.ask(f"{said}. Why?", self._take_departure)
                return False
        return True

    def _take_reason(self, typed: str) -> None:
        self.typed.reason = typed
        self._paint_reason()

    def _take_departure(self, typed: str) -> None:
        self._take_reason(typed)
        if typed:
            self._report.advance(self.row("recommendation"))

    def _more(self, code: str) -> None:
        match code:
            case "why":
                self._report.ask("Why this response?", self._take_reason, value=self.typed.reason)
            case "range":
                self._report.show_why(self.why())
            case "aggravating":
                self._report.ask("Which aggravating facts?", self._take_aggravating, value=self.typed.aggravating)
            case "confined_at":
                self._report.ask("Confined since when? As in yesterday 14:05", self._take_confined)
            case _:
                prompts = {
                    "known_on": "Since which day is the violation known? As in 20 nov, 11/20, yesterday",
                    "starts_on": "From which day shall the response be? As in 30 nov, 11/30, tomorrow",
                    "received_on": "On which day was the report received?",
                    "started_on": "On which day did supervision begin?",
                }
                self._report.ask(prompts[code], lambda typed: self._take_day(code, typed))

    def why(self) -> tuple[str, ...]:
        """All that led to the range, sentence by sentence."""
        try:
            found = self.recommended()
            return why_in_words(self.ground.matrix, found, self._report.opened.date()) if self.ground else found.why
        except BadInput as error:
            return (error.message,)

    def _take_aggravating(self, typed: str) -> None:
        self.typed.aggravating = typed
        self.paint()

    def _take_confined(self, typed: str) -> None:
        assert self.ground is not None  # noqa: S101 - asked only with it
        self.typed.confined_at = past_moment(typed, self._report.opened, self.ground.pack)
        self.paint()

    def _take_day(self, name: str, typed: str) -> None:
        assert self.ground is not None  # noqa: S101 - asked only with it
        opened, ahead = self._report.opened, name == "starts_on"
        found = a_day(typed, opened, self.ground.pack, ahead=ahead)
        if found is None:
            raise BadInput("Type the day, as in 20 nov, 11/20, yesterday.")
        if not ahead and found > opened.date():
            raise BadInput(f"{day(found)} lies ahead. Type a day up to today.")
        if ahead and found < self.known_on:
            raise BadInput(f"{day(found)} lies before the violation was known ({day(self.known_on)}).")
        setattr(self.typed, name, found)
        self.paint()

    # -- drafts

    def state(self) -> dict[str, Any]:
        """Everything chosen and typed, in JSON values."""
        return {"picked": {name: list(self.row(name).picked) for name in _ROWS}, **self.typed.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.typed = Typed.of(state)
        for name, picked in state["picked"].items():
            row = self.row(name)
            offered = {one.code for one in row.choices}
            still = tuple(code for code in picked if code in offered)
            if still or not picked:
                row.picked = still
        self.paint()
