"""A list whose rows are people or what they owe: the keys that every such list has."""

from __future__ import annotations

from fieldpo.screens.base import FieldScreen
from fieldpo.screens.widgets.record_table import RecordTable

_OF_A_ROW = frozenset({"open", "log_contact", "attempted", "appointment", "why", "violation_report"})


class RowScreen(FieldScreen):
    """Says which person the cursor is on; the keys of a row then open their forms."""

    AUTO_FOCUS = ""

    def person_here(self) -> str:
        """The id of the person under the cursor; empty for none."""
        return ""

    def appointment_here(self) -> str | None:
        """The appointment that the row under the cursor is about."""
        return None

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """A key of a row needs a row."""
        del parameters
        if action not in _OF_A_ROW or not self.is_mounted or self.person_here():
            return None
        return "There is nobody on this row. Go to a person's row with the arrow keys."

    def action_open(self) -> None:
        """Enter: the person."""
        self.shell.go("person", person_id=self.person_here())

    def action_log_contact(self) -> None:
        """Log a contact; the row's appointment fills the form."""
        self.shell.go("log_contact", person_id=self.person_here(), appointment_id=self.appointment_here())

    def action_attempted(self) -> None:
        """Attempted, no contact."""
        self.shell.go("attempted", person_id=self.person_here())

    def action_appointment(self) -> None:
        """The next appointment."""
        self.shell.go("appointment", person_id=self.person_here())

    def action_violation_report(self) -> None:
        """A violation report."""
        self.shell.go("violation_report", person_id=self.person_here())

    def action_cursor_down(self) -> None:
        """Next row."""
        self.table.action_cursor_down()

    def action_cursor_up(self) -> None:
        """Row above."""
        self.table.action_cursor_up()
