"""Today: overdue, returned, today, this week and alerts; below, why the row under the cursor is there."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult

from fieldpo import bindings
from fieldpo.plain import day
from fieldpo.screens.row_screen import RowScreen
from fieldpo.screens.today_folds import shown
from fieldpo.screens.today_rows import WORDS, cells, heading, picked, safe_rows
from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.marked_line import MarkedLine
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.screens.widgets.title_line import date_heading
from fieldpo.store.queries.clients.hazards import safety_words
from fieldpo.store.queries.clients.whose import COVER
from fieldpo.store.queries.day.rows import Owes, Row
from fieldpo.store.queries.day.today import Today, today
from fieldpo.supervision.agenda.items import Section

COLUMNS = (
    Column("SAFETY", 11),
    Column("DUE", 13),
    Column("CLIENT", 17),
    Column("ID", 6),
    Column("OWED", 20),
    Column("WHERE", 12),
)
_OF_ROWS = frozenset(
    part for name in ("row", "table") for key in bindings.SECTIONS[name] for part in key.keys.split(",")
)
NOTHING = (
    "Nothing is overdue, returned or booked for this week. c opens the caseload, ctrl+f finds anybody; "
    "p on a person makes an appointment."
)
REVIEW = "Your team's reports wait for you elsewhere: R opens Review. "


class TodayScreen(RowScreen):
    """The first screen after Unlock."""

    title_text = "TODAY"
    section: ClassVar[tuple[str, ...]] = ("row", "today")
    help_text = (
        "What is overdue, what came back to you, and what is on for today and this week. !! and ! mark safety entries; "
        "a dot says that nothing is on file; * is marked for the field sheet. Overdue is what the contact standards "
        "ask and nobody did by its day, and an appointment past its day with no outcome; +2 says that two more things "
        "are due. A client has one row in a section. Where not all fits, today's own rows go before those that are "
        "overdue; + shows all."
    )

    def __init__(self) -> None:
        super().__init__()
        self._today: Today | None = None
        self._unfolded = False
        self._why = False
        self._kept = ""
        self._early: list[str] = []
        """Keys pressed before the first rows were there."""

    def body(self) -> ComposeResult:
        """The list, and what is known about its row."""
        yield ListWithDetail(COLUMNS)
        yield MarkedLine()

    def on_mount(self) -> None:
        """Ask for the rows; the frame is painted meanwhile."""
        self.heading = date_heading(self.shell.now())
        self.refresh_records()

    async def on_event(self, event: events.Event) -> None:
        """A key that is meant for a row, pressed before there are rows, waits for them."""
        if isinstance(event, events.Key) and self._today is None and event.key in _OF_ROWS:
            self._early.append(event.key)
            event.stop()
            event.prevent_default()
            return
        await super().on_event(event)

    def refresh_records(self) -> None:
        """Ask anew; the cursor stays on its row."""
        now, pack, user = self.shell.now(), self.shell.pack, self.shell.vault.identity.user_id
        self.heading = date_heading(now)
        self.load(lambda connection: today(connection, pack, user, now), self._show)

    def minute_passed(self) -> None:
        """The clock in the title, what is over and to be logged, and at midnight another day."""
        self.refresh_records()

    def watch_client_safe(self) -> None:
        """Hide or show everybody else."""
        self._paint()

    def marks_changed(self) -> None:
        """Show who is marked."""
        self._paint()

    def person_here(self) -> str:
        """The person of the row."""
        row = self._row()
        return row.person_id if row else ""

    def appointment_here(self) -> str | None:
        """The appointment of the row."""
        row = self._row()
        return row.booked_id if row else None

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """Enter also unfolds a folded section and opens the entries that need an answer."""
        if action == "open" and self.is_mounted and self.table.current_key:
            return None
        return super().why_not(action, parameters)

    def action_open(self) -> None:
        """Enter: what the row owes, else the person."""
        row = self._row()
        if row is None:
            self.action_unfold()
        elif row.owes is Owes.ANSWER:
            self.shell.go(row.form or "needs_answer")
        elif row.owes is Owes.SEND:
            self.shell.go("not_sent")
        elif row.owes is Owes.DRAFT:
            self._go_on(row)
        elif row.owes is Owes.VISIT:
            self.shell.go("home_visit", person_id=row.person_id, appointment_id=row.booked_id)
        elif row.owes is Owes.HEARING:
            self.shell.go("fact", person_id=row.person_id, kind="hearing", record_id=row.record_id)
        elif row.owes is Owes.REPORT:
            self.shell.go("violation_report", person_id=row.person_id)
        else:
            super().action_open()

    def _go_on(self, row: Row) -> None:
        form, _, rest = row.form.partition(":")
        about, draft_id = {"person_id": row.person_id}, row.record_id
        match form:
            case "intake":
                self.shell.go(form, draft_id=draft_id)
            case "addendum" | "withdrawal":
                self.shell.go(form, entry_id=rest, draft_id=draft_id, **about)
            case "fact":
                kind, _, record_id = rest.partition(":")
                self.shell.go(form, kind=kind, record_id=record_id or None, draft_id=draft_id, **about)
            case _:
                self.shell.go(form, appointment_id=row.appointment_id, draft_id=draft_id, **about)

    def on_resize(self) -> None:
        """Another height has room for other rows."""
        self.call_after_refresh(self._paint)

    def action_unfold(self) -> None:
        """Show every row of every section, or as many again as there is room for."""
        self._unfolded = not self._unfolded
        self._paint()

    def action_why(self) -> None:
        """The whole of why, or its first lines again; where all of it stands there already, that is said."""
        row, detail = self._row(), self.detail
        if row is not None and self._today is not None and not self._why and not self.client_safe:
            short = self._about(self._today, row)
            self._why = True
            whole = self._about(self._today, row)
            if whole == short and detail.virtual_size.height <= detail.size.height:
                self._why = False
                self.shell.say(
                    "That is all of why. Enter, then w: each thing that this client owes, and the last year."
                )
                return
            self._why = False
        self._why = not self._why
        self.detail.set_class(self._why, "-tall")
        self._tell()

    def action_filter(self) -> None:
        """Names are looked for in the caseload."""
        self.shell.go("caseload")

    @on(RecordTable.RowHighlighted)
    def _moved(self) -> None:
        self._tell()
        self.refresh_bindings()

    def _show(self, answer: Today) -> None:
        first, self._today = self._today is None, answer
        self._paint()
        if first:
            self.table.focus()
            early, self._early = self._early, []
            for key in early:
                self.call_after_refresh(self.app.simulate_key, key)

    def _row(self) -> Row | None:
        key = self.table.current_key if self.is_mounted else ""
        return next((row for row in self._today.rows if row.key == key), None) if self._today and key else None

    def _paint(self) -> None:
        if self._today is None:
            return
        if self.client_safe:
            here = self._row()
            self._kept = here.person_id if here else self._kept
            self.table.show(safe_rows(self._today, self._kept))
        else:
            self.table.show(self._rows(self._today))
        self.tell_marks()
        self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        detail, known = self.detail, self._today
        row = self._row()
        if known is None:
            return
        if self.client_safe:
            detail.tell([("VIEW", "Other clients and safety are hidden. F3 brings them back.")])
        elif row is None:
            detail.tell([("", "" if known.rows else self._nothing())])
        else:
            detail.tell(self._about(known, row))

    def _nothing(self) -> str:
        supervises = getattr(getattr(self.app, "status", None), "supervises", False)
        return f"{REVIEW}{NOTHING}" if supervises else NOTHING

    def _about(self, known: Today, row: Row) -> list[tuple[str, str]]:
        lines = [("WHY", (self._why and row.whole) or row.why)]
        if for_whom := known.covered.get(row.person_id):
            lines.append(("COVER", f"for {for_whom}"))
        if row.person:
            last = known.last_contact(row.person_id).sentence(self.shell.pack, known.now.date())
            lines.append(("LAST", last.removeprefix("Last contact ")))
            lines.append(("CLEARS", row.clears))
            lines.append(("ALSO", _also(known, row)))
            lines.append(("SAFETY", safety_words(row.hazards)))
        if self._why:
            for one in row.hazards:
                when = f", {day(one.observed_on)}" if one.observed_on else ""
                lines.append((f"{one.severity} {one.label}", f"{one.text} {one.source}{when}"))
        return lines

    def _rows(self, known: Today) -> list[TableRow]:
        """Every section with something in it under its heading, as many rows of each as there is room for."""
        sizes = {section: len(known.of(section)) for section in WORDS}
        counts = sizes if self._unfolded else shown(sizes, max(self.table.size.height - 1, 1))
        here = self.table.current_key
        made: list[TableRow] = []
        for section in WORDS:
            rows = known.of(section)
            if not rows:
                continue
            seen = picked(rows, counts[section], here)
            made.append(heading(section, rows, len(seen)))
            made += [self._cells(known, row) for row in seen]
        return made

    def _cells(self, known: Today, row: Row) -> TableRow:
        name = row.person.short if row.person else ""
        if row.person:
            name = f"{COVER} {name}" if row.person_id in known.covered else name
            name = self.name_marked(row.person_id, name)
        return cells(row, name, [one.width for one in COLUMNS])


def _also(known: Today, row: Row) -> str:
    """What else the same person owes, and who else is to be visited there."""
    listed = [one for one in known.rows if one.section is not Section.ALERTS and one.key != row.key]
    same = [f"{one.what} ({one.when})" for one in listed if one.person_id == row.person_id]
    there = [
        one.person.short
        for one in listed
        if row.owes is Owes.VISIT
        and one.owes is Owes.VISIT
        and one.where == row.where
        and one.person
        and one.person_id != row.person_id
    ]
    parts = [", ".join(dict.fromkeys(same))] if same else []
    if there:
        parts.append(f"{row.where}: {', '.join(dict.fromkeys(there))}")
    theirs = (one for one in known.of(Section.ALERTS) if one.person_id == row.person_id and one.key != row.key)
    alerts = [item.label for one in theirs for item in one.items]
    return "; ".join(parts + alerts)
