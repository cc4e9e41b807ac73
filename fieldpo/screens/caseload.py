"""The caseload: everybody supervised, narrowed and sorted by single keys, searched by name or ID with `/`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from fieldpo.plain import clock, count, late, short_day
from fieldpo.screens.row_screen import RowScreen
from fieldpo.screens.widgets.hazard_banner import hazard_mark
from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.marked_line import MarkedLine
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.store.queries.caseload.listing import (
    PAGE,
    CaseloadPage,
    CaseloadRow,
    Choices,
    Due,
    Flag,
    Sort,
    Wanted,
    caseload,
    choices,
)
from fieldpo.store.queries.clients.hazards import safety_words
from fieldpo.store.queries.clients.whose import COVER
from fieldpo.supervision.calendar import local
from fieldpo.supervision.written.codes import label_of

T = TypeVar("T")

COLUMNS = (
    Column("SAFETY", 11),
    Column("CLIENT", 23),
    Column("ID", 6),
    Column("LEVEL", 8),
    Column("NEXT", 13),
    Column("WHERE", 15),
    Column("!", 3),
)
EMPTY = "Nobody is in your caseload on this laptop yet. s syncs with central; I takes down someone not listed."
NOBODY = "Nobody fits these filters. 0 takes them away."


class CaseloadScreen(RowScreen):
    """A page of the caseload; the line above says what it is narrowed to."""

    title_text = "CASELOAD"
    section: ClassVar[tuple[str, ...]] = ("row", "caseload")
    help_text = "Everybody in your caseload. Single keys narrow the list; 0 shows everybody again."

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._page: CaseloadPage | None = None
        self._choices = Choices((), ())
        self._offset = 0
        self._kept = ""
        self._now = dt.datetime.now().astimezone()

    def body(self) -> ComposeResult:
        """The filter, the list, the row's detail."""
        yield Static(id="caseload-filters")
        yield Input(placeholder="name, alias or ID; enter keeps, esc takes it away", id="caseload-typed")
        yield ListWithDetail(COLUMNS)
        yield MarkedLine()

    def on_mount(self) -> None:
        """Ask for everybody."""
        self.query_one(Input).display = False
        self.table.focus()
        pack, user = self.shell.pack, self.shell.vault.identity.user_id
        self.load(lambda connection: choices(connection, pack, user), self._take_choices, group="choices")
        self.refresh_records()

    def refresh_records(self) -> None:
        """Ask anew with the same filter; the cursor stays on its person."""
        self._ask()

    def _ask(self) -> None:
        now, pack, user = self.shell.now(), self.shell.pack, self.shell.vault.identity.user_id
        wanted, offset = self._wanted, self._offset
        self._now = now
        self.load(lambda connection: caseload(connection, pack, user, now, wanted, offset=offset), self._show)

    def watch_client_safe(self) -> None:
        """Hide or show everybody else, and the name that was typed."""
        self.query_one(Input).password = self.client_safe
        self._paint()

    def marks_changed(self) -> None:
        """Show who is marked."""
        self._paint()

    def person_here(self) -> str:
        """The person of the row."""
        return self.table.current_key if self.is_mounted else ""

    def action_narrow(self, what: str) -> None:
        """The next value of a filter, after the last one none; or the next order."""
        wanted = self._wanted
        match what:
            case "level":
                wanted = replace(wanted, level=_next(wanted.level, ["", *self._choices.levels]))
            case "area":
                wanted = replace(wanted, area=_next(wanted.area, ["", *self._choices.areas]))
            case "due":
                wanted = replace(wanted, due=_next(wanted.due, [None, *Due]))
            case "flag":
                wanted = replace(wanted, flag=_next(wanted.flag, [None, *Flag]))
            case _:
                wanted = replace(wanted, sort=_next(wanted.sort, list(Sort)))
        self._want(wanted)

    def action_everybody(self) -> None:
        """No filter; the order stays."""
        self.query_one(Input).value = ""
        self._want(Wanted(sort=self._wanted.sort))

    def action_page(self, by: int) -> None:
        """The page after this one, or before it."""
        offset = self._offset + by * PAGE
        if self._page is not None and 0 <= offset < self._page.matching:
            self._offset = offset
            self._ask()

    def action_filter(self) -> None:
        """Type a name or an ID."""
        field = self.query_one(Input)
        field.display = True
        field.focus()

    def action_why(self) -> None:
        """Why the row is called out stands below it; a second press shows all of it."""
        self.detail.toggle_class("-tall")

    def action_back(self) -> None:
        """Esc: out of the filter first, then back."""
        field = self.query_one(Input)
        if field.display:
            field.value = ""
            self._leave_filter()
        else:
            super().action_back()

    @on(Input.Changed, "#caseload-typed")
    def _typed(self, event: Input.Changed) -> None:
        self._want(replace(self._wanted, typed=event.value.strip()))

    @on(Input.Submitted, "#caseload-typed")
    def _entered(self) -> None:
        self._leave_filter()

    @on(RecordTable.RowHighlighted)
    def _moved(self) -> None:
        self._tell()
        self.refresh_bindings()

    def _leave_filter(self) -> None:
        field = self.query_one(Input)
        field.display = bool(field.value)
        self.table.focus()

    def _want(self, wanted: Wanted) -> None:
        if wanted != self._wanted:
            self._wanted, self._offset = wanted, 0
            self._ask()

    def _take_choices(self, found: Choices) -> None:
        self._choices = found

    def _show(self, page: CaseloadPage) -> None:
        self._page = page
        self._paint()

    def _paint(self) -> None:
        page = self._page
        if page is None:
            return
        rows = page.rows
        if self.client_safe:
            self._kept = self.person_here() or self._kept
            rows = tuple(row for row in rows if row.name.person_id == self._kept)
        self.table.show([self._cells(row) for row in rows])
        self.heading = "" if self.client_safe else count(page.everybody, self.shell.pack.labels.client)
        self.query_one("#caseload-filters", Static).update(self._filters(page))
        self.tell_marks()
        self._tell()
        self.refresh_bindings()

    def _cells(self, row: CaseloadRow) -> TableRow:
        safe = self.client_safe
        name = f"{COVER} {row.name.full}" if row.covered_for else row.name.full
        return TableRow(
            row.name.person_id,
            (
                "" if safe else hazard_mark(row.hazards),
                name if safe else self.name_marked(row.name.person_id, name),
                row.name.shown_id,
                row.level_words,
                self._next(row),
                row.status or row.area,
                "" if safe or not row.alerts else str(len(row.alerts)),
            ),
        )

    def _next(self, row: CaseloadRow) -> str:
        today = local(self._now, self.shell.pack).date()
        if row.due is not None and (row.next_at is None or row.due.on < row.next_at.date()):
            return late(row.due.on, today) if row.due.on < today else f"by {short_day(row.due.on)[4:]}"
        if row.next_at is None:
            return "none"
        day = row.next_at.date()
        if day < today:
            return late(day, today)
        return f"today {clock(row.next_at)}" if day == today else short_day(day)

    def _filters(self, page: CaseloadPage) -> Content:
        if self.client_safe:
            return Content(" Other clients and safety are hidden. F3 brings them back.")
        wanted, pack = self._wanted, self.shell.pack
        parts = [
            f"named “{wanted.typed}”" if wanted.typed else "",
            f"level {label_of(pack.levels, wanted.level)}" if wanted.level else "",
            f"area {wanted.area}" if wanted.area else "",
            f"due {wanted.due}" if wanted.due else "",
            f"with {wanted.flag}" if wanted.flag else "",
        ]
        narrowed = ", ".join(part for part in parts if part)
        said = f"{page.matching:,} of {page.everybody:,}: {narrowed}" if narrowed else "Everybody"
        if page.matching > PAGE:
            last = min(page.offset + PAGE, page.matching)
            said += f", {page.offset + 1:,} to {last:,} ([ and ] turn the page)"
        keys = "0 shows everybody" if narrowed else "l level  g area  d due  f flag  z sort"
        return Content(f" {said}. By {wanted.sort}. {keys}")

    def _tell(self) -> None:
        detail, page = self.detail, self._page
        if page is None:
            return
        row = next((one for one in page.rows if one.name.person_id == self.person_here()), None)
        if row is None:
            detail.tell([("", NOBODY if page.everybody else EMPTY)])
        elif self.client_safe:
            detail.tell([])
        else:
            today = self._now.date()
            booked = f"{row.next_what}, {short_day(row.next_at)} {clock(row.next_at)}" if row.next_at else ""
            last = row.contact.sentence(self.shell.pack, today).removeprefix("Last contact ")
            detail.tell(
                [
                    ("COVER", f"for {row.covered_for}" if row.covered_for else ""),
                    ("CASE", f"{row.status}, home {row.area}" if row.status and row.area else row.status),
                    ("NEXT", booked or "none made; p makes one"),
                    ("OWED", f"{row.due.what}, {short_day(row.due.on)}: {late(row.due.on, today)}" if row.due else ""),
                    ("LAST", last),
                    ("ALERTS", "; ".join(row.alerts)),
                    ("SAFETY", safety_words(row.hazards)),
                ]
            )


def _next(now: T, among: list[T]) -> T:
    """The value after this one, round and round."""
    return among[(among.index(now) + 1) % len(among)] if now in among else among[0]
