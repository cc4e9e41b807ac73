"""The field sheet: who is marked for today, then the other visits worth the way, by place; below, what each clears."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from fieldpo.plain import day
from fieldpo.screens.row_screen import RowScreen
from fieldpo.screens.widgets.hazard_banner import hazard_mark
from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.store.queries.clients.hazards import safety_words
from fieldpo.store.queries.clients.whose import COVER
from fieldpo.store.queries.day.field_sheet import FieldSheet, SheetGroup, SheetVisit, field_sheet
from fieldpo.store.queries.day.field_sheet_words import (
    NOBODY_ALERTED,
    NOTHING_DUE,
    clears_words,
    marked_words,
    near_words,
    owed_words,
    place_words,
    when_words,
)

COLUMNS = (
    Column("SAFETY", 11),
    Column("DUE", 11),
    Column("CLIENT", 18),
    Column("ID", 6),
    Column("CLEARS", 33),
)
NOTHING = (
    "A home visit would clear nothing today, none is booked and nobody is marked. Space on a row of Today or of the "
    "caseload marks a person for the sheet."
)


class FieldSheetScreen(RowScreen):
    """Marked visits first, then suggestions; a mark changes in place, the order when the sheet is opened again."""

    title_text = "FIELD SHEET"
    section: ClassVar[tuple[str, ...]] = ("row",)
    help_text = (
        "The home visits of today: those that you marked (*), then what else a visit would clear, the most cleared "
        "first, then the most overdue, grouped by place. Enter opens the home visit. `fieldpo agenda --sheet` prints "
        "the sheet. Nobody is alerted offline: tell somebody where you go."
    )

    def __init__(self) -> None:
        super().__init__()
        self._sheet: FieldSheet | None = None
        self._kept = ""

    DEFAULT_CSS = """
    FieldSheetScreen #sheet-said { height: 1; text-style: bold; }
    FieldSheetScreen RowDetail { height: 9; }
    """

    def body(self) -> ComposeResult:
        """What is not alerted, the list, and what is known about its row."""
        yield Static(Content(f" {NOBODY_ALERTED} Say where you go and when you will be back."), id="sheet-said")
        yield ListWithDetail(COLUMNS)

    def on_mount(self) -> None:
        """Ask for the sheet."""
        self.table.focus()
        self.refresh_records()

    def refresh_records(self) -> None:
        """Ask anew; the cursor stays on its person."""
        now, pack, user = self.shell.now(), self.shell.pack, self.shell.vault.identity.user_id
        self.load(lambda connection: field_sheet(connection, pack, user, now), self._show)

    def watch_client_safe(self) -> None:
        """Hide or show everybody else."""
        self._paint()

    def marks_changed(self) -> None:
        """Show who is marked."""
        self._paint()

    def person_here(self) -> str:
        """The person of the row."""
        return self.table.current_key if self._visit() else ""

    def appointment_here(self) -> str | None:
        """The visit that was made for today."""
        one = self._visit()
        return one.booked.appointment_id if one and one.booked else None

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """The sheet does not open itself."""
        if action == "field_sheet":
            return "This is the field sheet; esc goes back."
        return super().why_not(action, parameters)

    def action_open(self) -> None:
        """Enter: the home visit."""
        self.shell.go("home_visit", person_id=self.person_here(), appointment_id=self.appointment_here())

    def action_why(self) -> None:
        """All of what it clears and why; a second press shows less."""
        self.detail.toggle_class("-tall")

    def action_filter(self) -> None:
        """Names are looked for in the caseload."""
        self.shell.go("caseload")

    @on(RecordTable.RowHighlighted)
    def _moved(self) -> None:
        self._tell()
        self.refresh_bindings()

    def _visit(self) -> SheetVisit | None:
        key = self.table.current_key if self.is_mounted else ""
        return next((one for one in self._sheet.visits if one.person_id == key), None) if self._sheet and key else None

    def _show(self, answer: FieldSheet) -> None:
        self._sheet = answer
        self._paint()

    def _paint(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        today = day(sheet.now.date())
        if self.client_safe:
            here = self._visit()
            self._kept = here.person_id if here else self._kept
            self.heading = today
            self.table.show([self._cells(one) for one in sheet.visits if one.person_id == self._kept])
        else:
            self.heading = f"{today}, {marked_words(len(self.marks))}"
            rows = [row for group in sheet.marked for row in self._group("MARKED", group)]
            rows += [row for group in sheet.suggested for row in self._group("SUGGESTED", group)]
            self.table.show(rows)
        self._tell()
        self.refresh_bindings()

    def _group(self, words: str, group: SheetGroup) -> list[TableRow]:
        heading = TableRow(f"{words}:{group.area}", (f"{words}, {group.area}: {len(group.visits)}",), heading=True)
        return [heading, *(self._cells(one) for one in group.visits)]

    def _cells(self, one: SheetVisit) -> TableRow:
        today = self.shell.now().date()
        name = f"{COVER} {one.person.short}" if one.covered_for else one.person.short
        if self.client_safe:
            return TableRow(one.person_id, ("", when_words(one, today), one.person.short, one.person.shown_id, ""))
        return TableRow(
            one.person_id,
            (
                hazard_mark(one.hazards),
                when_words(one, today),
                self.name_marked(one.person_id, name),
                one.person.shown_id,
                clears_words(one),
            ),
        )

    def _tell(self) -> None:
        detail, sheet, one = self.detail, self._sheet, self._visit()
        if sheet is None:
            return
        if self.client_safe:
            detail.tell([("VIEW", "Other clients and safety are hidden. F3 brings them back.")])
        elif one is None:
            detail.tell([("", "" if sheet.visits else NOTHING)])
        else:
            detail.tell(_about(sheet, one))


def _about(sheet: FieldSheet, one: SheetVisit) -> list[tuple[str, str]]:
    today = sheet.now.date()
    clears = "; ".join(owed_words(each, today) for each in one.clears)
    return [
        ("COVER", f"for {one.covered_for}" if one.covered_for else ""),
        ("WHERE", place_words(one)),
        ("SAFETY", safety_words(one.hazards)),
        ("CLEARS", clears or NOTHING_DUE),
        ("ALSO", near_words(sheet, one)),
    ]
