"""A form about one person: who it is, the appointment that it answers and the draft come from the vault first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from fieldpo.errors import BadInput
from fieldpo.screens.base import DraftState
from fieldpo.screens.form import FormScreen
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.next_appointment import NextAppointment
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.screens.widgets.template_row import TemplateRow
from fieldpo.screens.widgets.when_row import WhenRow
from fieldpo.store.queries.forms.person import FormPerson, form_person
from fieldpo.supervision.calendar import local
from fieldpo.supervision.written.codes import Entry


def keyed(entries: Iterable[Entry]) -> tuple[Choice, ...]:
    """The entries of a pack's list that have a key."""
    return tuple(Choice(entry.key, entry.label, entry.code) for entry in entries if entry.key)


@dataclass(frozen=True)
class Asked:
    """What a form asks the vault for, beside the person."""

    whose: FormPerson
    more: object = None


class PersonForm(FormScreen):
    """Base of the forms about one person: writes `show`, and `ask_more` where it needs more than the person."""

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, draft_id=draft_id)
        self.appointment_id = appointment_id
        self.known: FormPerson | None = None
        self.opened_at: dt.datetime | None = None

    def show(self, asked: Asked) -> None:
        """Fill in what is known. The draft is offered afterwards."""

    def ask_more(self, connection: Connection) -> object:
        """More of the vault, for `show`; runs in the same snapshot, in a thread."""
        del connection
        return None

    def on_mount(self) -> None:
        """Ask for the person, the appointment and the draft."""
        self.opened_at = now = self.shell.now()
        pack, user, person_id = self.shell.pack, self.shell.vault.identity.user_id, str(self.person_id)
        draft_id = self.draft_id if self.asked_for_draft else None

        def ask(connection: Connection) -> Asked:
            whose = form_person(
                connection,
                pack,
                user,
                person_id,
                now,
                form=self.draft_name,
                appointment_id=self.appointment_id,
                draft_id=draft_id,
            )
            return Asked(whose, self.ask_more(connection))

        self.load(ask, self._shown)

    def _shown(self, asked: Asked) -> None:
        self.known = asked.whose
        self.heading = f"{asked.whose.name.full}  ID {asked.whose.name.shown_id}"
        self.show(asked)
        self.offer(asked.whose.draft)

    def draft(self) -> DraftState | None:
        """The form, with the appointment that it answers."""
        made = super().draft()
        booked = self.known.booked if self.known else None
        if made is None:
            return None
        answers = booked.appointment_id if booked else self.appointment_id
        return replace(made, state={**made.state, "appointment_id": answers})

    @property
    def whose(self) -> FormPerson:
        """The person. Raises BadInput while the vault is still being read."""
        if self.known is None:
            raise BadInput("This form is still being filled. Try again in a moment.")
        return self.known

    @property
    def opened(self) -> dt.datetime:
        """When the form was opened, on the office's clock, to the minute."""
        return local(self.opened_at or self.shell.now(), self.shell.pack).replace(second=0, microsecond=0)

    def row(self, name: str) -> ChoiceRow:
        """A row by its id."""
        return self.query_one(f"#{name}", ChoiceRow)

    def picked(self, *names: str) -> dict[str, list[str]]:
        """What stands in these rows, for the draft."""
        return {name: list(self.row(name).picked) for name in names}

    def pick(self, kept: Mapping[str, Iterable[str]]) -> None:
        """Put what `picked` kept back in place."""
        for name, codes in kept.items():
            self.row(name).picked = tuple(codes)

    @property
    def when(self) -> WhenRow:
        """The row of the moment that the form is about."""
        return self.query_one(WhenRow)

    @property
    def template(self) -> TemplateRow:
        """The row of the note's template."""
        return self.query_one(TemplateRow)

    @property
    def next_row(self) -> NextAppointment:
        """The row of the next appointment."""
        return self.query_one(NextAppointment)

    @property
    def note(self) -> NoteArea:
        """The note."""
        return self.query_one("#note", NoteArea)

    def require(self, *names: str) -> None:
        """Raise BadInput, the marker on it, where one of these rows has no choice yet."""
        for name in names:
            if self.row(name).display and not self.row(name).code:
                self.set_focus(self.row(name))
                what = self.row(name).label.casefold()
                raise BadInput(f"Choose the {what} first. Nothing was saved; the draft is kept.")
