"""Person-made text on its way to a widget: as Content or Text, never as markup; and the net below, a line filter.

In every sink of Textual ESC, OSC, C1 and bidi overrides reach the terminal raw, and markup in a plain string runs
actions. So names and notes go through `plain_content`, `filled` or `cell`, and `SafeLines` strips what is left of every
line before it is written.
"""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Marks that turn the direction of text: a name could make the line show something else."""

_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{BIDI}]")


def plain_content(text: str) -> Content:
    """Person-made text for Static, Label, Button, OptionList, border titles and tooltips."""
    return Content(text)


def filled(markup: str, **values: object) -> Content:
    """Our own markup with person-made text in it: `filled("[b]$name[/b]", name=name)`; values are never markup."""
    return Content.from_markup(markup, **values)


def cell(text: str, style: str = "") -> Text:
    """Person-made text for a cell or heading of a DataTable, a Tree or anything else that takes Rich."""
    return Text(text, style=style, no_wrap=True, end="")


def without_controls(text: str) -> str:
    """The text without C0, C1 and bidi controls; line ends go too. What the line filter does."""
    return _UNSAFE.sub("", text)


class SafeLines(LineFilter):
    """Strips control and bidi characters from every line that Textual is about to write."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Clean each segment's text; Textual's own control segments stay."""
        del background
        search = _UNSAFE.search
        if not any(search(text) for text, _, control in segments if not control):
            return segments
        return [
            segment if segment.control else Segment(without_controls(segment.text), segment.style)
            for segment in segments
        ]
