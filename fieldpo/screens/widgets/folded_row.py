"""A row that shows what stands in it, and its choices only while it is marked: one line for many choices."""

from __future__ import annotations

from textual.content import Content

from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow

NONE = "none"


class FoldedRow(ChoiceRow):
    """Reached by Up, Down and Tab; the marker does not stop here by itself."""

    def watch_has_focus(self, has_focus: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """Unfold, or fold again."""
        super().watch_has_focus(has_focus)
        self.refresh(layout=True)

    def _lines(self, width: int) -> list[list[tuple[Choice | None, Content]]]:
        if self.has_focus:
            return super()._lines(width)
        said = ", ".join(choice.label for choice in self.choices if choice.code and choice.code in self.picked)
        return [[(None, Content(said or NONE))]]
