"""An addendum: a correction or an addition to an entry, which itself never changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from fieldpo.errors import NotFound
from fieldpo.plain import moment
from fieldpo.screens.entry import WITHHELD
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.report import addendum_act
from fieldpo.store.queries.clients.find_entries import is_withheld
from fieldpo.store.records import Record, find_record
from fieldpo.supervision.calendar import local


class AddendumScreen(PersonForm):
    """The entry above, the addendum below."""

    title_text = "ADDENDUM"
    form_name = "addendum"
    help_text = "The entry stays as it was written; the addendum stands below it, with its own date."

    def __init__(self, person_id: str, entry_id: str, draft_id: str | None = None) -> None:
        super().__init__(person_id, None, draft_id)
        self.entry_id = entry_id
        self._entry: Record | None = None

    def body(self) -> ComposeResult:
        """The entry, then the text."""
        yield self.draft_row()
        yield VerticalScroll(Static(id="entry"), id="entry-scroll")
        yield NoteArea(id="note")
        yield from self.bottom()

    @property
    def draft_name(self) -> str:
        """Drafts are of the entry, not only of the person."""
        return f"{self.form_name}:{self.entry_id}"

    def ask_more(self, connection: Connection) -> object:
        """The entry. Raises NotFound where it is not on this laptop."""
        entry = find_record(connection, self.entry_id)
        if entry is None or entry.hidden:
            raise NotFound("This entry is not on this laptop. Nothing was saved.")
        return entry

    def show(self, asked: Asked) -> None:
        """The entry's text."""
        for note in self.query(NoteArea):
            note.border_title = "Addendum"
        if isinstance(asked.more, Record):
            self._entry = asked.more
            self._tell_entry()

    def watch_client_safe(self) -> None:
        """An entry that a client may not see is hidden."""
        if self.is_mounted:
            self._tell_entry()

    def _tell_entry(self) -> None:
        if (entry := self._entry) is None:
            return
        body = entry.body
        at = body.get("occurred_at") or body.get("written_at")
        when = moment(local(dt.datetime.fromisoformat(at), self.shell.pack)) if at else ""
        said = f"{when}\n{body.get('note') or body.get('facts') or ''}"
        hidden = self.client_safe and is_withheld(entry.kind, dict(body))
        self.query_one("#entry", Static).update(plain_content(WITHHELD if hidden else said))

    def begin(self) -> None:
        """The text."""
        self.set_focus(self.note)

    def act(self) -> Act:
        """The addendum. Raises BadInput for no text."""
        return addendum_act(
            self.shell.pack,
            self.whose.name.person_id,
            self.whose.name.short,
            self.entry_id,
            self.note.text,
            officer_id=self.shell.vault.identity.user_id,
            now=self.shell.now(),
            addendum_id=self.draft_id,
        )

    def state(self) -> Mapping[str, Any]:
        """The text."""
        return {"note": self.note.text}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.note.put(state["note"])
