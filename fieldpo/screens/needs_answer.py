"""Needs your answer: conflicts field by field (theirs, mine, combine), and returned entries to edit or set aside; last
what central sent and nobody can read, which its administrator has to answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import DataTable, TextArea

from fieldpo.errors import FieldpoError
from fieldpo.messages import ActSaved
from fieldpo.plain import count
from fieldpo.screens.answering import Question, both, field_words, questions, send, typed_value, words
from fieldpo.screens.asked_rows import UNREAD, question_rows, unread_rows
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.decided_anew import decide_anew, may_be_decided_anew
from fieldpo.screens.fitting_answers import COMBINE, SAVE, SET_ASIDE, TAKE, why_not_answered, word_of_combine
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.record_table import Column, RecordTable
from fieldpo.store.acting.outbox_view import OutboxEntry, OutboxPage, outbox_page
from fieldpo.store.queries.agenda.unreadable import STATE, WHERE, Unreadable, unreadable_records

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldpo.store.acting.answers import Choice

COLUMNS = (Column("FIELD", 18), Column("MINE", 24), Column("THEIRS", 24), Column("ANSWER", 13))
PAGE = 500
"""Entries asked about at once: those that need an answer come first."""
NO_QUESTION = "There is no question here."
EMPTY = "Nothing needs your answer. t goes to Today; o shows what is not sent yet."


class NeedsAnswerScreen(FieldScreen):
    """A heading an entry, a row a field; ctrl+s saves the answer to the entry under the cursor."""

    title_text = "NEEDS YOUR ANSWER"
    section: ClassVar[tuple[str, ...]] = ("needs_answer",)
    help_text = (
        "Somebody else changed the same thing first, or central returned an entry. Nothing is lost: yours and theirs "
        "both stand here until you have answered. Go to a field, choose, and save with ctrl+s. What central sent in a "
        "form that cannot be read stands last: there is nothing to choose, but somebody to tell."
    )

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[str, Question] = {}
        self._unread: dict[str, Unreadable] = {}
        self._chosen: dict[str, Choice] = {}
        self._editing: Question | None = None
        self._sending: set[str] = set()
        """The ops whose answers are being saved: a second press adds nothing."""

    def body(self) -> ComposeResult:
        """The questions, the story of the row, and where a value is edited."""
        yield ListWithDetail(COLUMNS, nothing=EMPTY)
        yield TextArea(id="answer-text")

    def on_mount(self) -> None:
        """Ask for the questions."""
        self.query_one(TextArea).display = False
        self.table.focus()
        self.refresh_records()

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(RecordTable)

    def refresh_records(self) -> None:
        """Ask anew; the cursor and what was chosen stay."""
        self.load(_ask, self._show)

    def watch_client_safe(self) -> None:
        """Hide or show whose entries these are, and the value that is edited."""
        self._show_area()
        self._paint()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """What fits the row under the cursor."""
        if not self.is_mounted or action not in (TAKE, SAVE, SET_ASIDE):
            return None
        here = self._here()
        if here is None:
            unread = self.table.current_key in self._unread
            return "There is nothing to choose here: tell your administrator." if unread else NO_QUESTION
        if action == TAKE and self.client_safe:
            return "The values are hidden in this view. F3 swaps to the full one: look, then choose."
        chosen = self._editing is not None or bool(self._choices(here.entry))
        return why_not_answered(here, action, parameters, chosen=chosen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that answer are not offered where nothing is asked; pressed all the same, they say so."""
        nothing = not self._asked and action in (TAKE, SAVE, SET_ASIDE)
        return False if nothing else super().check_action(action, parameters)

    def word_for(self, action: str, parameters: tuple[object, ...]) -> str:
        """What 3 does on this row."""
        here = self._here() if self.is_mounted else None
        asked = here is not None and (action, parameters) == (TAKE, COMBINE)
        return word_of_combine(here.entry, returned=here.returned) if here and asked else ""

    def action_take(self, which: str) -> None:
        """1, 2, 3: answer this field."""
        from fieldpo.store.acting.answers import Keep

        here = self._here()
        if here is None:
            return
        if which == "combine":
            if may_be_decided_anew(here.entry):
                self._decide_anew(here.entry)
            elif here.entry.correctable:
                self._correct(here.entry)
            else:
                self._edit(here)
            return
        self._chosen[here.key] = Keep.THEIRS if which == "theirs" else Keep.MINE
        self._paint()
        self.table.action_cursor_down()

    def action_save(self) -> None:
        """Take the edited value; or save the answer to the entry under the cursor."""
        if self._editing is not None:
            if not self.client_safe:
                self._edited()
            return
        here = self._here()
        if here is None:
            return
        if here.entry.op_id in self._sending:
            return
        self._sending.add(here.entry.op_id)
        vault, now, choices = self.shell.vault, self.shell.now(), self._choices(here.entry)
        self.compute(lambda: send(vault, here.entry, choices, now), lambda _: self._answered(here.entry), keep=True)

    def action_set_aside(self) -> None:
        """Let a returned entry rest; central keeps it for review."""
        here = self._here()
        if here is None:
            return
        vault, now, op_id = self.shell.vault, self.shell.now(), here.entry.op_id

        def put() -> None:
            from fieldpo.store.acting.answers import set_aside

            set_aside(vault, op_id, now)

        self.compute(put, lambda _: self._answered(here.entry, "Set aside. Central keeps it for review."), keep=True)

    def action_back(self) -> None:
        """Out of the edited value first."""
        if self._editing is None:
            self.back()
        else:
            self._close_edit()

    def action_cursor_down(self) -> None:
        """Next field."""
        self.table.action_cursor_down()

    def action_cursor_up(self) -> None:
        """Field above."""
        self.table.action_cursor_up()

    @on(DataTable.RowHighlighted)
    def tell(self) -> None:
        """Both values in full."""
        here = self._here()
        detail = self.query_one(ListWithDetail).detail
        if (unread := self._unread.get(self.table.current_key)) is not None:
            detail.tell([("WHERE", WHERE), ("WHAT", unread.happened), ("TO DO", unread.to_do)])
        elif here is None or self.client_safe:
            detail.tell([])
        else:
            detail.tell(
                [
                    ("WHAT", here.entry.happened),
                    ("TO DO", here.entry.to_do),
                    ("MINE", words(here.mine)),
                    ("THEIRS", "" if here.returned else words(here.theirs)),
                ]
            )
        self.refresh_bindings()

    def _correct(self, entry: OutboxEntry) -> None:
        """A signed report stays as it is: what was typed goes into a draft, to be signed anew."""
        from fieldpo.screens.report_typed import FORM, begin_correction

        self.write(
            lambda connection: begin_correction(connection, entry),
            lambda draft_id: self.shell.go(FORM, person_id=entry.person_id, draft_id=draft_id),
        )

    def _decide_anew(self, entry: OutboxEntry) -> None:
        """A signed decision stays as it is: it is set aside, and what was written stands in the report's draft."""
        vault, now = self.shell.vault, self.shell.now()

        def opened(report_id: str) -> None:
            self._answered(entry, "Set aside. Decide on the report anew: b opens what you wrote.")
            self.shell.go("review_report", report_id=report_id)

        self.compute(lambda: decide_anew(vault, entry, now), opened, keep=True)

    def _edit(self, here: Question) -> None:
        self._editing = here
        area = self.query_one(TextArea)
        area.text = both(here)
        area.move_cursor(area.document.end)
        area.border_title = plain_content(f"{field_words(here.field)}: ctrl+s takes it, esc leaves it")
        self._show_area()

    def _show_area(self) -> None:
        """The value that is edited has the keys; the client-safe view hides it until it is seen again."""
        if not self.is_mounted:
            return
        area = self.query_one(TextArea)
        area.display = self._editing is not None and not self.client_safe
        (area if area.display else self.table).focus()
        self.refresh_bindings()

    def _edited(self) -> None:
        from fieldpo.store.acting.answers import Combined

        if self._editing is not None:
            value = typed_value(self._editing, self.query_one(TextArea).text)
            self._chosen[self._editing.key] = Combined(value)
        self._close_edit()
        self._paint()

    def _close_edit(self) -> None:
        self._editing = None
        self._show_area()

    def failed(self, error: FieldpoError) -> None:
        """What was chosen stands, and can be saved again."""
        self._sending.clear()
        super().failed(error)

    def _answered(self, entry: OutboxEntry, sentence: str = "Answered. It goes with the next sync.") -> None:
        self._sending.discard(entry.op_id)
        for key in [key for key in self._chosen if key.startswith(f"{entry.op_id}/")]:
            del self._chosen[key]
        self.shell.say(sentence)
        self.app.post_message(ActSaved(entry.act_id, entry.label))
        self.shell.records_changed()

    def _here(self) -> Question | None:
        return self._asked.get(self.table.current_key)

    def _choices(self, entry: OutboxEntry) -> dict[str, Choice]:
        return {
            one.field: self._chosen[one.key]
            for one in self._asked.values()
            if one.entry.op_id == entry.op_id and one.key in self._chosen
        }

    def _show(self, found: tuple[OutboxPage, list[Unreadable]]) -> None:
        page, unread = found
        self._asked = {one.key: one for one in questions(page.entries)}
        self._unread = {f"{UNREAD}{one.record_id}": one for one in unread}
        entries = len({one.entry.op_id for one in self._asked.values()})
        parts = [count(entries, "entry") if entries else "", f"{len(unread)} {STATE}" if unread else ""]
        self.heading = ", ".join(part for part in parts if part)
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        safe = self.client_safe
        rows = question_rows(self._asked.values(), self._chosen, self.shell.now(), client_safe=safe)
        rows += unread_rows(self._unread, client_safe=safe)
        self.query_one(ListWithDetail).list_rows(rows)
        self.tell()


def _ask(connection: Connection) -> tuple[OutboxPage, list[Unreadable]]:
    return outbox_page(connection, PAGE), unreadable_records(connection)
