"""The row that makes the next appointment: one key a choice, and what speaks against the day that it falls on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fieldpo.plain import clock, short_day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.store.entries.appointment import Ahead, warnings
from fieldpo.store.entries.when import coming
from fieldpo.supervision.appointments import Slot, Suggestion, on_day, suggest
from fieldpo.supervision.calendar import at, local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code, by_key, label_of
from fieldpo.supervision.written.visits import NextChoice

NONE = "0"


class NextAppointment(ChoiceRow):
    """Counts from now until `count_from`; `kind` is the appointment kind where a choice names none."""

    def __init__(
        self,
        pack: Pack,
        now: Callable[[], dt.datetime],
        choices: Iterable[NextChoice],
        kind: str,
        *,
        length: int = 15,
        label: str = "Next appt",
    ) -> None:
        self.pack = pack
        self.now = now
        self.offered = tuple(choices)
        self.previous = Slot(now(), length)
        self.kind = self._usual = kind
        self.moving = ""
        """The id of the appointment that is moved, which never speaks against its own new day."""
        self.ahead: tuple[Ahead, ...] = ()
        self.suggestion: Suggestion | None = None
        none = next((c.key for c in self.offered if not (c.ask or c.weeks or c.months)), "")
        plain = tuple(Choice(c.key, c.label, c.key) for c in self.offered)
        super().__init__(label, plain, picked=none, id="next")

    def count_from(self, previous: Slot, kind: str, ahead: tuple[Ahead, ...], today: dt.date) -> None:
        """Count anew; what was picked stays picked. One of an earlier day counts from today, at its time; one of a kind
        that the policy in force does not have is followed by one of the usual kind.
        """
        begun = local(previous.start, self.pack)
        if begun.date() < today:
            previous = Slot(at(today, begun.time(), self.pack), previous.minutes)
        self.previous, self.kind, self.ahead = previous, self._known(kind), ahead
        if (chosen := self._dated(self.code)) is not None:
            self.suggestion = suggest(self.pack, chosen, previous, self.kind)
        self._named_anew()

    def _known(self, kind: str) -> str:
        known = [one.code for one in self.pack.appointment_kinds]
        return next((one for one in (kind, self._usual) if one in known), known[0])

    def on_mount(self) -> None:
        """Name other clients only in the full view."""
        self.watch(self.screen, "client_safe", self._say_against, init=False)

    def press(self, choice: Choice) -> None:
        """Take a choice; one that needs a date asks for it, and is taken with it."""
        self.picked = (choice.code,)
        if (chosen := self._dated(choice.code)) is None:
            self.chosen(choice.code, moves_on=False)
            self.form.ask("Date and time, as in 07 Dec 14:30, mon 9:00 or +14", self._take_date)
            return
        self.suggestion = suggest(self.pack, chosen, self.previous, self.kind)
        self._taken()

    def keep(self) -> None:
        """Enter keeps what stands; a date that nobody has typed yet is asked for."""
        standing = next((choice for choice in self.choices if choice.code == self.code), None)
        if standing and self.suggestion is None and self._dated(standing.code) is None:
            self.press(standing)
            return
        self._say_against()
        super().keep()

    def _dated(self, key: str) -> NextChoice | None:
        """The choice of this key, where it says by itself on which day, if any; None where that is asked for."""
        chosen = by_key(self.offered, key)
        return None if chosen is None or chosen.ask else chosen

    def _take_date(self, typed: str) -> None:
        """A closed day moves on, and the row says so."""
        usual = local(self.previous.start, self.pack).time()
        moment = coming(typed, self.now(), self.pack, usual)
        self.suggestion = on_day(self.pack, moment.date(), Slot(moment, self.previous.minutes), self.kind)
        self._taken()

    def _taken(self) -> None:
        self._named_anew()
        self._say_against()
        self.chosen(self.code, moves_on=True)

    def _say_against(self) -> None:
        self.form.tell(self._against())

    def _against(self) -> str:
        """What speaks against the day, in one line; other clients are not named where a client may read it."""
        slot = self.suggestion
        if slot is None:
            return ""
        said = [f"{slot.moved_because}: moved on to {short_day(slot.start)}."] if slot.moved_because else []
        ahead = self.ahead
        if self.form.client_safe:
            ahead = tuple(Ahead(a.starts_at, a.minutes, a.appointment_id, "another appointment") for a in ahead)
        return " ".join([*said, *warnings(self.pack, slot.start, slot.minutes, ahead, but=self.moving)])

    def state(self) -> dict[str, Any]:
        """For the draft."""
        slot = self.suggestion
        return {
            "picked": self.code,
            "start": slot.start.isoformat() if slot else None,
            "kind": slot.kind if slot else "",
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """From a draft."""
        self.picked = (state["picked"],) if state.get("picked") else ()
        if state.get("start"):
            begun = Slot(dt.datetime.fromisoformat(state["start"]), self.previous.minutes)
            zoned = at(begun.start.date(), begun.start.time(), self.pack)
            self.suggestion = on_day(
                self.pack, zoned.date(), Slot(zoned, begun.minutes), self._known(state["kind"] or self.kind)
            )
        self._named_anew()

    def _named_anew(self) -> None:
        self.offer(self._named())

    def _named(self) -> tuple[Choice, ...]:
        return tuple(Choice(c.key, self._words(c) if c.key in self.picked else c.label, c.key) for c in self.offered)

    def _words(self, choice: NextChoice) -> str:
        slot = self.suggestion
        if slot is None:
            return choice.label
        what = (
            label_of(self.pack.places, slot.place)
            if slot.place
            else by_code(self.pack.appointment_kinds, slot.kind).label
        )
        return f"{choice.label}: {short_day(slot.start)} {clock(slot.start)} {what}"
