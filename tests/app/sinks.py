"""An app that puts every hostile string into every kind of widget that can show one; run on a terminal by the tests."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.filter import LineFilter
from textual.widgets import (
    Button,
    DataTable,
    Input,
    Label,
    ListItem,
    ListView,
    OptionList,
    ProgressBar,
    RichLog,
    Select,
    Static,
    TabbedContent,
    TabPane,
    TextArea,
    Tree,
)

from fieldpo.screens.frame import Frame
from fieldpo.screens.safe import cell, filled, plain_content
from tests.hostile import MARKED, STRINGS

HOSTILE = "".join(MARKED.values())


class Sinks(Frame):
    """Each sink holds every string of `tests.hostile`, made safe as the screens make it."""

    CSS = "Static, Label, Button, Input { height: 1; } #all > * { height: auto; max-height: 3; }"

    def compose(self) -> ComposeResult:
        """One widget of each kind."""
        with VerticalScroll(id="all"):
            yield Input(value=HOSTILE)
            yield Static(plain_content(HOSTILE))
            yield Static(filled("[b]$name[/b]", name=HOSTILE))
            yield Label(plain_content(HOSTILE))
            yield Button(plain_content(HOSTILE))
            yield OptionList(*[plain_content(one) for one in STRINGS])
            yield Select([(HOSTILE, 1)], value=1)
            yield ListView(ListItem(Label(plain_content(HOSTILE))))
            yield TextArea(HOSTILE)
            tree: Tree[None] = Tree(cell(HOSTILE))
            tree.root.add_leaf(cell(HOSTILE))
            yield tree
            yield DataTable()
            log = RichLog()
            yield log
            yield ProgressBar()
            with TabbedContent(), TabPane(plain_content(HOSTILE)):
                yield Static(plain_content(HOSTILE))

    def on_mount(self) -> None:
        """The sinks that are filled later."""
        table = self.query_one(DataTable)
        table.add_column(cell(HOSTILE))
        for one in STRINGS:
            table.add_row(cell(one))
        self.query_one(RichLog).write(cell(HOSTILE))
        box = self.query_one(OptionList)
        box.border_title = plain_content(HOSTILE)
        box.tooltip = plain_content(HOSTILE)
        self.say(HOSTILE, title=plain_content("x").plain)
        self.set_timer(0.5, lambda: self.query(Input).focus())  # none is left where the app has ended by then

    def action_leave(self) -> None:
        """ctrl+q."""
        self.exit()


class Bare(Sinks):
    """The same without the line filter: shows that the test can fail."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own alone."""
        return App.get_line_filters(self)


if __name__ == "__main__":
    (Bare if "bare" in sys.argv else Sinks)().run()
