"""What a tab of the person screen is: a query in a thread, then rows with a detail, or plain lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldpo.supervision.pack import Pack

Lines = Sequence[tuple[str, str]]


class ListTab(ListWithDetail):
    """A list of records above the one under the cursor, in full."""

    columns: ClassVar[tuple[Column, ...]] = ()
    empty: ClassVar[str] = ""
    filtered: ClassVar[bool] = False
    """Whether `/` narrows it by words."""

    def __init__(self, person_id: str, pack: Pack) -> None:
        super().__init__(self.columns)
        self.person_id = person_id
        self.pack = pack
        self.answer: Any = None
        self.safe = False
        self.words = ""

    # -- what a tab writes

    def ask(self, connection: Connection, now: dt.datetime) -> Any:
        """The records, in a thread."""
        raise NotImplementedError

    def rows(self) -> list[TableRow]:
        """The rows of `answer`; in the client-safe view only what a client may see."""
        raise NotImplementedError

    def about(self, key: str) -> Lines:
        """The record of a row, in full."""
        raise NotImplementedError

    # -- what it gets

    @property
    def key_here(self) -> str:
        """The record under the cursor; empty for none, and while the list is not there yet."""
        table = next(iter(self.query(RecordTable)), None)
        return table.current_key if table is not None else ""

    def show(self, answer: Any, *, client_safe: bool) -> None:
        """Take the records and paint them."""
        self.answer, self.safe = answer, client_safe
        self.table.show(self.rows())
        self._tell()

    def repaint(self, *, client_safe: bool) -> None:
        """The same records in the other view."""
        if self.answer is not None:
            self.show(self.answer, client_safe=client_safe)

    @on(RecordTable.RowHighlighted)
    def _moved(self) -> None:
        self._tell()

    def _tell(self) -> None:
        key = self.table.current_key
        if key:
            self.detail.tell(self.about(key))
        else:
            self.detail.tell([("", self.empty)])


class EmptyTab(VerticalScroll):
    """A tab for records that this version does not take down: says so."""

    words: ClassVar[str] = ""

    def compose(self) -> ComposeResult:
        """One sentence or two."""
        yield Static(Content(self.words))


class PlanTab(EmptyTab):
    """Case plan and programs."""

    words = (
        "No programs recorded yet. Goals, referrals and attendance will stand here once this version takes them down; "
        "until then write them in the case notes: n."
    )


class DocumentsTab(EmptyTab):
    """Documents."""

    words = "No documents yet. Reports as PDF and attachments will stand here. Violation reports: 7."
