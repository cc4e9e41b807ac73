"""CLEARS and STILL OWED: what the contact in a form would clear of what its person owes. The client may read it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from textual.content import Content
from textual.widgets import Static

from fieldpo.store.queries.forms.clearing import Clearing, clearing
from fieldpo.store.queries.rules.owed import Owed
from fieldpo.supervision.standards.case import Contact

_INDENT, _WIDTH = 2, 11


class ClearingLines(Static):
    """Two lines; none for a person without an open case, or before the vault has answered."""

    def __init__(self) -> None:
        super().__init__(id="clears")
        self.display = False
        self._found: tuple[Owed, ...] = ()
        self._asked: Contact | None = None
        self._begun = False
        self._counted = Clearing()

    def begin(self, found: object) -> None:
        """Take what the person owes, as read once for this form."""
        if isinstance(found, tuple):
            self._found, self._begun = found, False

    def asks(self, contact: Contact | None) -> bool:
        """Whether this contact is another one than was asked about last."""
        if not self._found or (self._begun and contact == self._asked):
            return False
        self._asked, self._begun = contact, True
        return True

    def count(self, contact: Contact | None) -> Clearing:
        """The answer; for a thread."""
        return clearing(self._found, contact)

    def tell(self, counted: Clearing) -> None:
        """Show it."""
        self._counted = counted
        self._lay()

    def on_resize(self) -> None:
        """Other lines for another width."""
        self._lay()

    def _lay(self) -> None:
        room = max(self.app.size.width - _INDENT - _WIDTH - 1, 20)
        said = [
            *_lines("CLEARS", self._counted.clears, room, most=2),
            *_lines("STILL OWED", self._counted.still, room, most=1),
        ]
        self.display = bool(said)
        self.update(Content("\n").join(said))


def _lines(label: str, words: str, room: int, *, most: int) -> list[Content]:
    """The words below one another behind their label, in so many lines at most."""
    lines = [str(line).rstrip() for line in Text(words).wrap(Console(width=room), room)] if words else []
    if len(lines) > most:
        lines[most - 1 :] = [f"{lines[most - 1][: room - 2]} …"]
    heads = [label, *([""] * (most - 1))]
    return [
        Content.styled(f"{'':{_INDENT}}{head:<{_WIDTH}}", "bold") + Content(line)
        for head, line in zip(heads, lines, strict=False)
    ]
