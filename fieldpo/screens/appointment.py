"""Appointment: make the next one, move one, cancel one; closed days and clashes are said before it is saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Static

from fieldpo.errors import BadInput
from fieldpo.plain import clock, minutes, short_day
from fieldpo.screens.person_form import Asked, PersonForm, keyed
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.next_appointment import NextAppointment
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.appointment import cancel_act, make_act, move_act
from fieldpo.store.entries.contact import Booked
from fieldpo.supervision.appointments import Slot
from fieldpo.supervision.calendar import at, zone_of
from fieldpo.supervision.written.codes import label_of
from fieldpo.supervision.written.lists import AppointmentKind

MAKE, MOVE, CANCEL = "make", "move", "cancel"


class AppointmentScreen(PersonForm):
    """`2` and Enter make one in two weeks; Up reaches moving and cancelling the one that is booked."""

    title_text = "APPOINTMENT"
    form_name = "appointment"
    help_text = "A key says when, Enter saves. Up from there: another kind, or move or cancel the one that is booked."

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.reason = ""

    def body(self) -> ComposeResult:
        """What is booked, what to do, which kind, when, and the save."""
        pack = self.shell.pack
        choices = [choice for choice in pack.next_appointments if choice.ask or choice.weeks or choice.months]
        yield self.draft_row()
        yield Static(id="booked")
        yield ChoiceRow("Do", (Choice("n", "new", MAKE),), picked=MAKE, visited=False, id="do")
        yield ChoiceRow("Kind", keyed(pack.appointment_kinds), visited=False, id="kind")
        yield NextAppointment(pack, self.shell.now, choices, pack.appointment_kinds[0].code, label="When")
        yield ChoiceRow("By", keyed(pack.cancelled_by), id="by")
        yield ChoiceRow("Why", (Choice("w", "say why", "why"),), visited=False, id="why")
        yield ChoiceRow("Save", (Choice("", "Enter saves", "save"),), picked="save", id="save")
        yield from self.bottom()

    def standing(self) -> Booked | None:
        """The open appointment that can be moved or cancelled: the one asked for, today's, or the next."""
        return self.whose.booked or next(iter(self.whose.upcoming), None)

    def show(self, asked: Asked) -> None:
        """What is booked, and the time of day that the next one keeps."""
        pack, booked = self.shell.pack, self.standing()
        if booked is not None:
            more = (Choice("m", "move it", MOVE), Choice("c", "cancel it", CANCEL))
            self.row("do").offer((Choice("n", "new", MAKE), *more), picked=MAKE)
        self.row("kind").picked = (self._kind_of(booked).code,)
        lines = [
            f"  Booked    {short_day(one.starts_at)} {clock(one.starts_at)}, {minutes(one.minutes)}: "
            f"{label_of(pack.appointment_kinds, one.kind)}{', ' + one.purpose if one.purpose else ''}"
            for one in dict.fromkeys((*((booked,) if booked else ()), *asked.whose.upcoming[:4]))
        ]
        self.query_one("#booked", Static).update(plain_content("\n".join(lines) or "  Booked    nothing ahead"))
        self._lay_out()
        self._count()

    def begin(self) -> None:
        """When."""
        self.set_focus(self.next_row)

    # -- choices

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """What a choice brings with it; on the last row Enter saves."""
        del code
        if row.id == "save":
            self.action_save()
            return False
        if row.id == "why":
            row.picked = ()
            self.ask("Why?", self._take_reason, value=self.reason)
            return False
        if row.id in ("do", "kind"):
            self._lay_out()
            self._count()
        return True

    def _take_reason(self, typed: str) -> None:
        self.reason = typed
        self.row("why").value = typed

    def _doing(self, what: str) -> bool:
        return self.row("do").code == what

    def _lay_out(self) -> None:
        """The rows that this needs."""
        self.next_row.display = not self._doing(CANCEL)
        self.row("kind").display = self._doing(MAKE)
        self.row("by").display = self._doing(CANCEL)
        self.row("why").display = not self._doing(MAKE)

    def _count(self) -> None:
        """Weeks count from the booked appointment where there is one, else from today at a usual time."""
        pack, booked = self.shell.pack, self.standing()
        code = self.row("kind").code
        meant = next((one for one in pack.appointment_kinds if one.code == code), self._kind_of(None))
        kind, length = meant.code, meant.minutes
        start = booked.starts_at if booked else self._usual()
        moving = booked if self._doing(MOVE) else None
        if moving:
            kind, length = self._kind_of(moving).code, moving.minutes
        self.next_row.moving = moving.appointment_id if moving else ""
        self.next_row.count_from(Slot(start, length), kind, self.whose.ahead, self.opened.date())

    def _kind_of(self, booked: Booked | None) -> AppointmentKind:
        """The kind of an appointment as the policy has it; the first, where it does not have that one."""
        kinds = self.shell.pack.appointment_kinds
        return next((one for one in kinds if booked and one.code == booked.kind), kinds[0])

    def _usual(self) -> dt.datetime:
        """Today at the time of the last contact, within office hours; else at the next quarter of an hour."""
        pack = self.shell.pack
        moment = self.whose.last[0].occurred_at if self.whose.last else self.opened
        clock_time = dt.time(moment.hour, moment.minute // 15 * 15)
        if not pack.office.opens <= clock_time < pack.office.closes:
            clock_time = pack.office.opens
        return at(self.opened.astimezone(zone_of(pack)).date(), clock_time, pack)

    # -- saving

    def act(self) -> Act:
        """What the row `Do` says. Raises BadInput where a when or a by whom is missing."""
        pack, whose, now = self.shell.pack, self.whose, self.shell.now()
        booked, slot = self.standing(), self.next_row.suggestion
        if self._doing(CANCEL) and booked:
            self.require("by")
            return cancel_act(
                pack, booked, whose.name.short, self.row("by").code, now, reason=self.reason, entry_id=self.draft_id
            )
        if slot is None:
            self.set_focus(self.next_row)
            raise BadInput("Choose when first. Nothing was saved; the draft is kept.")
        if self._doing(MOVE) and booked:
            return move_act(pack, booked, whose.name.short, slot.start, now, reason=self.reason, entry_id=self.draft_id)
        return make_act(
            pack, whose.name.person_id, whose.name.short, slot, now, case_id=whose.case_id, entry_id=self.draft_id
        )

    def state(self) -> Mapping[str, Any]:
        """Everything chosen and typed."""
        return {
            "picked": self.picked("do", "kind", "by"),
            "reason": self.reason,
            "next": self.next_row.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.pick(state["picked"])
        self._take_reason(state["reason"])
        self._lay_out()
        self._count()
        self.next_row.restore(state["next"])
