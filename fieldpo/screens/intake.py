"""Someone not listed: a new case met in the field, or a contact for a colleague's client; central matches by ID."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label

from fieldpo.errors import BadInput
from fieldpo.screens.form import FormScreen
from fieldpo.screens.person_form import keyed
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.store.acting.acts import Act
from fieldpo.store.acting.drafts import Draft, drafts
from fieldpo.store.entries.report import IntakeForm, intake_act
from fieldpo.store.queries.forms.intakes import became
from fieldpo.supervision.calendar import local

NEW_CASE, COLLEAGUE = "new_case", "colleague"
_FIELDS = (
    ("family", "Family", ""),
    ("given", "Given", ""),
    ("agency", "Agency ID", "by this central finds them"),
    ("born", "Born", "yyyy-mm-dd"),
    ("phone", "Phone", ""),
    ("address", "Address", ""),
)


class IntakeScreen(FormScreen):
    """Names and the agency's ID, what it is for, and the contact if there was one."""

    title_text = "SOMEONE NOT LISTED"
    form_name = "intake"
    help_text = (
        "The family name is needed; the agency's ID lets central match. Without a match your supervisor sees it."
    )

    def __init__(self, draft_id: str | None = None) -> None:
        super().__init__(None, draft_id=draft_id)
        self._opened: dt.datetime | None = None
        self._became: tuple[str, ...] = ()

    def body(self) -> ComposeResult:
        """Six fields, four rows, the note."""
        pack = self.shell.pack
        yield self.draft_row()
        purposes = (Choice("n", "new case", NEW_CASE), Choice("l", f"colleague's {pack.labels.client}", COLLEAGUE))
        for name, label, hint in _FIELDS:
            yield Horizontal(Label(f"  {label}", classes="field"), Input(id=name, placeholder=hint), classes="line")
        yield ChoiceRow("For", purposes, picked=NEW_CASE, id="for")
        yield ChoiceRow("Kind", (Choice("0", "no contact", ""), *keyed(pack.contact_kinds)), id="kind")
        yield ChoiceRow("Place", keyed(pack.places), id="place")
        yield ChoiceRow("Outcome", (), id="outcome")
        yield NoteArea(id="note")
        yield from self.bottom()

    def on_mount(self) -> None:
        """Ask for a draft."""
        self._opened = self.shell.now()
        self.query_one(NoteArea).border_title = "Note"
        wanted = self.draft_id if self.asked_for_draft else None

        def ask(connection: Connection) -> Draft | None:
            kept = [one for one in drafts(connection, self.form_name) if wanted in (None, one.draft_id)]
            return kept[0] if kept else None

        self._lay_out()
        self.load(ask, self.offer)
        self.load(lambda connection: became(connection, self.shell.now()), self._tell_became, group="became")

    def watch_client_safe(self) -> None:
        """What became of others is not for a client's eyes."""
        if self.is_mounted and self._became:
            self._tell_became(self._became)

    def _tell_became(self, lines: tuple[str, ...]) -> None:
        self._became = lines
        if lines and self._asked is None:
            self.tell("" if self.client_safe else "\n".join(lines))

    def begin(self) -> None:
        """The name."""
        self.set_focus(self.query_one("#family", Input))

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        if event.input.id != "ask":
            event.stop()
            self.focus_next()

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """A kind brings its places and outcomes."""
        del code
        if row.id in ("kind", "place"):
            self._lay_out()
        if row.id == "outcome" or (row.id == "kind" and not row.code):
            self.set_focus(self.query_one(NoteArea))
            return False
        return True

    def _lay_out(self) -> None:
        pack, kind = self.shell.pack, self._row("kind").code
        meant = next((one for one in pack.contact_kinds if one.code == kind), None)
        self._row("place").display = meant is not None and meant.has_place
        self._row("outcome").display = meant is not None
        place = self._row("place").code if meant is not None and meant.has_place else ""
        self._row("outcome").offer(keyed(pack.outcomes_for(kind, place)) if meant else ())

    def _row(self, name: str) -> ChoiceRow:
        return self.query_one(f"#{name}", ChoiceRow)

    def _field(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def act(self) -> Act:
        """The intake. Raises BadInput without a family name, or for a birth date that is none."""
        kind = self._row("kind").code
        if kind and not self._row("outcome").code:
            self.set_focus(self._row("outcome"))
            raise BadInput("Choose the outcome of the contact first. Nothing was saved; the draft is kept.")
        form = IntakeForm(
            entry_id=self.draft_id,
            family_name=self._field("family"),
            given_name=self._field("given"),
            agency_id=self._field("agency"),
            birth_date=self._born(),
            phone=self._field("phone"),
            address=self._field("address"),
            purpose=self._row("for").code or NEW_CASE,
            occurred_at=self._opened if kind else None,
            contact=kind,
            place=self._row("place").code if self._row("place").display else "",
            outcome=self._row("outcome").code if kind else "",
            note=self.query_one(NoteArea).text,
            officer_id=self.shell.vault.identity.user_id,
        )
        return intake_act(self.shell.pack, form, self.shell.now())

    def _born(self) -> dt.date | None:
        typed = self._field("born").strip()
        try:
            return dt.date.fromisoformat(typed) if typed else None
        except ValueError:
            self.set_focus(self.query_one("#born", Input))
            raise BadInput("Type the date of birth as 1990-04-23, or leave it empty. The draft is kept.") from None

    def state(self) -> Mapping[str, Any]:
        """Everything typed and chosen."""
        return {
            "opened": self._opened.isoformat() if self._opened else None,
            "fields": {name: self._field(name) for name, _, _ in _FIELDS},
            "picked": {name: list(self._row(name).picked) for name in ("for", "kind", "place", "outcome")},
            "note": self.query_one(NoteArea).text,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left; a contact was when the form was begun."""
        if begun := state.get("opened"):
            self._opened = local(dt.datetime.fromisoformat(begun), self.shell.pack)
        for name, value in state["fields"].items():
            self.query_one(f"#{name}", Input).value = value
        for name in ("for", "kind", "place"):
            self._row(name).picked = tuple(state["picked"][name])
        self._lay_out()
        self._row("outcome").picked = tuple(state["picked"]["outcome"])
        self.query_one(NoteArea).put(state["note"])
