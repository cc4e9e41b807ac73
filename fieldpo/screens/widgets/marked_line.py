"""One line below a list: how many are marked for the field sheet, and the keys; not there while nobody is."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class MarkedLine(Static):
    """`Marked for the field sheet: 2      space marks, i opens the sheet`."""

    DEFAULT_CSS = "MarkedLine { height: 1; display: none; text-wrap: nowrap; text-overflow: ellipsis; }"

    def tell(self, number: int) -> None:
        """Show this number; 0 takes the line away."""
        self.display = number > 0
        self.update(Content(f" Marked for the field sheet: {number}      space marks, i opens the sheet"))
