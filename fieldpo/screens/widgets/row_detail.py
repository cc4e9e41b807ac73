"""What stands below a list about the row under the cursor: a label, and person-made text after it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

LABEL_WIDTH = 8


def labelled(label: str, words: str, width: int = LABEL_WIDTH) -> Content:
    """`WHY     Office report made for …`: the label bold, the words as they are, never markup."""
    return Content.styled(f"{label:<{width - 1}} ", "bold") + Content(words)


class RowDetail(VerticalScroll):
    """Labelled paragraphs, scrolled where they are long."""

    DEFAULT_CSS = "RowDetail { height: 6; border-top: solid $panel; padding: 0 1; scrollbar-size-vertical: 1; }"

    def compose(self) -> ComposeResult:
        """One text; it is laid out anew when the row changes."""
        yield Static(id="detail-words")

    def tell(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show these labels and words, in order; a line without words is left out."""
        made = [labelled(label, words) for label, words in lines if words]
        self.query_one("#detail-words", Static).update(Content("\n").join(made))
        self.scroll_home(animate=False)
