"""Review: what waits for a supervisor and for how long, what central holds, and the team with the work it carries."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import Connection
from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, TextArea

from fieldpo.plain import clock, count, short_day
from fieldpo.screens.case_wish import CaseWish
from fieldpo.screens.held_words import HELD_WORDS, held_state, held_what
from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.record_table import Column, RecordTable, TableRow
from fieldpo.store.queries.supervisor.held import Held
from fieldpo.store.queries.supervisor.review import Review, Waiting, review
from fieldpo.store.queries.supervisor.team import Member, cases_of
from fieldpo.sync.protocol.kinds import TeamCase

COLUMNS = (Column("WAITS", 9), Column("WHAT", 17), Column("CLIENT", 25), Column("OFFICER", 16), Column("BY", 12))
EMPTY = "Nothing waits, and no team is granted to you on this computer. t goes to Today."
HIDDEN = "(F3 shows)"


class ReviewScreen(CaseWish):
    """Reports first, the longest wait on top; then what is held; then the officers."""

    title_text = "REVIEW"
    section: ClassVar[tuple[str, ...]] = ("review",)
    help_text = (
        "What your team sent for approval, with its evidence, and what central holds: late entries, someone not "
        "listed, groups that wait for their rest. Enter opens one, to decide on it."
    )

    def __init__(self) -> None:
        super().__init__()
        self._review = Review()
        self._unfolded = ""
        self._cases: tuple[TeamCase, ...] = ()

    def body(self) -> ComposeResult:
        """The list, the story of its row, and where a reason is typed."""
        yield ListWithDetail(COLUMNS, nothing=EMPTY)
        yield TextArea(id="review-text")

    def on_mount(self) -> None:
        """Ask for the queue."""
        self.area.display = False
        self.table.focus()
        self.refresh_records()

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    def refresh_records(self) -> None:
        """Ask anew; the cursor stays."""
        pack, user_id, officer = self.shell.pack, self.shell.vault.identity.user_id, self._unfolded

        def ask(connection: Connection) -> tuple[Review, tuple[TeamCase, ...]]:
            return review(connection, pack, user_id), cases_of(connection, officer) if officer else ()

        self.load(ask, self._show)

    def watch_client_safe(self) -> None:
        """No client's name in the client-safe view."""
        self._paint()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """What fits the row under the cursor."""
        del parameters
        if not self.is_mounted:
            return None
        if action == "save" and not self.typing:
            return "There is nothing typed to send: w asks for a whole case."
        if action == "whole_case" and not self._subject()[0]:
            return "There is no client of your team on this row."
        return None

    def action_open(self) -> None:
        """Enter: the report, or what is held; an officer's cases; the case, or the question why."""
        here = self._here()
        if isinstance(here, Waiting):
            self.shell.go("review_report", report_id=here.report_id)
        elif isinstance(here, Held):
            self.shell.go("review_held", key=here.key)
        elif isinstance(here, Member):
            self._unfolded = "" if self._unfolded == here.officer_id else here.officer_id
            self.refresh_records()
        elif isinstance(here, TeamCase):
            self.action_whole_case()

    def action_whole_case(self) -> None:
        """Read the whole case, or ask for it."""
        self.read_or_wish(*self._subject())

    def action_save(self) -> None:
        """Send the reason."""
        self.send_wish()

    def action_back(self) -> None:
        """Out of the reason first."""
        if self.typing:
            self.close_area()
            self.table.focus()
        else:
            self.back()

    def close_area(self) -> None:
        """The cursor goes back to the list."""
        super().close_area()
        self.table.focus()

    def action_cursor_down(self) -> None:
        """Next row."""
        self.table.action_cursor_down()

    def action_cursor_up(self) -> None:
        """Row above."""
        self.table.action_cursor_up()

    @on(DataTable.RowHighlighted)
    def tell(self) -> None:
        """About the row under the cursor."""
        here = self._here()
        lines: list[tuple[str, str]] = []
        if isinstance(here, Waiting):
            lines = _of_report(here)
        elif isinstance(here, Held):
            late = " Longer than a week." if here.overdue else ""
            lines = [*held_state(here), ("WHAT", HELD_WORDS.get(here.reason, here.reason) + late), ("HAS", here.detail)]
            lines += [] if self.client_safe else here.parts
        elif isinstance(here, Member):
            reports = (
                f"{here.waiting} wait for you, {here.returned} with the officer" if here.waiting + here.returned else ""
            )
            lines = [("CASES", here.levels), ("REPORTS", reports), ("COVER", here.covered)]
        elif isinstance(here, TeamCase) and not self.client_safe:
            lines = [("CASE", f"{here.case_number}  {here.status}"), ("TO DO", "Enter asks for the whole case.")]
        self.query_one(ListWithDetail).detail.tell(lines)
        self.refresh_bindings()

    def _here(self) -> Waiting | Held | Member | TeamCase | None:
        key = self.table.current_key
        every: list[Waiting | Held | Member] = [*self._review.waiting, *self._review.held, *self._review.members]
        found = next((one for one in every if one.key == key), None)
        return found or next((one for one in self._cases if f"case:{one.case_id}" == key), None)

    def _subject(self) -> tuple[str, str]:
        here = self._here()
        if isinstance(here, Waiting):
            return here.subject_id, here.subject
        if isinstance(here, TeamCase):
            return here.subject_id, here.subject_name
        return "", ""

    def _show(self, found: tuple[Review, tuple[TeamCase, ...]]) -> None:
        self._review, self._cases = found
        waiting = sum(one.state == "submitted" and not one.decided and not one.own for one in self._review.waiting)
        self.heading = f"{count(waiting, 'report')} for you" if waiting else "no report waits"
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        found = self._review
        today = self.shell.now()
        rows: list[TableRow] = []
        for title, some in (
            ("REPORTS", [self._report_row(one, today) for one in found.waiting]),
            ("HELD AT CENTRAL", [self._held_row(one, today) for one in found.held]),
            ("TEAM", [row for one in found.members for row in self._member_rows(one)]),
        ):
            if some:
                rows += [TableRow(title, (title,), heading=True), *some]
        self.query_one(ListWithDetail).list_rows(rows)
        self.tell()

    def _report_row(self, one: Waiting, now: dt.datetime) -> TableRow:
        state = f"{one.decided}, unsent" if one.decided else "with officer" if one.state == "returned" else "report"
        what = f"{state} again" if one.answers and state == "report" else state
        by = short_day(one.due_on)[:6] if one.due_on else ""
        late = one.due_on is not None and one.due_on < now.date()
        return TableRow(
            one.key, (age(one.since, now), what, self._client(one.subject), one.officer, f"! {by}" if late else by)
        )

    def _held_row(self, one: Held, now: dt.datetime) -> TableRow:
        waits = f"! {age(one.since, now)}" if one.overdue else age(one.since, now)
        state = "! not done" if one.trouble else one.detail
        return TableRow(one.key, (waits, held_what(one), self._client(one.subject), one.officer, state))

    def _member_rows(self, one: Member) -> list[TableRow]:
        rows = [TableRow(one.key, ("", count(one.open_cases, "case"), "", one.name, ""))]
        if one.officer_id == self._unfolded:
            rows += [
                TableRow(
                    f"case:{case.case_id}", ("", f"  {case.level}", self._client(case.subject_name), "", case.status)
                )
                for case in self._cases
            ]
        return rows

    def _client(self, name: str) -> str:
        return HIDDEN if self.client_safe else name


def age(since: dt.datetime, now: dt.datetime) -> str:
    """How long something has waited: "3 days", "5 h"."""
    passed = max(now - since, dt.timedelta())
    return count(passed.days, "day") if passed.days else f"{passed.seconds // 3600} h"


def _of_report(here: Waiting) -> list[tuple[str, str]]:
    since = f"{short_day(here.since)} {clock(here.since)}"
    what = "Sent back" if here.state == "returned" else "Submitted again" if here.answers else "Submitted"
    by = f", answer by {short_day(here.due_on)}" if here.due_on else ""
    own = "It is your own: another supervisor decides." if here.own else ""
    sent = f"{here.decided.capitalize()} by you; it goes with the next sync." if here.decided else ""
    grave = f", severity {here.severity}" if here.severity else ""
    return [("WHAT", f"{what} {since}{grave}{by}."), ("NOTE", own or sent)]
