"""The note of a form: soft-wrapped, what is pasted is cleaned, and $EDITOR by ctrl+e where the agency allows it."""

from __future__ import annotations

from typing import cast

from textual import events
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from fieldpo import bindings
from fieldpo.plain import clean_text
from fieldpo.screens.widgets.choice_row import Form
from fieldpo.supervision.packs.templates import BLANK


def clean_paste(text: str) -> str:
    """Pasted text without controls; the white space around it stays, as a paste may end in mid-sentence."""
    body = text.strip(" \n")
    if not body:
        return text if not text.strip(" \n") else ""
    start = text.index(body)
    return text[:start] + clean_text(body) + text[start + len(body) :]


class NoteArea(TextArea):
    """Prose. Tab leaves it; everything else that can be typed stays in it."""

    BINDINGS = bindings.of("note")  # before TextArea's own ctrl+e, the end of the line

    DEFAULT_CSS = "NoteArea { height: 1fr; min-height: 2; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, soft_wrap=True, tab_behavior="focus", show_line_numbers=False, compact=True)

    def put(self, text: str) -> None:
        """Replace the whole note: its first blank is marked, so that typing takes its place; else the end."""
        self.load_text(text)
        blank = text.find(BLANK)
        if blank < 0:
            self.move_cursor(self.document.end)
            return
        before = text[:blank]
        row, column = before.count("\n"), len(before) - (before.rfind("\n") + 1)
        self.selection = Selection((row, column), (row, column + len(BLANK)))

    def _forward_event(self, event: events.Event) -> None:
        """Tab leaves at once, so that a key pressed right after it goes to the row below."""
        if isinstance(event, events.Key) and event.key == "tab":
            cast("Form", self.screen).action_note()
            return
        super()._forward_event(event)

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(clean_paste(event.text)))
        event.stop()
        event.prevent_default()
