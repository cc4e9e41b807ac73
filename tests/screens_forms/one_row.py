"""A list of one row, under the cursor: what stands below a form while it is tested by itself."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from fieldpo.screens.base import FieldScreen


class OneRow(FieldScreen):
    """Opens each form for one person, as every list does."""

    section = ("row",)
    title_text = "LIST"
    person_id: ClassVar[str] = ""
    opens: ClassVar[str] = "log_contact"

    def body(self) -> ComposeResult:
        """Nothing to see."""
        yield Static("one row")

    def action_open(self) -> None:
        """What the row owes."""
        self.shell.go(self.opens, person_id=self.person_id)

    def action_log_contact(self) -> None:
        """Log a contact."""
        self.shell.go("log_contact", person_id=self.person_id)

    def action_attempted(self) -> None:
        """An attempt."""
        self.shell.go("attempted", person_id=self.person_id)

    def action_appointment(self) -> None:
        """An appointment."""
        self.shell.go("appointment", person_id=self.person_id)

    def action_violation_report(self) -> None:
        """A violation report."""
        self.shell.go("violation_report", person_id=self.person_id)
