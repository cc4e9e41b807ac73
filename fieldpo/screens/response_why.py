"""Why this range: every sentence that led to it, over the report, until a key is pressed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from fieldpo.screens.safe import plain_content


class ResponseWhyScreen(ModalScreen[None]):
    """Sentences, a line each; Esc, Enter or w goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter,w,y", "dismiss", "back")]

    DEFAULT_CSS = """
    ResponseWhyScreen { align: center middle; }
    ResponseWhyScreen > VerticalScroll {
        width: 90%; max-width: 110; height: auto; max-height: 90%; border: solid $primary; background: $surface;
        padding: 0 1;
    }
    """

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        """What was counted, and how."""
        with VerticalScroll() as scroll:
            scroll.border_title = "WHY THIS RANGE  (esc goes back)"
            for line in self._lines:
                yield Static(plain_content(f"- {line}"))
