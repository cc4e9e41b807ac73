"""A list to pick several from: entries as evidence, conditions to allege. Space marks and goes on, Enter is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, cast

from textual import events
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fieldpo.screens.safe import filled

NOTHING = "(none)"


@dataclass(frozen=True)
class Pickable:
    """One line to pick: its id and its words, which a person may have written."""

    record_id: str
    words: str


class Report(Protocol):
    """The screen that the list stands on."""

    def picking_done(self, picker: EvidenceList) -> None:
        """Enter: the picking here is over."""

    def changed(self) -> None:
        """A mark was set or taken back."""


class EvidenceList(OptionList):
    """Marks survive a refresh; their order is that of the list."""

    DEFAULT_CSS = """
    EvidenceList, EvidenceList:focus {
        border: none; border-top: solid $panel; height: 1fr; min-height: 3; padding: 0;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    EvidenceList:focus { border-top: solid $primary; }
    """

    def __init__(self, heading: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, markup=False)
        self._heading = heading
        self.border_title = heading
        self._pickable: tuple[Pickable, ...] = ()
        self._marked: set[str] = set()

    @property
    def picked(self) -> tuple[str, ...]:
        """The ids of the marked lines, in the list's order."""
        return tuple(line.record_id for line in self._pickable if line.record_id in self._marked)

    @property
    def unlisted(self) -> int:
        """How many were to be marked that are not in the list."""
        return len(self._marked) - len(self.picked)

    @property
    def words_here(self) -> str:
        """The whole of the line under the cursor, of which the list shows a row."""
        at = self.highlighted
        return self._pickable[at].words if at is not None and at < len(self._pickable) else ""

    def show(self, lines: Iterable[Pickable], picked: Iterable[str] = ()) -> None:
        """Put lines in place, with these marked."""
        self._pickable = tuple(lines)
        self._marked = set(picked)
        self._say_count()
        self.clear_options()
        self.add_options([Option(self._prompt(line), id=line.record_id) for line in self._pickable])
        if not self._pickable:
            self.add_option(Option(Content(f"    {NOTHING}"), disabled=True))
        self.highlighted = 0 if self._pickable else None

    def mark(self, picked: Iterable[str]) -> None:
        """Mark these and no others."""
        self.show(self._pickable, picked)

    def take_key(self, event: events.Key) -> bool:
        """Space marks, Enter is done, Up from the first line goes back; letters go nowhere."""
        if event.key == "space":
            self._toggle()
        elif event.key == "enter":
            self._form.picking_done(self)
        elif event.key == "up" and not self.highlighted:
            self.screen.focus_previous()
        else:
            return event.is_printable and event.character != "?"
        return True

    def _forward_event(self, event: events.Event) -> None:
        """As `AtOnce`, which an OptionList cannot have as a base: Textual takes styles from the first base alone."""
        if isinstance(event, events.Key) and self.take_key(event):
            return
        super()._forward_event(event)

    @property
    def _form(self) -> Report:
        return cast("Report", self.screen)

    def _say_count(self) -> None:
        """How many are marked, which the heading says also where the list has no room left."""
        marked = len(self.picked)
        self.border_title = f"{self._heading}: {marked} marked" if marked else self._heading

    def _toggle(self) -> None:
        at = self.highlighted
        if at is None or at >= len(self._pickable):
            return
        line = self._pickable[at]
        self._marked ^= {line.record_id}
        self._say_count()
        self.replace_option_prompt_at_index(at, self._prompt(line))
        self.highlighted = min(at + 1, len(self._pickable) - 1)
        self._form.changed()

    def _prompt(self, line: Pickable) -> Content:
        mark = "x" if line.record_id in self._marked else " "
        here = ">" if self.has_focus and self._pickable.index(line) == self.highlighted else " "
        words = " ".join(line.words.split())
        return filled("$here\\[$mark] $words", here=here, mark=mark, words=words)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """The cursor is a letter too, for who sees no color."""
        super().watch_highlighted(highlighted)
        self._repaint_marks()

    def _repaint_marks(self) -> None:
        for at, line in enumerate(self._pickable[: self.option_count]):
            words = self._prompt(line)
            if self.get_option_at_index(at).prompt != words:
                self.replace_option_prompt_at_index(at, words)

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual's own shape
        """The cursor came or went."""
        super().watch_has_focus(has_focus)
        self._repaint_marks()
