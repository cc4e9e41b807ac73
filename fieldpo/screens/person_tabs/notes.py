"""Tab 2, case notes: newest first, older ones as the cursor nears the end, each in full below the list."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on

from fieldpo.plain import clock, moment, short_day
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.store.queries.person.case_notes import Note, NotesPage, case_notes, notes_with

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEAR_END = 20
MOST = 500


class NotesTab(ListTab):
    """The case notes of one person."""

    columns: ClassVar = (
        Column("WHEN", 17),
        Column("HOW, WHERE", 18),
        Column("OUTCOME", 15),
        Column("NOTE", 29),
    )
    empty = "No case notes here. n logs a contact."
    filtered = True

    def ask(self, connection: Connection, now: dt.datetime) -> NotesPage:
        """As many as are shown already, or the first page; with the words typed, those that have them."""
        del now
        if self.words:
            return notes_with(connection, self.pack, self.person_id, self.words)
        shown = len(self.answer.notes) if self.answer else 0
        return case_notes(connection, self.pack, self.person_id, limit=max(shown, 200))

    @property
    def here(self) -> Note | None:
        """The entry under the cursor."""
        key = self.key_here
        return next((one for one in self.answer.notes if one.record_id == key), None) if self.answer and key else None

    def rows(self) -> list[TableRow]:
        """A line a note; withdrawn ones struck through."""
        return [
            TableRow(
                one.record_id,
                (
                    f"{short_day(one.occurred_at)[4:]} {one.occurred_at:%y} {clock(one.occurred_at)}",
                    one.what,
                    one.outcome,
                    ("WITHDRAWN " if one.withdrawn else "") + ("* " if one.not_sent else "") + one.first_line,
                ),
                "strike" if one.withdrawn else "",
            )
            for one in self.answer.notes
            if not (self.safe and one.withheld)
        ]

    def about(self, key: str) -> Lines:
        """The whole entry with its times, its details and its addenda."""
        one = next((note for note in self.answer.notes if note.record_id == key), None)
        return about_note(one) if one else []

    @on(RecordTable.RowHighlighted)
    def _near_end(self) -> None:
        page = self.answer
        if not page or not page.more or self.words or len(page.notes) >= MOST:
            return
        if self.table.cursor_row < self.table.row_count - NEAR_END or not isinstance(self.screen, FieldScreen):
            return
        last = page.notes[-1]
        self.screen.load(
            lambda connection: case_notes(connection, self.pack, self.person_id, last),
            partial(self._older, last),
            group="older",
        )

    def _older(self, than: Note, older: NotesPage) -> None:
        if not self.is_attached or self.words or self.answer.notes[-1:] != (than,):
            return  # the tab was left meanwhile, words narrow it, or another list stands there
        notes = tuple({one.record_id: one for one in (*self.answer.notes, *older.notes)}.values())[:MOST]
        self.show(NotesPage(notes, older.more), client_safe=self.safe)


def about_note(one: Note) -> list[tuple[str, str]]:
    """An entry in full, in labelled lines."""
    entered = f" Entered {moment(one.entered_at)}." if one.entered_at else ""
    sent = " Not sent yet, kept here." if one.not_sent else ""
    lines = [("", f"{moment(one.occurred_at)}, {one.what}: {one.outcome}. {one.officer}.{entered}{sent}")]
    if one.withdrawn:
        lines.append(("", f"WITHDRAWN: {one.withdrawn}. The entry stays as it was written."))
    lines += [("", "; ".join(one.details)), ("NOTE", one.note or "(no note)")]
    lines += [("ADDED", f"{moment(more.written_at)}, {more.officer}: {more.text}") for more in one.addenda]
    return lines
