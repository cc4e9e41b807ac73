"""Help: every key of the screen below, filterable; what each does and its name for the settings' keymap."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from fieldpo import bindings
from fieldpo.bindings import Key
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.palette import shown_keys, there

WIDE = 110
"""Columns from which the keymap's name of each key stands beside it."""
TOOLTIP = 70
"""Cells of the sentence, so that those names stand in a column."""


class HelpScreen(FieldScreen):
    """Opened by `?` and F1; typing filters, Esc goes back."""

    title_text = "HELP"
    section: ClassVar[tuple[str, ...]] = ("help",)
    is_form = True
    needs_vault = False
    help_text = "Type to filter; Esc goes back."

    def __init__(self, about: FieldScreen | None = None) -> None:
        super().__init__()
        self._about = about
        if about is not None and about.client_safe:
            self._own_view = True  # over a client's view this one is a client's too, whatever the app's own is
            self.set_reactive(FieldScreen.client_safe, True)

    def body(self) -> ComposeResult:
        """The filter, what the screen is for, and its keys."""
        yield Input(placeholder="type to filter the keys", id="help-filter")
        yield VerticalScroll(Static(id="help-lines"), can_focus=False)

    def on_mount(self) -> None:
        """Show all."""
        self.heading = self._about.title_text.capitalize() if self._about else ""
        self._show("")
        self.query_one(Input).focus()

    def listed(self) -> list[tuple[str, Key]]:
        """Every key that works on the screen below, its own first; each id once."""
        own = list(self._about.keys()) if self._about else []
        form = self._about is not None and self._about.is_form
        everywhere = [key for key in bindings.EVERYWHERE if there(self.app, key) and not (form and key.letter)]
        found: dict[str, Key] = {}
        for key in (*own, *everywhere):
            found.setdefault(f"{key.id}:{key.action}", key)
        return [(shown_keys(self.app, key), key) for key in found.values()]

    @on(Input.Changed, "#help-filter")
    def filter(self, event: Input.Changed) -> None:
        """Keep the lines that hold every word typed."""
        self._show(event.value)

    def _show(self, wanted: str) -> None:
        words = wanted.casefold().split()
        wide = self.app.size.width >= WIDE
        lines = [
            _line(keys, key, named=wide)
            for keys, key in self.listed()
            if all(word in f"{keys} {key.label} {key.tooltip} {key.id}".casefold() for word in words)
        ]
        if not lines:
            lines = [Content(f"No key here has “{wanted}” in it. Backspace shows them again.")]
        if wide:
            lines.insert(0, Content.styled(f"{'':<15}{'':<{TOOLTIP}}  name for [keymap]", "dim"))
        if self._about is not None and self._about.help_text and not words:
            lines = [Content(self._about.help_text), Content(""), *lines]
        self.query_one("#help-lines", Static).update(Content("\n").join(lines))

    def action_scroll(self, lines: int) -> None:
        """Up and down while the filter has the focus."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _line(keys: str, key: Key, *, named: bool) -> Content:
    """`F2, ctrl+g     Blank the screen at once`, and its name for the keymap in a column of its own."""
    what = f"{key.tooltip:<{TOOLTIP}}" if named else key.tooltip
    line = Content.from_markup("[b]$keys[/b] $what", keys=f"{keys:<14}", what=what)
    return line + Content.styled(f"  {key.id}", "dim") if named else line
