"""Attempted – no contact: one digit says why, `d` that a card was left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Static

from fieldpo.plain import clock, short_day
from fieldpo.screens.person_form import Asked, PersonForm, keyed
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.screens.widgets.when_row import WhenRow
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.contact import Booked, ContactForm, contact_act
from fieldpo.supervision.written.codes import label_of

FACE_TO_FACE, HOME = "face_to_face", "home"


class AttemptedScreen(PersonForm):
    """An attempt at a contact. It never counts as one, and is kept in the ledger of attempts."""

    title_text = "ATTEMPTED, NO CONTACT"
    form_name = "attempted"
    help_text = "A digit says why there was no contact. An attempt never counts as a contact."

    def body(self) -> ComposeResult:
        """Why, the card, when, how and where, the note."""
        pack = self.shell.pack
        reasons = (Choice(reason.key, reason.label, reason.outcome) for reason in pack.no_contact_reasons)
        yield self.draft_row()
        yield ChoiceRow("Why", reasons, id="why")
        yield ChoiceRow("Card", (Choice("d", "card left", "left"),), many=True, id="card")
        yield WhenRow(pack, self.shell.now, "When did you try? As in 1405, or yesterday 14:05")
        yield ChoiceRow("Kind", keyed(pack.contact_kinds), picked=FACE_TO_FACE, visited=False, id="kind")
        yield ChoiceRow("Place", keyed(pack.places), picked=HOME, visited=False, id="place")
        yield Static(id="last")
        yield NoteArea(id="note")
        yield from self.bottom()

    def show(self, asked: Asked) -> None:
        """Where and when: the visit that was booked for today, else the home and now."""
        whose, pack = asked.whose, self.shell.pack
        self.note.border_title = "Note"
        self.when.begin(self.opened)
        if booked := self._visit():
            meant = next((kind for kind in pack.appointment_kinds if kind.code == booked.kind), None)
            self.row("kind").picked = ((meant and meant.contact_kind) or FACE_TO_FACE,)
            self.row("place").picked = (booked.place,) if booked.place else ()
        outcomes = {outcome.code: outcome for outcome in pack.outcomes}
        tries = [one for one in whose.last if one.outcome in outcomes and outcomes[one.outcome].attempt]
        words = ", ".join(
            f"{short_day(one.occurred_at)} {clock(one.occurred_at)} {label_of(pack.outcomes, one.outcome)}"
            for one in tries[:2]
        )
        self.query_one("#last", Static).update(plain_content(f"  Tries     {words or 'none among the last entries'}"))

    def _visit(self) -> Booked | None:
        """The appointment that the attempt answers: one asked for, else today's where the officer goes out to."""
        booked = self.whose.booked
        if booked is None or booked.starts_at > self.opened + dt.timedelta(hours=2):
            return None
        return booked if self.appointment_id or booked.place in ("home", "field", "work", "") else None

    def act(self) -> Act:
        """The attempt. Raises BadInput without a why."""
        self.require("why")
        whose = self.whose
        return contact_act(
            self.shell.pack,
            ContactForm(
                entry_id=self.draft_id,
                person_id=whose.name.person_id,
                short_name=whose.name.short,
                officer_id=self.shell.vault.identity.user_id,
                case_id=whose.case_id,
                occurred_at=self.when.moment,
                entered_at=self.shell.now(),
                contact=self.row("kind").code or FACE_TO_FACE,
                place=self.row("place").code,
                outcome=self.row("why").code,
                card_left="left" in self.row("card").picked,
                note=self.note.text,
                appointment=self._visit(),
            ),
        )

    def state(self) -> Mapping[str, Any]:
        """Everything chosen and typed."""
        return {
            "picked": self.picked("why", "card", "kind", "place"),
            "occurred_at": self.when.moment.isoformat(),
            "note": self.note.text,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.pick(state["picked"])
        self.when.restore(state["occurred_at"])
        self.note.put(state["note"])
