"""Home visit: hazards before the door; after it only what the client may see; the checklist, the note, the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from fieldpo.plain import clock, minutes
from fieldpo.screens.home_visit_words import before_the_door
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.safe import filled
from fieldpo.screens.widgets.checklist import Checklist
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.next_appointment import NextAppointment
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.screens.widgets.template_row import TemplateRow
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.contact import VisitForm, visit_act
from fieldpo.store.entries.when import visit_times
from fieldpo.store.queries.forms.clearing import owed_at_the_door
from fieldpo.store.queries.forms.visit_place import VisitPlace, visit_place
from fieldpo.store.queries.rules.owed import owed_by
from fieldpo.supervision.appointments import Slot
from fieldpo.supervision.calendar import local
from fieldpo.supervision.written.codes import label_of
from fieldpo.supervision.written.visits import ChecklistItem

FACE_TO_FACE, HOME = "face_to_face", "home"
SEEN, SOMEONE_ELSE = "seen", "someone_else"
IDENTITY = "identity"
_CHECKLIST_LINES = 12
"""Lines that title, status, door, checklist, the line above the keys and the keys need."""
_AFTER_LINES = 17
"""The same with the note and the next appointment, which before arrival give way to what is read first."""


class HomeVisitScreen(PersonForm):
    """a arrived, l left, the checklist, 1 or 2 for the note, the next appointment."""

    title_text = "HOME VISIT"
    form_name = "home_visit"
    help_text = (
        "Read first. a on arrival hides what the client must not see; F3 brings it back. Nobody is alerted offline."
    )

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.arrived_at: dt.datetime | None = None
        self.left_at: dt.datetime | None = None
        self.place: VisitPlace | None = None

    def body(self) -> ComposeResult:
        """The five sections of the mock-up."""
        pack = self.shell.pack
        door = (
            Choice("a", "arrived", "arrived"),
            Choice("l", "left", "left"),
            Choice("x", "no contact", "none"),
            Choice("b", "enter later", "later"),
        )
        yield self.draft_row()
        yield VerticalScroll(Static(id="before-words"), id="before")
        yield Static(id="safety", classes="hidden")
        yield ChoiceRow("At door", door, id="door")
        with Vertical(id="after"):
            yield Static(id="checklist-head", classes="section")
            yield Checklist(pack)
            yield TemplateRow(pack, "Note")
            yield NoteArea(id="note")
            yield NextAppointment(pack, self.shell.now, pack.next_after_visit, HOME, length=30)
        yield from self.bottom()

    def ask_more(self, connection: Connection) -> object:
        """What is read before the door."""
        pack, person_id, today = self.shell.pack, str(self.person_id), self.opened.date()
        found = owed_by(connection, pack, person_id, today)
        return visit_place(connection, pack, person_id), owed_at_the_door(found, today)

    def show(self, asked: Asked) -> None:
        """Hazards first."""
        whose = asked.whose
        if not isinstance(asked.more, tuple):
            return
        self.place, owed = asked.more
        self.template.offer_for(FACE_TO_FACE, HOME)
        self.query_one("#before-words", Static).update(
            before_the_door(self.shell.pack, whose, self.place, self.opened.date(), owed)
        )
        booked = whose.booked
        start = booked.starts_at if booked else self.opened
        self.next_row.count_from(Slot(start, booked.minutes if booked else 30), HOME, whose.ahead, self.opened.date())
        self._paint_door()
        draft = whose.draft
        if draft is not None and draft.state["arrived_at"] and not draft.state["left_at"]:
            self.show_client_safe()  # the officer may still stand at the door
        self._lay_out()

    def begin(self) -> None:
        """At the door."""
        self.set_focus(self.row("door"))
        self._lay_out()

    @property
    def checklist(self) -> Checklist:
        """The checklist."""
        return self.query_one(Checklist)

    # -- the two views

    def watch_client_safe(self) -> None:
        """Only the name, the door, the checklist, the note and a count of the hazards stay."""
        self._lay_out()

    def on_resize(self) -> None:
        """The hazards keep their room."""
        self._lay_out()

    def _lay_out(self) -> None:
        if not self.is_mounted:
            return
        safety = self.query_one("#safety", Static)
        number = len(self.place.hazards) + len(self.place.orders) if self.place else 0
        safety.update(filled(" [b]SAFETY $number (F3)[/b]", number=str(number)))
        safety.set_class(not self.client_safe, "hidden")
        before = self.query_one("#before", VerticalScroll)
        before.display = not self.client_safe
        before.styles.max_height = max(self.size.height - _CHECKLIST_LINES, 6)
        crowded = not self.client_safe and self._before_lines() + _AFTER_LINES > self.size.height
        for later in (self.template, self.note, self.next_row):
            later.display = self.arrived_at is not None or not crowded

    def _before_lines(self) -> int:
        words = self.query_one("#before-words", Static)
        return words.get_content_height(self.size, self.size, max(self.size.width - 2, 20))

    # -- choices

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """What a key does."""
        if row.id == "door":
            row.picked = ()
            return self._at_door(code)
        if row.id == "template":
            self.template.begin_note(self.note, {}, None)
        return True

    def _at_door(self, code: str) -> bool:
        now = local(self.shell.now(), self.shell.pack).replace(microsecond=0)
        if code == "arrived":
            if self.arrived_at is None:
                self.arrived_at = now
            self._arrived()
            return False
        if code == "left" and self.arrived_at is not None:
            self.left_at = now
            self._paint_door()
            self.set_focus(self.checklist)
            return False
        if code == "left":
            self.tell("Press a when you arrive first, or b to enter when you did.")
        elif code == "later":
            self.ask("Arrived, and minutes stayed, as in 1405 20", self._take_times)
        elif code == "none":
            self._no_contact()
        return False

    def _arrived(self) -> None:
        self._paint_door()
        self.show_client_safe()
        self._lay_out()
        self.keep_draft()

    def _take_times(self, typed: str) -> None:
        arrived, stayed = visit_times(typed, self.shell.now(), self.shell.pack)
        self.arrived_at = arrived
        self.left_at = arrived + dt.timedelta(minutes=stayed) if stayed is not None else None
        self._paint_door()
        self._lay_out()
        self.set_focus(self.checklist)

    def _no_contact(self) -> None:
        """The attempt's own form takes this one's place."""
        if self.draft_writer() is not None:
            self.keep_draft()
        booked = self.whose.booked
        appointment = booked.appointment_id if booked and booked.place == HOME else None
        self.app.pop_screen()
        self.shell.go("attempted", person_id=str(self.person_id), appointment_id=appointment)

    def item_answered(self, item: ChecklistItem, *, asks_why: bool) -> None:
        """An item of the checklist was answered."""
        self.changed()
        self._paint_head()
        self._paint_door()
        if asks_why:
            self.ask(f"{item.label}: why not?", lambda why: self._take_why(item.code, why))

    def _take_why(self, code: str, why: str) -> None:
        self.checklist.say_why(code, why)
        self.checklist.go_on()

    def checklist_done(self) -> None:
        """On to the note's template."""
        self.set_focus(self.template)

    # -- painting

    def _paint_door(self) -> None:
        pack, words = self.shell.pack, ""
        if self.arrived_at is not None:
            words = f"arrived {clock(self.arrived_at)}"
        if self.arrived_at is not None and self.left_at is not None:
            stayed = int((self.left_at - self.arrived_at).total_seconds() // 60)
            words += f", left {clock(self.left_at)} ({minutes(stayed)})"
        if words:
            words += f", {label_of(pack.outcomes, self.outcome)};"
        self.row("door").value = words
        self._paint_head()

    def _paint_head(self) -> None:
        self.query_one("#checklist-head", Static).update(filled(" $words", words=self.checklist.heading))

    # -- saving

    @property
    def outcome(self) -> str:
        """Seen, unless the checklist says that the client was not there: that is an attempt and never counts."""
        pack = self.shell.pack
        here = next((item.code for item in pack.checklist if item.verifies == IDENTITY), "")
        answer = self.checklist.answers.get(here, "yes")
        return SEEN if answer == "yes" else SOMEONE_ELSE

    def act(self) -> Act:
        """The visit. Raises BadInput before arrival, or where a why is missing."""
        whose, place = self.whose, self.place
        arrived, left = self.arrived_at, self.left_at
        booked = whose.booked if whose.booked and whose.booked.place == HOME else None
        return visit_act(
            self.shell.pack,
            VisitForm(
                entry_id=self.draft_id,
                person_id=whose.name.person_id,
                short_name=whose.name.short,
                officer_id=self.shell.vault.identity.user_id,
                case_id=whose.case_id,
                occurred_at=arrived or self.opened,
                entered_at=self.shell.now(),
                minutes=int((left - arrived).total_seconds() // 60) if arrived and left else None,
                contact=FACE_TO_FACE,
                place=HOME,
                outcome=self.outcome,
                template=self.template.code,
                note=self.note.text,
                appointment=booked,
                next_appointment=self.next_row.suggestion,
                arrived_at=arrived,
                left_at=left,
                address_id=place.address_id if place else None,
                checklist=self.checklist.answers,
                whys=self.checklist.whys,
            ),
        )

    def state(self) -> Mapping[str, Any]:
        """Everything stamped, answered and typed."""
        return {
            "arrived_at": self.arrived_at.isoformat() if self.arrived_at else None,
            "left_at": self.left_at.isoformat() if self.left_at else None,
            "answers": dict(self.checklist.answers),
            "whys": dict(self.checklist.whys),
            "template": self.template.code,
            "begun": self.template.begun,
            "note": self.note.text,
            "next": self.next_row.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left; after the arrival, in the client-safe view."""
        pack = self.shell.pack
        for name in ("arrived_at", "left_at"):
            if state[name]:
                setattr(self, name, local(dt.datetime.fromisoformat(state[name]), pack))
        self.checklist.restore(state["answers"], state["whys"])
        self.template.picked = (state["template"],)
        self.template.begun = state["begun"]
        self.note.put(state["note"])
        self.next_row.restore(state["next"])
        self._paint_door()
        if self.arrived_at is not None and self.left_at is None:
            self.show_client_safe()
