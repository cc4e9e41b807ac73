"""Log contact: letters for what happened, a template for the note, and the next appointment, in one save."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from fieldpo.plain import clock, short_day
from fieldpo.screens.person_form import Asked, PersonForm, keyed
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.clearing_lines import ClearingLines
from fieldpo.screens.widgets.folded_row import FoldedRow
from fieldpo.screens.widgets.next_appointment import NextAppointment
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.screens.widgets.template_row import TemplateRow
from fieldpo.screens.widgets.told_row import ToldRow
from fieldpo.screens.widgets.verified_row import VerifiedRow
from fieldpo.screens.widgets.when_row import WhenRow
from fieldpo.store.acting.acts import Act, Saved
from fieldpo.store.entries.contact import ContactForm, contact_act
from fieldpo.store.entries.facts.kinds import FACTS
from fieldpo.store.queries.forms.clearing import Clearing
from fieldpo.store.queries.rules.owed import owed_by
from fieldpo.supervision.appointments import Slot
from fieldpo.supervision.calendar import local
from fieldpo.supervision.standards.case import Contact
from fieldpo.supervision.standards.counting import people_of
from fieldpo.supervision.written.codes import by_code, label_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

FACE_TO_FACE = "face_to_face"
USUAL_KIND = "office"


PICKED = ("kind", "place", "outcome", "with", "template", "purpose", "technique", "sensitive")
"""The rows whose choice a draft keeps as it is."""


class LogContactScreen(PersonForm):
    """A contact with one person."""

    title_text = "LOG CONTACT"
    form_name = "log_contact"
    opens_client_safe = True
    help_text = "Letters act only in the row marked >, which moves on by itself. Up goes back, Enter keeps what stands."

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.reason = ""

    def body(self) -> ComposeResult:
        """The rows of the mock-up, the note between them."""
        pack = self.shell.pack
        yield self.draft_row()
        yield WhenRow(pack, self.shell.now, "When did it begin? As in 1405, or yesterday 14:05")
        yield ChoiceRow("Kind", keyed(pack.contact_kinds), id="kind")
        yield ChoiceRow("Place", keyed(pack.places), id="place")
        yield ChoiceRow("Outcome", (), id="outcome")
        yield ChoiceRow("With", keyed(pack.with_whom), many=True, visited=False, id="with")
        yield ToldRow(pack)
        yield VerifiedRow(pack)
        purposes = (*keyed(pack.purposes), Choice("0", "none", ""))
        yield FoldedRow("Purpose", purposes, visited=False, id="purpose")
        yield FoldedRow("Technique", keyed(pack.techniques), many=True, visited=False, id="technique")
        yield TemplateRow(pack, "Template")
        yield NoteArea(id="note")
        yield ClearingLines()
        yield Static(id="last")
        yield NextAppointment(pack, self.shell.now, pack.next_appointments, USUAL_KIND)
        yield ChoiceRow("Sensitive", keyed(pack.sensitivities), picked="normal", visited=False, id="sensitive")
        yield from self.bottom()

    def show(self, asked: Asked) -> None:
        """Fill in what the appointment says."""
        whose, pack = asked.whose, self.shell.pack
        self.note.border_title = "Note"
        if (booked := whose.booked) is not None:
            meant = next((kind for kind in pack.appointment_kinds if kind.code == booked.kind), None)
            self.row("kind").picked = (meant.contact_kind,) if meant and meant.contact_kind else ()
            self.row("place").picked = (booked.place,) if booked.place else ()
        alone = tuple(w.code for w in pack.with_whom[:1])
        self.row("with").picked = ("interpreter",) if whose.interpreter else alone
        self.when.begin(self._begins(), whose.booked)
        self._offer_choices()
        self._count_next()
        self._paint_last()
        self.query_one(ClearingLines).begin(asked.more)
        self._count_clears()

    def ask_more(self, connection: Connection) -> object:
        """What the person owes, for what this contact clears of it."""
        return owed_by(connection, self.shell.pack, str(self.person_id), self.opened.date())

    def begin(self) -> None:
        """The first row that the appointment did not fill."""
        for row in self.rows():
            if row.visited and row.useful and not (row.picked or self._has_no_place(row)):
                self.set_focus(row)
                return
        self.focus_first()

    def _has_no_place(self, row: ChoiceRow) -> bool:
        """Whether the row is the place of a booked call, which has none: the appointment filled that in too."""
        booked = self.whose.booked
        if row.id != "place" or booked is None:
            return False
        meant = next((kind for kind in self.shell.pack.appointment_kinds if kind.code == booked.kind), None)
        return meant is not None and bool(meant.contact_kind) and not meant.place

    # -- choices

    def choice_made(self, row: ChoiceRow, code: str, *, moves_on: bool) -> None:
        """What the contact clears follows from its rows."""
        super().choice_made(row, code, moves_on=moves_on)
        self._count_clears()

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """What a choice brings with it."""
        if row.id in ("kind", "place"):
            self._offer_choices()
            self._count_next()
        elif row.id == "outcome" and code:
            self._outcome_chosen(code)
        elif row.id == "with":
            self._with_chosen(code)
        elif row.id == "template":
            self._template_chosen()
        elif row.id == "told":
            self._begin_note_anew()
        return True

    def _outcome_chosen(self, code: str) -> None:
        outcome = by_code(self.shell.pack.outcomes, code)
        if outcome.needs_reason:
            self.ask(f"{outcome.label[:1].upper()}{outcome.label[1:]}: why?", self._take_reason, value=self.reason)
            self._came_from = self.row("template")
        else:
            self.reason = ""

    def _take_reason(self, typed: str) -> None:
        self.reason = typed

    def _with_chosen(self, code: str) -> None:
        alone = self.shell.pack.with_whom[0].code
        row = self.row("with")
        row.picked = (alone,) if code == alone else tuple(one for one in row.picked if one != alone)

    def _template_chosen(self) -> None:
        template = self.template.standing
        if template is not None:
            told = self.query_one(ToldRow)
            told.mark_same(template.told)
            if template.outcome and not self.row("outcome").code:
                self.row("outcome").picked = (template.outcome,)
        self._begin_note_anew()

    # -- what follows from what

    def _count_clears(self) -> None:
        """What this contact clears, counted in a thread; it takes the place of the last contact's line."""
        kind, outcome, lines = self.row("kind").code, self.row("outcome").code, self.query_one(ClearingLines)
        contact = None
        if kind and outcome:
            when = local(self.when.moment, self.shell.pack).date()
            people = people_of(self.shell.pack, self.row("with").picked)
            verified = tuple(self.query_one(VerifiedRow).verified)
            contact = Contact(when, kind, self.row("place").code, outcome, people, verified)
        if lines.asks(contact):
            self.compute(lambda: lines.count(contact), self._show_clears, group="clears")

    def _show_clears(self, counted: Clearing) -> None:
        self.query_one(ClearingLines).tell(counted)
        self.query_one("#last").display = not counted.clears

    def _begins(self) -> dt.datetime:
        """The appointment's time, or now: a contact never begins ahead."""
        booked = self.whose.booked
        return min(booked.starts_at, self.opened) if booked else self.opened

    def _offer_choices(self) -> None:
        """The outcomes and templates of this kind and place; a kind without a place has none."""
        pack = self.shell.pack
        kind, place = self.row("kind").code, self.row("place").code
        meant = next((k for k in pack.contact_kinds if k.code == kind), None)
        has_place = meant is None or meant.has_place
        self.row("place").display = has_place
        if not has_place:
            self.row("place").picked = ()
            place = ""
        self.row("outcome").offer(keyed(pack.outcomes_for(kind, place)) if kind else ())
        self.template.offer_for(kind, place)

    def _count_next(self) -> None:
        whose = self.whose
        kind = whose.booked.kind if whose.booked else self._kind_made()
        length = whose.booked.minutes if whose.booked else 15
        moment = self.when.moment
        quarter = moment.replace(minute=moment.minute // 15 * 15)
        start = whose.booked.starts_at if whose.booked else quarter
        self.next_row.count_from(Slot(start, length), kind, whose.ahead, self.opened.date())
        if whose.upcoming:
            first = next((one for one in whose.upcoming if one != whose.booked), None)
            self.next_row.value = f"has {short_day(first.starts_at)} {clock(first.starts_at)};" if first else ""

    def _kind_made(self) -> str:
        """The appointment kind like this contact: an office report for one at the office."""
        kind, place = self.row("kind").code or FACE_TO_FACE, self.row("place").code
        fits = (k.code for k in self.shell.pack.appointment_kinds if k.contact_kind == kind and k.place in ("", place))
        return next(fits, self.shell.pack.appointment_kinds[0].code)

    def _begin_note_anew(self) -> None:
        """Fill the template in, unless the officer has typed into the note since."""
        last = self.whose.last[0].occurred_at.date() if self.whose.last else None
        if not self.template.begin_note(self.note, self.query_one(ToldRow).told, last):
            self.tell("The note was typed into and stays as it is: bring it in line with what you marked.")

    def _paint_last(self) -> None:
        pack = self.shell.pack
        if not self.whose.last:
            words = "none on this laptop"
        else:
            one = self.whose.last[0]
            place = label_of(pack.places, one.place) if one.place else label_of(pack.contact_kinds, one.contact)
            words = f"{short_day(one.occurred_at)}: {place}, {label_of(pack.outcomes, one.outcome)}"
        self.query_one("#last", Static).update(plain_content(f"  Last      {words}"))

    # -- saving

    def act(self) -> Act:
        """The contact, its appointment's state and the next one. Raises FieldpoError for what is missing."""
        whose, pack = self.whose, self.shell.pack
        self.require("kind", "outcome")
        return contact_act(
            pack,
            ContactForm(
                entry_id=self.draft_id,
                person_id=whose.name.person_id,
                short_name=whose.name.short,
                officer_id=self.shell.vault.identity.user_id,
                case_id=whose.case_id,
                occurred_at=self.when.moment,
                entered_at=self.shell.now(),
                minutes=whose.booked.minutes if whose.booked else None,
                contact=self.row("kind").code,
                place=self.row("place").code,
                outcome=self.row("outcome").code,
                present=self.row("with").picked,
                purpose=self.row("purpose").code,
                techniques=self.row("technique").picked,
                told=self.query_one(ToldRow).told,
                verified=self.query_one(VerifiedRow).verified,
                template=self.template.code,
                reason=self.reason,
                note=self.note.text,
                sensitivity=self.row("sensitive").code or "normal",
                appointment=whose.booked,
                next_appointment=self.next_row.suggestion,
            ),
        )

    def after_save(self, saved: Saved) -> None:
        """Back; where the client told of another home or job, on to the record of it."""
        shell, told = self.shell, self.query_one(ToldRow).told
        changed = tuple(one.kind for one in FACTS.values() if one.told_item and told.get(one.told_item) is False)
        super().after_save(saved)
        if changed and not saved.already:
            shell.go("new_fact", person_id=self.whose.name.person_id, told=changed)

    def state(self) -> Mapping[str, Any]:
        """Everything chosen and typed."""
        return {
            "picked": self.picked(*PICKED),
            "occurred_at": self.when.moment.isoformat(),
            "told": dict(self.query_one(ToldRow).told),
            "verified": dict(self.query_one(VerifiedRow).verified),
            "reason": self.reason,
            "note": self.note.text,
            "begun": self.template.begun,
            "next": self.next_row.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.pick(state["picked"])
        self._offer_choices()
        self.when.restore(state["occurred_at"])
        self.query_one(ToldRow).told = state["told"]
        self.query_one(VerifiedRow).verified = state["verified"]
        self.reason = state["reason"]
        self.template.begun = state["begun"]
        self.note.put(state["note"])
        self._count_next()
        self.next_row.restore(state["next"])
        self._count_clears()
