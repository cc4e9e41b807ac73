"""Labelled lines below each other, each hanging from its label as the rows of a form do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text
from textual.content import Content
from textual.widgets import Static

from fieldpo.screens.widgets.choice_row import LABEL_WIDTH


class HungLines(Static):
    """`  RANGE     written warning or …`: person-made words are fine; laid out anew for another width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, markup=False)
        self._said: tuple[tuple[str, str], ...] = ()

    def tell(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show these labels and words, in order; a line without words is left out."""
        self._said = tuple((label, words) for label, words in lines if words)
        self._lay()

    def on_resize(self) -> None:
        """Other lines for another width."""
        self._lay()

    def _lay(self) -> None:
        room = max((self.size.width or 80) - LABEL_WIDTH, 20)
        made = []
        for label, words in self._said:
            lines = [str(line).rstrip() for line in Text(words).wrap(Console(width=room), room)]
            head = Content.styled(f"  {label}".ljust(LABEL_WIDTH), "bold")
            made.append(head + Content(f"\n{'':<{LABEL_WIDTH}}".join(lines)))
        self.update(Content("\n").join(made))
