"""When it was: the moment that a form is about, and `t` to type another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from fieldpo.plain import clock, minutes, short_day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.store.entries.contact import Booked
from fieldpo.store.entries.when import past_moment
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack


class WhenRow(ChoiceRow):
    """A moment on the office's clock, never ahead of now. A typed one is told to the form as a choice is."""

    def __init__(self, pack: Pack, now: Callable[[], dt.datetime], prompt: str) -> None:
        super().__init__("When", (Choice("t", "change", "change"),), visited=False, id="when")
        self._pack = pack
        self._now = now
        self._prompt = prompt
        self._booked: Booked | None = None
        self._moment = local(now(), pack).replace(second=0, microsecond=0)

    @property
    def moment(self) -> dt.datetime:
        """What stands; until the form says otherwise, when it was opened, to the minute."""
        return self._moment

    def begin(self, moment: dt.datetime, booked: Booked | None = None) -> None:
        """Begin with this moment; `booked` is the appointment whose length and day are said beside it."""
        self._moment, self._booked = moment, booked
        self._paint()

    def restore(self, kept: str | None) -> None:
        """From a draft's ISO time; None leaves what stands."""
        if kept:
            self._moment = local(dt.datetime.fromisoformat(kept), self._pack)
            self._paint()

    def press(self, choice: Choice) -> None:
        """Ask for another time."""
        self.chosen(choice.code, moves_on=False)
        self.form.ask(self._prompt, self._take)

    def _take(self, typed: str) -> None:
        self._moment = past_moment(typed, self._now(), self._pack)
        self._paint()
        self.chosen("", moves_on=False)

    def _paint(self) -> None:
        beside = ""
        if (booked := self._booked) is not None:
            beside = f", {minutes(booked.minutes)}  (from the appointment)"
            if self._moment.date() < booked.starts_at.date():
                beside = f"  (now, before the appointment of {short_day(booked.starts_at)})"
        self.value = f"{short_day(self._moment)} {clock(self._moment)}{beside}"
