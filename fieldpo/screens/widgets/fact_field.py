"""One field of a fact's form as a widget: how its value is shown, read and kept as a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Input, Label

from fieldpo.errors import BadInput
from fieldpo.plain import clean, clean_text, day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.fact_rows import ListRow, lettered
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.store.entries.facts.field import FactField, Takes
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import Entry

YES, NO = "yes", "no"
_CHOSEN = (Takes.CHOICE, Takes.YES_NO, Takes.OBLIGATION)
DayOf = Callable[[str, bool], dt.date | None]
"""Reads a day as typed; the flag says whether one ahead is meant."""


class FactLine(Container):
    """A field with its label. `raw` is what stands as it was typed or chosen, in JSON, for the draft."""

    DEFAULT_CSS = """
    FactLine { height: 1; layout: horizontal; }
    FactLine.-rows { height: auto; }
    FactLine.-prose { height: 1fr; min-height: 3; }
    FactLine > Label { width: 12; }
    FactLine > NoteArea { min-height: 3; }
    """

    def __init__(self, field: FactField, pack: Pack) -> None:
        rows = field.takes in (*_CHOSEN, Takes.LIST)
        super().__init__(classes="-rows" if rows else "-prose" if field.takes is Takes.PROSE else "")
        self.field = field
        self._pack = pack
        self._began: tuple[Any, Any] | None = None
        """What was put, and how it reads here: what nobody touched stays as it is, to the last space."""

    def compose(self) -> ComposeResult:
        """The widget that takes it."""
        one, name = self.field, f"f-{self.field.name}"
        match one.takes:
            case Takes.CHOICE:
                yield ChoiceRow(one.label, lettered(one.entries(self._pack)), id=name)
            case Takes.OBLIGATION:
                yield ChoiceRow(one.label, id=name)
            case Takes.YES_NO:
                yield ChoiceRow(one.label, (Choice("y", "yes", YES), Choice("n", "no", NO)), id=name)
            case Takes.LIST:
                yield ListRow(one.label, id=name)
            case Takes.PROSE:
                area = NoteArea(id=name)
                area.border_title = one.label
                yield area
            case _:
                yield Label(f"  {one.label}")
                yield Input(id=name, placeholder=one.hint or ("day: 7 dec, mon, today, +14" if self._is_day else ""))

    def offer(self, entries: Iterable[Entry]) -> None:
        """What an obligation is chosen from."""
        if self.field.takes is Takes.OBLIGATION:
            self.query_one(ChoiceRow).offer(lettered(entries))

    def on_descendant_focus(self) -> None:
        """The mark that rows have."""
        self._mark(">")

    def on_descendant_blur(self) -> None:
        """The mark goes on."""
        self._mark(" ")

    def _mark(self, mark: str) -> None:
        for label in self.query(Label):
            label.update(Content(f"{mark} {self.field.label}"))

    @property
    def _is_day(self) -> bool:
        return self.field.takes is Takes.DAY

    @property
    def raw(self) -> Any:
        """What stands."""
        match self.field.takes:
            case Takes.CHOICE | Takes.YES_NO | Takes.OBLIGATION:
                return self.query_one(ChoiceRow).code
            case Takes.LIST:
                row = self.query_one(ListRow)
                return {"members": list(row.members), "kept": row.kept}
            case Takes.PROSE:
                return self.query_one(NoteArea).text
            case _:
                return self.query_one(Input).value

    @raw.setter
    def raw(self, raw: Any) -> None:
        match self.field.takes:
            case Takes.CHOICE | Takes.YES_NO | Takes.OBLIGATION:
                self.query_one(ChoiceRow).picked = (raw,) if raw else ()
            case Takes.LIST:
                self.query_one(ListRow).put(raw["members"], raw["kept"])
            case Takes.PROSE:
                self.query_one(NoteArea).put(raw)
            case _:
                self.query_one(Input).value = raw

    def put(self, value: Any) -> None:
        """Show a value of a body."""
        match self.field.takes:
            case Takes.YES_NO:
                self.raw = YES if value else NO
            case Takes.LIST:
                self.raw = {"members": list(value or ()), "kept": list(value or ())}
            case Takes.NUMBER:
                self.raw = "" if value is None else f"{value:g}"
            case Takes.DAY:
                self.raw = day(value) if value else ""
            case _:
                self.raw = value or ""
        self._began = (self.raw, value)

    def say_day(self, day_of: DayOf) -> None:
        """Show a typed day as what it is read as, with its weekday. Raises BadInput for what is no day."""
        if self._is_day and (found := self.value(day_of)):
            self.raw = day(found)

    def value(self, day_of: DayOf) -> Any:
        """The value for a body. Raises BadInput, the cursor on it, for what is no day or number."""
        raw = self.raw
        if self._began is not None and raw == self._began[0]:
            return self._began[1]
        match self.field.takes:
            case Takes.YES_NO:
                return raw == YES
            case Takes.LIST:
                return raw["kept"]
            case Takes.PROSE:
                return clean_text(raw)
            case Takes.CHOICE | Takes.OBLIGATION:
                return raw
            case Takes.DAY:
                return self._day(day_of)
            case Takes.NUMBER:
                return self._number(raw)
            case _:
                return clean(raw)

    def _day(self, day_of: DayOf) -> str | None:
        try:
            found = day_of(self.query_one(Input).value, self.field.ahead)
        except BadInput:
            self.query_one(Input).focus()
            raise
        return found.isoformat() if found else None

    def _number(self, raw: str) -> float | None:
        typed = raw.strip().replace(",", ".")
        if not typed:
            return None
        if not typed.replace(".", "", 1).isdecimal() or not typed.isascii():
            self.query_one(Input).focus()
            raise BadInput(f"“{self.field.label}” takes a number, as 32 or 37.5. Nothing was saved; the draft is kept.")
        return float(typed)
