"""A list with the detail of the row under the cursor: below it, beside it in a wide terminal."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.screens.widgets.row_detail import RowDetail


class ListWithDetail(Container):
    """Where ``nothing`` is given, these words take the place of both as soon as there are no rows to show."""

    def __init__(self, columns: Sequence[Column], *, nothing: str = "") -> None:
        super().__init__()
        self._columns = columns
        self._nothing = nothing

    def compose(self) -> ComposeResult:
        """The words, the list, the detail."""
        if self._nothing:
            said = Static(Content(self._nothing), classes="nothing")
            said.display = False
            yield said
        yield RecordTable(self._columns)
        yield RowDetail()

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    @property
    def detail(self) -> RowDetail:
        """What stands about the row under the cursor."""
        return self.query_one(RowDetail)

    def list_rows(self, rows: Sequence[TableRow]) -> None:
        """Put these rows in place of those shown; the cursor stays on its record."""
        for said in self.query(".nothing"):
            said.display = not rows
            self.table.display = self.detail.display = bool(rows)
        self.table.show(rows)
