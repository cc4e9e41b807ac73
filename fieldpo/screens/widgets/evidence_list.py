"""A list to pick several from: entries as evidence, conditions to allege. Space marks and goes on, Enter is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fieldpo.screens.safe import filled

NOTHING = "(none)"


@dataclass(frozen=True)
class Pickable:
    """One line to pick: its id and its words, which a person may have written."""

    record_id: str
    words: str


class EvidenceList(OptionList):
    """Marks survive a refresh; their order is that of the list."""

    DEFAULT_CSS = """
    EvidenceList, EvidenceList:focus { border: none; border-top: solid $panel; height: 1fr; min-height: 3; padding: 0; }
    EvidenceList:focus { border-top: solid $primary; }
    """

    class Done(Message):
        """Enter: the picking here is over."""

        def __init__(self, picker: EvidenceList) -> None:
            super().__init__()
            self.picker = picker

    class Marked(Message):
        """A mark was set or taken back."""

    def __init__(self, heading: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, markup=False)
        self.border_title = heading
        self._pickable: tuple[Pickable, ...] = ()
        self._marked: set[str] = set()

    @property
    def picked(self) -> tuple[str, ...]:
        """The ids of the marked lines, in the list's order."""
        return tuple(line.record_id for line in self._pickable if line.record_id in self._marked)

    def show(self, lines: Iterable[Pickable], picked: Iterable[str] = ()) -> None:
        """Put lines in place, with these marked."""
        self._pickable = tuple(lines)
        self._marked = set(picked)
        self.clear_options()
        self.add_options([Option(self._prompt(line), id=line.record_id) for line in self._pickable])
        if not self._pickable:
            self.add_option(Option(Content(f"    {NOTHING}"), disabled=True))
        self.highlighted = 0 if self._pickable else None

    def mark(self, picked: Iterable[str]) -> None:
        """Mark these and no others."""
        self.show(self._pickable, picked)

    def on_key(self, event: events.Key) -> None:
        """Space marks, Enter is done, Up from the first line goes back; letters go nowhere."""
        if event.key == "space":
            self._toggle()
        elif event.key == "enter":
            self.post_message(self.Done(self))
        elif event.key == "up" and not self.highlighted:
            self.screen.focus_previous()
        elif not (event.is_printable and event.character != "?"):
            return
        event.stop()
        event.prevent_default()

    def _toggle(self) -> None:
        at = self.highlighted
        if at is None or at >= len(self._pickable):
            return
        line = self._pickable[at]
        self._marked ^= {line.record_id}
        self.replace_option_prompt_at_index(at, self._prompt(line))
        self.highlighted = min(at + 1, len(self._pickable) - 1)
        self.post_message(self.Marked())

    def _prompt(self, line: Pickable) -> Content:
        mark = "x" if line.record_id in self._marked else " "
        words = " ".join(line.words.split())
        return filled(" \\[$mark] $words", mark=mark, words=words)
