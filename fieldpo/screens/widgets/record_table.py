"""A list of records: rows by key, so that a refresh keeps the cursor's place; every cell person-made text made safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import events
from textual.widgets import DataTable

from fieldpo import bindings
from fieldpo.screens.safe import cell

WIDE = 110
"""Columns of the terminal from which a list may be wider."""


@dataclass(frozen=True)
class Column:
    """A column: its words, its width in cells with the gap after it, and that in a wide terminal."""

    label: str
    width: int
    wide: int = 0


@dataclass(frozen=True)
class TableRow:
    """One row. A `heading` has one text, which runs across the columns; the cursor passes over it unless it `stops`."""

    key: str
    cells: tuple[str, ...]
    style: str = ""
    heading: bool = False
    stops: bool = False


class RecordTable(DataTable[Text], inherit_bindings=False):
    """Arrow keys move; Enter and letters belong to the screen. It stays within a page of 500 rows."""

    BINDINGS = bindings.of("table")
    DEFAULT_CSS = "RecordTable { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(cell_padding=0, cursor_type="row", id=id)
        self._specs = tuple(columns)
        self._shown: dict[str, TableRow] = {}
        self._at_width = 0

    @property
    def current_key(self) -> str:
        """The key of the row under the cursor; empty for none."""
        keys = list(self._shown)
        return keys[self.cursor_row] if 0 <= self.cursor_row < len(keys) else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys shown, in order."""
        return tuple(self._shown)

    def show(self, rows: Sequence[TableRow]) -> None:
        """Put these rows in place of those shown; the cursor stays on its record, or near where it was."""
        wanted = {row.key: row for row in rows}
        if list(wanted) == list(self._shown) and self._at_width == self._screen_width:
            self._update(wanted)
            return
        key, index, top = self.current_key, self.cursor_row, self.scroll_y
        self._shown = wanted
        self._build()
        keys = list(wanted)
        self.go_to(keys.index(key) if key in wanted else index)
        self.scroll_to(y=top, animate=False)
        self.scroll_to_region_of_cursor()

    def go_to(self, index: int) -> None:
        """Put the cursor on a row; where a heading stands, on the row that ends the section above, else on the next
        that is no heading: what an officer types next is meant for a person."""
        rows = list(self._shown.values())
        if not rows:
            return
        index = max(0, min(index, len(rows) - 1))
        after = [n for n in range(index, len(rows)) if _stops(rows[n])]
        before = [n for n in range(index - 1, -1, -1) if _stops(rows[n])]
        if rows[index].heading and index and not rows[index - 1].heading:
            self.move_cursor(row=index - 1, animate=False)
        else:
            self.move_cursor(row=(after or before or [index])[0], animate=False)

    def go_to_key(self, key: str) -> None:
        """Put the cursor on a record, if it is shown."""
        if key in self._shown:
            self.go_to(list(self._shown).index(key))

    def scroll_to_region_of_cursor(self) -> None:
        """See that the row under the cursor is in view."""
        self._scroll_cursor_into_view(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Other columns for another width."""
        del event
        if self._shown and self._at_width != self._screen_width:
            index = self.cursor_row
            self._build()
            self.move_cursor(row=index, animate=False)

    def action_cursor_down(self) -> None:
        """The next row that is no heading."""
        self._step(1)

    def action_cursor_up(self) -> None:
        """The row above that is no heading; from the first one the list scrolls to its top."""
        self._step(-1)

    def action_scroll_top(self) -> None:
        """The first row that is no heading."""
        super().action_scroll_top()
        self.go_to(0)

    def action_scroll_bottom(self) -> None:
        """The last row that is no heading."""
        super().action_scroll_bottom()
        self.go_to(self.cursor_row)

    def action_page_up(self) -> None:
        """A page up, to a row that is no heading."""
        super().action_page_up()
        self.go_to(self.cursor_row)

    def action_page_down(self) -> None:
        """A page down, to a row that is no heading."""
        super().action_page_down()
        self.go_to(self.cursor_row)

    def _step(self, by: int) -> None:
        rows = list(self._shown.values())
        at = self.cursor_row + by
        while 0 <= at < len(rows) and not _stops(rows[at]):
            at += by
        if 0 <= at < len(rows):
            self.move_cursor(row=at, animate=False)
        elif by < 0:
            self.scroll_to(y=0, animate=False)

    @property
    def _screen_width(self) -> int:
        return self.app.size.width

    def _widths(self) -> list[int]:
        wide = self._screen_width >= WIDE
        return [one.wide if wide and one.wide else one.width for one in self._specs]

    def _build(self) -> None:
        self.clear(columns=True)
        self._at_width = self._screen_width
        widths = self._widths()
        for place, (one, width) in enumerate(zip(self._specs, widths, strict=True)):
            self.add_column(cell(one.label), width=width, key=str(place))
        for row in self._shown.values():
            self.add_row(*_cells(row, widths), key=row.key)

    def _update(self, wanted: dict[str, TableRow]) -> None:
        widths = self._widths()
        for key, row in wanted.items():
            if row != self._shown[key]:
                for place, made in enumerate(_cells(row, widths)):
                    self.update_cell(key, str(place), made)
        self._shown = wanted


def _stops(row: TableRow) -> bool:
    return not row.heading or row.stops


def _cells(row: TableRow, widths: list[int]) -> list[Text]:
    if row.heading:
        return [cell(part, row.style or "bold") for part in _across(row.cells[0], widths)]
    return [cell(fitted(said, width), row.style) for said, width in zip(row.cells, widths, strict=True)]


def fitted(said: str, width: int) -> str:
    """The text on one line, within the width less the gap after it, with an ellipsis where it is cut."""
    flat = " ".join(said[: 8 * width].split())  # a note may have 12,000 characters
    room = max(width - 1, 1)
    return flat if cell_len(flat) <= room else f"{set_cell_size(flat, room - 1).rstrip()}…"


def _across(said: str, widths: list[int]) -> list[str]:
    """A text cut into pieces that stand one after another in the columns."""
    rest = " ".join(said.split())
    if cell_len(rest) > sum(widths):
        rest = fitted(rest, sum(widths) + 1)
    pieces = []
    for width in widths:
        taken = 0
        for _ in rest:
            if cell_len(rest[: taken + 1]) > width:
                break
            taken += 1
        pieces.append(rest[:taken])
        rest = rest[taken:]
    return pieces
