"""Not sent: every entry that central has not simply taken; where it is, what happened, what to do."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from fieldpo.plain import clock, count, short_day
from fieldpo.screens.answering import entry_words, typed_words
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.widgets.list_with_detail import ListWithDetail
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.acting.outbox_view import OutboxEntry, OutboxPage, Place, outbox_page
from fieldpo.store.applying import purge

COLUMNS = (Column("SAVED", 17), Column("WHERE IT IS", 20), Column("CLIENT", 20), Column("ENTRY", 22))
PAGE = 500
"""Rows listed at once; `fieldpo outbox` lists all."""
HIDDEN = "(F3 shows)"
EMPTY = "Every entry is sent and answered. n on a person's row logs a contact; t goes to Today."


class NotSentScreen(FieldScreen):
    """One row an entry: what needs an answer, what is held up, then the oldest first; below it the row's story."""

    title_text = "NOT SENT"
    section: ClassVar[tuple[str, ...]] = ("not_sent",)
    help_text = (
        "Every entry here is safe in the vault on this computer. What is not sent yet goes by itself when the network "
        "is there; what needs your answer waits for you. Not taken means refused even alone, by central or something "
        "on the way to it: it delays only what belongs to it, and r tries it once more."
    )

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[str, OutboxEntry] = {}
        self._left = 0
        self._asked = False

    def body(self) -> ComposeResult:
        """The list, and the story of its row."""
        yield Static(id="not-sent-left")
        yield ListWithDetail(COLUMNS, nothing=EMPTY)

    def on_mount(self) -> None:
        """Ask for the entries."""
        self.query_one("#not-sent-left").display = False
        self.panes.table.focus()
        self.refresh_records()

    @property
    def panes(self) -> ListWithDetail:
        """The list and its detail."""
        return self.query_one(ListWithDetail)

    def refresh_records(self) -> None:
        """Ask anew; the cursor stays on its entry."""
        self.load(lambda connection: outbox_page(connection, PAGE), self._show)
        user_id = self.shell.vault.identity.user_id
        self.load(lambda connection: purge.held_back(connection, user_id), self._show_left, group="left")

    def watch_client_safe(self) -> None:
        """Hide or show whose entries these are."""
        self._paint()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """There must be an entry, and of a person; clients must have left."""
        del parameters
        if action == "remove_left" and not self._left:
            return "No clients wait to be removed from this computer."
        if action not in ("open", "try_again") or not self.is_mounted:
            return None
        entry = self._here()
        if entry is None:
            return "There is no entry here."
        if action == "try_again":
            return None if entry.place is Place.NOT_TAKEN else "Only an entry that was not taken is tried again so."
        return None if entry.needs_answer or entry.person_id else "This entry belongs to no person."

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key that tries again is offered where something was not taken; pressed elsewhere, it says so."""
        nothing = action == "try_again" and all(one.place is not Place.NOT_TAKEN for one in self._entries.values())
        return False if nothing else super().check_action(action, parameters)

    def action_open(self) -> None:
        """The question, where it has one; else the person."""
        entry = self._here()
        if entry is not None and entry.needs_answer:
            self.shell.go("needs_answer")
        elif entry is not None and entry.person_id:
            self.shell.go("person", person_id=entry.person_id)

    def action_try_again(self) -> None:
        """The entry goes once more, with those that it was saved together with; the receipt tells how it went."""
        entry = self._here()
        if entry is None:
            return
        vault, now = self.shell.vault, self.shell.now()

        def again() -> None:
            from fieldpo.store.acting.trying_again import try_again

            try_again(vault, [entry.op_id], now)

        self.compute(again, lambda _: self._waits_again(), group="try_again", keep=True)

    def _waits_again(self) -> None:
        self.shell.records_changed()
        self.app.call_later(self.app.run_action, "app.sync")

    def action_remove_left(self) -> None:
        """Clients who left at once go from this computer: asked once, done at the second press."""
        if not self._asked:
            self._asked = True
            gone = count(self._left, "client")
            self.shell.say(f"D once more removes {gone} from this computer. Central keeps all of theirs.")
            return
        self._asked = False
        vault, now = self.shell.vault, self.shell.now()
        self.compute(lambda: purge.confirm_purge(vault, now), self._removed, group="remove_left", keep=True)

    def _removed(self, gone: int) -> None:
        kept = self._left - gone
        more = (
            f" {count(kept, 'client')} {'waits' if kept == 1 else 'wait'} for entries of yours to be sent or answered."
            if kept > 0
            else ""
        )
        self.shell.say(f"{count(gone, 'client')} removed from this computer.{more}")
        self.shell.records_changed()

    def _show_left(self, clients: int) -> None:
        self._left, self._asked = clients, False
        told = self.query_one("#not-sent-left", Static)
        told.display = clients > 0
        if clients:
            told.update(Content("\n".join((*purge.held_back_words(clients), "D removes them from this computer."))))
        self.refresh_bindings()

    def action_cursor_down(self) -> None:
        """Next entry."""
        self.panes.table.action_cursor_down()

    def action_cursor_up(self) -> None:
        """Entry above."""
        self.panes.table.action_cursor_up()

    @on(DataTable.RowHighlighted)
    def tell(self) -> None:
        """The story of the row under the cursor."""
        entry = self._here()
        if entry is None:
            self.panes.detail.tell([])
            return
        lines = [("WHERE", entry.where), ("WHAT", entry.happened), ("TO DO", entry.to_do)]
        if not self.client_safe:
            lines += [("SAVED", entry.label), ("TYPED", typed_words(entry))]
        self.panes.detail.tell(lines)
        self.refresh_bindings()

    def _here(self) -> OutboxEntry | None:
        return self._entries.get(self.panes.table.current_key)

    def _show(self, page: OutboxPage) -> None:
        self._entries = {entry.op_id: entry for entry in page.entries}
        more = f"; the first {len(page.entries)} are listed" if page.count > len(page.entries) else ""
        self.heading = f"{count(page.count, 'entry')}, all kept here{more}" if page.count else ""
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        self.panes.list_rows([self._row(entry) for entry in self._entries.values()])
        self.tell()

    def _row(self, entry: OutboxEntry) -> TableRow:
        saved = entry.saved_at.astimezone(self.shell.now().tzinfo)
        when = f"{short_day(saved)} {clock(saved)}"
        name, label = (HIDDEN, "") if self.client_safe else (entry.person_name, entry_words(entry))
        place = f"! {entry.place}" if entry.needs_answer else str(entry.place)
        return TableRow(entry.op_id, (when, place, name, label))
