"""The row that makes the next appointment: one key a choice, and what speaks against the day that it falls on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from fieldpo.plain import clock, short_day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.store.entries.appointment import Ahead, warnings
from fieldpo.supervision.appointments import Slot, Suggestion, on_day, suggest
from fieldpo.supervision.calendar import at, local
from fieldpo.supervision.pack import Pack, by_code, by_key, label_of
from fieldpo.supervision.pack_visits import NextChoice

NONE = "0"


class NextAppointment(ChoiceRow):
    """Counts from `previous`; `kind` is the appointment kind where a choice names none."""

    def __init__(self, pack: Pack, choices: Iterable[NextChoice], previous: Slot, kind: str, *, label: str) -> None:
        self.pack = pack
        self.offered = tuple(choices)
        self.previous = previous
        self.kind = kind
        self.ahead: tuple[Ahead, ...] = ()
        self.suggestion: Suggestion | None = None
        none = next((c.key for c in self.offered if not (c.ask or c.weeks or c.months)), "")
        plain = tuple(Choice(c.key, c.label, c.key) for c in self.offered)
        super().__init__(label, plain, picked=none, id="next")

    def count_from(self, previous: Slot, kind: str, ahead: tuple[Ahead, ...], today: dt.date) -> None:
        """Count anew; what was picked stays picked. One of an earlier day counts from today, at its time."""
        begun = local(previous.start, self.pack)
        if begun.date() < today:
            previous = Slot(at(today, begun.time(), self.pack), previous.minutes)
        self.previous, self.kind, self.ahead = previous, kind, ahead
        chosen = by_key(self.offered, self.code) if self.code else None
        if chosen is not None and not chosen.ask:
            self.suggestion = suggest(self.pack, chosen, previous, kind)
        self._named_anew()

    def take(self, choice: Choice) -> bool:
        """Take a choice; False where a date has to be asked for first."""
        chosen = by_key(self.offered, choice.code)
        if chosen is None or chosen.ask:
            return False
        self.picked = (choice.code,)
        self.suggestion = suggest(self.pack, chosen, self.previous, self.kind)
        self._named_anew()
        return True

    def take_date(self, moment: dt.datetime) -> None:
        """Take a date and time that were typed. A closed day moves on, and the row says so."""
        begun = Slot(moment, self.previous.minutes)
        self.suggestion = on_day(self.pack, moment.date(), begun, self.kind)
        asked = next((c.key for c in self.offered if c.ask), "")
        self.picked = (asked,)
        self._named_anew()

    def against(self, *, client_safe: bool, but: str = "") -> str:
        """What speaks against the day, in one line; other clients are not named where a client may read it."""
        slot = self.suggestion
        if slot is None:
            return ""
        said = [f"{slot.moved_because}: moved on to {short_day(slot.start)}."] if slot.moved_because else []
        ahead = self.ahead
        if client_safe:
            ahead = tuple(Ahead(a.starts_at, a.minutes, a.appointment_id, "another appointment") for a in ahead)
        return " ".join([*said, *warnings(self.pack, slot.start, slot.minutes, ahead, but=but)])

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
            self.suggestion = on_day(self.pack, zoned.date(), Slot(zoned, begun.minutes), state["kind"] or self.kind)
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
