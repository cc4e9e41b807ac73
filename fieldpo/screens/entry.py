"""One entry of the case notes, whole: its three times, what is in it, and what was added or withdrawn later."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Connection
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from fieldpo.plain import moment
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.widgets.row_detail import labelled
from fieldpo.store.queries.person.case_notes import Note, case_note
from fieldpo.store.records import read_record
from fieldpo.sync.protocol.exchange import CASE

LABEL = 11
READ_ONLY = "You asked for this case to read it for some days; its officer writes in it."
WITHHELD = "This entry is not shown in this view. F3 swaps to the full one."


def why_not_withdrawn(note: Note, user_id: str) -> str | None:
    """Why this officer cannot mark the entry as entered in error; None where they can."""
    if note.withdrawn:
        return "This entry is marked as entered in error already."
    if note.officer_id != user_id:
        return "Only the officer who wrote it can mark it as entered in error. A adds an addendum."
    return None


class EntryScreen(FieldScreen):
    """An entry never changes: `A` adds to it, `E` strikes it through."""

    title_text = "ENTRY"
    section: ClassVar[tuple[str, ...]] = ("entry",)
    help_text = "An entry stays as it was written. An addendum stands below it; one entered in error is struck through."
    DEFAULT_CSS = """
    EntryScreen #entry-whole { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    """

    def __init__(self, person_id: str, entry_id: str) -> None:
        super().__init__()
        self.person_id = person_id
        self.entry_id = entry_id
        self._note: Note | None = None
        self._read_only = False

    def body(self) -> ComposeResult:
        """One text."""
        yield VerticalScroll(Static(id="entry-words"), id="entry-whole")

    def on_mount(self) -> None:
        """Ask for the entry."""
        self.query_one("#entry-whole").focus()
        self.refresh_records()

    def refresh_records(self) -> None:
        """Ask anew: an addendum may have come."""
        pack, person_id, entry_id = self.shell.pack, self.person_id, self.entry_id

        def ask(connection: Connection) -> tuple[Note, bool]:
            person = read_record(connection, "person", person_id)
            read_only = person is not None and person.partition.startswith(CASE)
            return case_note(connection, pack, person_id, entry_id), read_only

        self.load(ask, self._take)

    def watch_client_safe(self) -> None:
        """The same in the other view."""
        if self._note is not None:
            self._show(self._note)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """What the entry allows."""
        del parameters
        if action not in ("addendum", "withdraw"):
            return None
        if self._note is None or (self.client_safe and self._note.withheld):
            return WITHHELD if self._note is not None else "The entry is still being read."
        if self._read_only:
            return READ_ONLY
        return why_not_withdrawn(self._note, self.shell.vault.identity.user_id) if action == "withdraw" else None

    def action_addendum(self) -> None:
        """Add to it."""
        self.shell.go("addendum", person_id=self.person_id, entry_id=self.entry_id)

    def action_withdraw(self) -> None:
        """Mark it as entered in error."""
        self.shell.go("withdrawal", person_id=self.person_id, entry_id=self.entry_id)

    def action_cursor_down(self) -> None:
        """A line down."""
        self.query_one("#entry-whole").scroll_relative(y=1, animate=False)

    def action_cursor_up(self) -> None:
        """A line up."""
        self.query_one("#entry-whole").scroll_relative(y=-1, animate=False)

    def _take(self, found: tuple[Note, bool]) -> None:
        note, self._read_only = found
        self._show(note)

    def _show(self, note: Note) -> None:
        self._note = note
        self.heading = f"{note.what}: {note.outcome}"
        hidden = self.client_safe and note.withheld
        words = Content(WITHHELD) if hidden else Content("\n").join(whole(note))
        self.query_one("#entry-words", Static).update(words)
        self.refresh_bindings()


def whole(note: Note) -> list[Content]:
    """The entry in labelled lines. Only what an officer wrote in error is struck through, never why."""
    lines = [
        labelled("OCCURRED", moment(note.occurred_at), LABEL),
        labelled("ENTERED", moment(note.entered_at) if note.entered_at else "not known here", LABEL),
        labelled("RECEIVED", received_words(note), LABEL),
        labelled("BY", note.officer, LABEL),
    ]
    if note.withdrawn:
        said = f"{note.withdrawn} ({note.withdrawn_by}). It stays as it was written, struck through."
        lines.append(labelled("WITHDRAWN", said, LABEL))
    struck = "strike" if note.withdrawn else ""
    lines.append(labelled("WHAT", "; ".join((f"{note.what}: {note.outcome}", *note.details)), LABEL))
    lines += [Content(""), Content.styled(note.note or "(no note)", struck)]
    for more in note.addenda:
        sent = ", not sent yet" if more.not_sent else ""
        head = Content.styled(f"ADDENDUM   {moment(more.written_at)}, {more.officer}{sent}", "bold")
        lines += [Content(""), head, Content(more.text)]
    return lines


def received_words(note: Note) -> str:
    """Whether central has it. The time of that is central's own, and does not come to laptops."""
    if note.at_central:
        return "by central; its time stands there" + ("; a change is not sent yet" if note.not_sent else "")
    return "not sent yet, kept here" if note.not_sent else "not at central: see o and a"
