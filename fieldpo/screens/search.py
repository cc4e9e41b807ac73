"""Search everything: people by name or ID as it is typed, entries by their words; Enter opens the one marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from fieldpo.plain import count, day
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.store.queries.clients.find_entries import FoundEntry, find_entries
from fieldpo.store.queries.clients.find_people import FoundPerson, find_people
from fieldpo.store.queries.clients.names import PersonName, people_named

if TYPE_CHECKING:
    from sqlalchemy import Connection

COLUMNS = (Column("WHAT", 17), Column("CLIENT", 22, 30), Column("ID", 7), Column("WHERE IT SAYS SO", 33, 64))
ASK = "Type a name, an ID, or words of a note. Down goes to the list, Enter opens."
NOTHING = "Nothing on this laptop has that. Names may be spelled a little wrong; words must be whole but for the last."
TABS_OF = {
    "contact": "notes",
    "addendum": "notes",
    "condition": "conditions",
    "violation_report": "violations",
    "report_step": "violations",
}
WORDS_OF = {
    "contact": "case note",
    "addendum": "addendum",
    "report_step": "report comment",
    "violation_report": "violation",
}


@dataclass(frozen=True)
class Found:
    """What one search gave."""

    typed: str
    people: tuple[FoundPerson, ...]
    entries: tuple[FoundEntry, ...]
    names: dict[str, PersonName]


def look_for(connection: Connection, typed: str) -> Found:
    """People first, then entries with the names of whose they are."""
    people = find_people(connection, typed)
    entries = find_entries(connection, typed)
    names = people_named(connection, [one.person_id for one in entries])
    return Found(typed, tuple(people), tuple(entries), names)


class SearchScreen(FieldScreen):
    """Each key asks anew in a thread; an answer that a later key overtook is dropped."""

    title_text = "SEARCH"
    section: ClassVar[tuple[str, ...]] = ("search",)
    is_form = True
    help_text = "Looks through every person and note on this laptop, without the network."

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None

    def body(self) -> ComposeResult:
        """What is typed, what was found."""
        yield Input(placeholder="name, ID or words", id="search-typed")
        yield Static(Content(ASK), id="search-said")
        yield RecordTable(COLUMNS, id="search-rows")

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(RecordTable).can_focus = False
        self.query_one(Input).focus()

    def refresh_records(self) -> None:
        """Look again for what is typed."""
        typed = self.query_one(Input).value.strip()
        if typed:
            self.load(lambda connection: look_for(connection, typed), self._show)
        else:
            self._found = None
            self._paint()

    def watch_client_safe(self) -> None:
        """In the client-safe view neither results are shown nor what was typed: it may be another's name."""
        self.query_one(Input).password = self.client_safe
        self._paint()

    def action_cursor_down(self) -> None:
        """Next one found."""
        self.query_one(RecordTable).action_cursor_down()

    def action_cursor_up(self) -> None:
        """The one above."""
        self.query_one(RecordTable).action_cursor_up()

    @on(Input.Changed, "#search-typed")
    def _typed(self) -> None:
        self.refresh_records()

    @on(Input.Submitted, "#search-typed")
    def _entered(self) -> None:
        self.action_open()

    @on(RecordTable.RowSelected)
    def _clicked(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """The person, at the entry found."""
        key = self.query_one(RecordTable).current_key
        if not key or self._found is None:
            return
        what, _, record_id = key.partition(":")
        if what == "person":
            self.shell.go("person", person_id=record_id)
            return
        entry = next(one for one in self._found.entries if one.record_id == record_id)
        if entry.person_id in self._found.names:
            tab = TABS_OF.get(entry.kind)
            self.shell.go("person", person_id=entry.person_id, tab=tab, record_id=_entry_shown(entry, tab))

    def _show(self, found: Found) -> None:
        if found.typed != self.query_one(Input).value.strip():
            return  # taken back meanwhile
        self._found = found
        self._paint()

    def _paint(self) -> None:
        found, table = self._found, self.query_one(RecordTable)
        said = self.query_one("#search-said", Static)
        if self.client_safe:
            table.show([])
            said.update(Content("Hidden in the client-safe view: results name other clients. F3 shows them."))
        elif found is None:
            table.show([])
            said.update(Content(ASK))
        else:
            table.show([*_people(found.people), *_entries(found)])
            if not found.people and not found.entries:
                said.update(Content(NOTHING))
            else:
                entries = count(len(found.entries), "entry")
                more = " or more" if len(found.entries) >= 50 else ""
                said.update(Content(f"{count(len(found.people), 'person', 'people')}, {entries}{more}"))


def _entry_shown(entry: FoundEntry, tab: str | None) -> str:
    return entry.record_id if tab in ("notes", "conditions", "violations") and entry.kind != "addendum" else ""


def _people(people: Sequence[FoundPerson]) -> list[TableRow]:
    return [
        TableRow(
            f"person:{one.name.person_id}",
            (
                "person",
                one.name.full,
                one.name.shown_id,
                f"alias: {one.alias}" if one.alias else "" if one.by == "name" else one.by,
            ),
            "bold",
        )
        for one in people
    ]


def _entries(found: Found) -> list[TableRow]:
    made = []
    for one in found.entries:
        name = found.names.get(one.person_id)
        what = WORDS_OF.get(one.kind, one.kind.replace("_", " "))
        if one.on and one.kind == "contact":
            what = f"note {day(dt.date.fromisoformat(one.on[:10]))[4:]}"
        cells = (what, name.full if name else "", name.shown_id if name else "", one.excerpt)
        made.append(TableRow(f"entry:{one.record_id}", cells))
    return made
