"""A line at the bottom of a form where a word, a date or a why is asked for, and where the form says something."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input, Static

from fieldpo.errors import BadInput
from fieldpo.plain import clean
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.safe import plain_content

Asked = Callable[[str], None]


class AsksALine(FieldScreen):
    """Enter answers, Esc takes the question back; the marker then goes where it came from."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: Asked | None = None
        self._came_from: Widget | None = None

    def bottom(self) -> ComposeResult:
        """The line where a form asks for a word, a date or a why; hidden until then."""
        yield Static(id="said")
        line = Input(id="ask")
        line.display = False
        yield line

    def changed(self) -> None:
        """Something was typed or chosen."""

    def ask(self, prompt: str, answer: Asked, *, value: str = "") -> None:
        """Ask for one line. Enter gives it to `answer`, which may raise BadInput to ask again; Esc takes it back."""
        line = self.query_one("#ask", Input)
        self._asked, self._came_from = answer, self.focused
        line.value = value
        line.display = True
        self.tell(prompt)
        self.set_focus(line)

    @on(Input.Submitted, "#ask")
    def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        answer, came_from = self._asked, self._came_from
        if answer is None:
            return
        try:
            self._close_ask()
            answer(clean(event.value))
        except BadInput as error:
            if self._asked is None:
                self.ask(error.message, answer, value=event.value)
                self._came_from = came_from
            return
        self.changed()

    def _close_ask(self) -> None:
        self._asked = None
        self.query_one("#ask", Input).display = False
        self.tell("")
        if self._came_from is not None:
            self.set_focus(self._came_from)

    def tell(self, text: str) -> None:
        """Say something in the line above the keys; person-made text is fine."""
        self.query_one("#said", Static).update(plain_content(text))

    def action_back(self) -> None:
        """Esc: out of the question that is asked, else out of the form, its draft kept."""
        if self._asked is not None:
            self._close_ask()
        else:
            self.back()
