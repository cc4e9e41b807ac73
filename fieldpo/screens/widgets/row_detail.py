"""What stands below a list about the row under the cursor: a label, and person-made text after it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

LABEL_WIDTH = 8


def labelled(label: str, words: str, width: int = LABEL_WIDTH) -> Content:
    """`WHY     Office report made for …`: the label bold, the words as they are, never markup."""
    return Content.styled(f"{label:<{width - 1}} ", "bold") + Content(words)


def hanging(label: str, words: str, room: int) -> Content:
    """The same with every further line below the first word, in `room` cells."""
    lines = [str(line).rstrip() for line in Text(words).wrap(Console(width=room), max(room - LABEL_WIDTH, 20))]
    return labelled(label, f"\n{'':<{LABEL_WIDTH}}".join(lines))


class RowDetail(VerticalScroll):
    """Labelled paragraphs, scrolled where they are long."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines: list[tuple[str, str]] = []

    DEFAULT_CSS = """
    RowDetail {
        height: 6; border-top: solid $panel; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """

    def compose(self) -> ComposeResult:
        """One text; it is laid out anew when the row changes."""
        yield Static(id="detail-words")

    def tell(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show these labels and words, in order; a line without words is left out."""
        self._lines = [(label, words) for label, words in lines if words]
        self._lay()
        self.scroll_home(animate=False)

    def on_resize(self) -> None:
        """Other lines for another width, once all of the layout has it."""
        self.call_after_refresh(self._lay)

    def _lay(self) -> None:
        room = self.scrollable_content_region.width or self.app.size.width - 3
        made = [hanging(label, words, room) for label, words in self._lines]
        self.query_one("#detail-words", Static).update(Content("\n").join(made))
