"""A list whose rows are people or what they owe: the keys that every such list has."""

from __future__ import annotations

from fieldpo.screens.opens_forms import OpensForms
from fieldpo.screens.widgets.marked_line import MarkedLine
from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.screens.widgets.row_detail import RowDetail
from fieldpo.store.acting.sheet_marks import marked, swap_mark

_OF_A_ROW = frozenset({"open", "log_contact", "attempted", "appointment", "why", "violation_report", "mark"})
MARK = "* "
"""Stands before the name of a person who is marked for the field sheet."""


class RowScreen(OpensForms):
    """Says which person the cursor is on; the keys of a row then open their forms."""

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.marks: frozenset[str] = frozenset()
        """Who is marked for today's field sheet, by id."""

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    @property
    def detail(self) -> RowDetail:
        """What stands about the row under the cursor."""
        return self.query_one(RowDetail)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """A key of a row needs a row."""
        del parameters
        if action == "mark" and self.client_safe:
            return "Other clients are hidden: F3 brings them back, then space marks for the field sheet."
        if action not in _OF_A_ROW or not self.is_mounted or self.person_here():
            return None
        return "There is nobody on this row. Go to a person's row with the arrow keys."

    def action_open(self) -> None:
        """Enter: the person."""
        self.shell.go("person", person_id=self.person_here())

    def action_mark(self) -> None:
        """Mark the person for today's field sheet, or take the mark away."""
        person_id, today = self.person_here(), self.shell.now().date()
        self.write(lambda connection: swap_mark(connection, person_id, today), self._take_marks, group="marks")

    def action_field_sheet(self) -> None:
        """The field sheet of today."""
        self.shell.go("field_sheet")

    def marks_changed(self) -> None:
        """Other persons are marked: paint the rows."""

    def name_marked(self, person_id: str, name: str) -> str:
        """The name as a row shows it, after the mark if there is one."""
        return f"{MARK}{name}" if person_id in self.marks else name

    def on_screen_resume(self) -> None:
        """Coming here: who is marked may have changed on another list."""
        super().on_screen_resume()
        today = self.shell.now().date()
        self.load(lambda connection: marked(connection, today), self._take_marks, group="marks")

    def tell_marks(self) -> None:
        """Say below the list how many are marked; nothing of it in the client-safe view."""
        for line in self.query(MarkedLine):
            line.tell(0 if self.client_safe else len(self.marks))

    def _take_marks(self, people: tuple[str, ...]) -> None:
        if (found := frozenset(people)) != self.marks:
            self.marks = found
            self.marks_changed()
            self.tell_marks()

    def action_cursor_down(self) -> None:
        """Next row."""
        self.table.action_cursor_down()

    def action_cursor_up(self) -> None:
        """Row above."""
        self.table.action_cursor_up()
