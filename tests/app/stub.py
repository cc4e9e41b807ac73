"""Two plain screens that stand in for a list and a form, so that the shell is tested by itself."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.widgets import Input, Static, TextArea

from fieldpo.errors import BadInput
from fieldpo.screens.base import DraftState, FieldScreen


class StubList(FieldScreen):
    """A list of nothing, with the keys of a row."""

    title_text = "LIST"
    section = ("row",)
    help_text = "A list for tests."

    def __init__(self) -> None:
        super().__init__()
        self.refreshed = 0
        self.loaded: list[Any] = []

    def body(self) -> ComposeResult:
        """One line."""
        yield Static("rows", id="rows")

    def refresh_records(self) -> None:
        """Count."""
        self.refreshed += 1

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """No report can be written here."""
        del parameters
        return "There is no condition to report on." if action == "violation_report" else None

    def action_why(self) -> None:
        """Says hostile text."""
        self.shell.say("[/] because")

    def action_open(self) -> None:
        """Opens the form."""
        self.app.push_screen(StubForm())


class StubForm(FieldScreen):
    """A form with a field and a note."""

    title_text = "FORM"
    is_form = True

    def body(self) -> ComposeResult:
        """A field and a note."""
        yield Input(id="field")
        yield TextArea(id="note")

    def on_mount(self) -> None:
        """In the field."""
        self.query_one("#field", Input).focus()

    def on_input_changed(self) -> None:
        """A draft."""
        self.touched()

    def draft(self) -> DraftState | None:
        """What was typed."""
        typed = self.query_one("#field", Input).value
        if typed == "refuse":
            raise BadInput("refused")
        return DraftState("draft-1", "stub", None, {"field": typed}) if typed else None
