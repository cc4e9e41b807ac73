"""The checklist of a home visit: one key an item, none for the whole; a "not as expected" asks why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from textual import events
from textual.content import Content
from textual.geometry import Size

from fieldpo.screens.widgets.at_once import AtOnce
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_key
from fieldpo.supervision.written.visits import ChecklistAnswer, ChecklistItem

_MARKS = {"yes": "y", "no": "N", "not_seen": "s"}
_COLUMNS_FROM = 60
"""Cells from which two columns fit."""


class Visit(Protocol):
    """The screen that the checklist stands on."""

    def item_answered(self, item: ChecklistItem, *, asks_why: bool) -> None:
        """An item was answered; `asks_why` where a word has to go with it."""

    def checklist_done(self) -> None:
        """The marker has left the last item."""


class Checklist(AtOnce, can_focus=True):
    """Items in two columns, read downwards; the marked one takes the key and moves on."""

    DEFAULT_CSS = "Checklist { height: auto; width: 1fr; } Checklist:focus { background: $boost; }"

    def __init__(self, pack: Pack) -> None:
        super().__init__(id="checklist")
        self._items = pack.checklist
        self._keys = pack.checklist_answers
        self._at = 0
        self.answers: dict[str, str] = {}
        self.whys: dict[str, str] = {}

    @property
    def _form(self) -> Visit:
        return cast("Visit", self.screen)

    @property
    def heading(self) -> str:
        """`4 AFTER -- y as expected   n not, say why   s not seen --- 3 of 8`."""
        keys = "   ".join(f"{answer.key} {answer.label}" for answer in self._keys)
        return f"{keys}   {len(self.answers)} of {len(self._items)}"

    def restore(self, answers: Mapping[str, str], whys: Mapping[str, str]) -> None:
        """From a draft; the marker on the first item without an answer."""
        self.answers, self.whys = dict(answers), dict(whys)
        self._at = next((n for n, item in enumerate(self._items) if item.code not in self.answers), 0)
        self.refresh()

    def say_why(self, code: str, why: str) -> None:
        """Keep why an item was not as expected."""
        self.whys[code] = why
        self.refresh()

    def take_key(self, event: events.Key) -> bool:
        """y, n or s for the marked item; arrows move the mark, and leave at either end."""
        moves = {"down": 1, "up": -1, "enter": 1, "right": self._rows(), "left": -self._rows()}
        if event.key in moves:
            self._move(moves[event.key])
        elif event.is_printable and event.character and event.character != "?":
            answer = by_key(self._keys, event.character)
            if answer is None:
                self.app.bell()
            else:
                self._answer(answer)
        else:
            return False
        return True

    def _answer(self, answer: ChecklistAnswer) -> None:
        item = self._items[self._at]
        self.answers[item.code] = answer.code
        if not answer.needs_why:
            self.whys.pop(item.code, None)
        self._form.item_answered(item, asks_why=answer.needs_why)
        if not answer.needs_why:
            self.go_on()
        self.refresh()

    def go_on(self) -> None:
        """On to the next item, or out of the list."""
        self._move(1)

    def _move(self, by: int) -> None:
        to = self._at + by
        if to >= len(self._items):
            self._form.checklist_done()
        elif to < 0:
            self.screen.focus_previous()
        else:
            self._at = to
            self.refresh()

    def _rows(self) -> int:
        return -(-len(self._items) // (2 if self.size.width >= _COLUMNS_FROM else 1))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Half as many lines as items, where two columns fit."""
        del container, viewport
        return -(-len(self._items) // (2 if width >= _COLUMNS_FROM else 1))

    def render(self) -> Content:
        """`>   client here, ID checked         y    no weapon in view             .`"""
        rows = self._rows()
        width = (self.size.width - 2) // (2 if rows < len(self._items) else 1)
        lines = []
        for row in range(rows):
            parts = [self._cell(n, width) for n in range(row, len(self._items), rows)]
            lines.append(Content("").join(parts))
        return Content("\n").join(lines)

    def _cell(self, n: int, width: int) -> Content:
        item = self._items[n]
        marked = self.has_focus and n == self._at
        answer = _MARKS.get(self.answers.get(item.code, ""), self.answers.get(item.code, "."))
        why = f" {self.whys[item.code]}" if item.code in self.whys else ""
        head = Content.from_markup(
            "[b]$words[/b]" if marked else "$words", words=f"{'>' if marked else ' '} {item.label}".ljust(30)[:30]
        )
        return (head + Content(f" {answer}{why}")).truncate(width, ellipsis=True, pad=True)
