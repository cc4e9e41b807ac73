"""Why a test was asked for, and which draw it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fieldpo.plain import short_day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.store.entries.drug_test import RANDOM
from fieldpo.store.queries.rules.draws import DrawnPerson


class ReasonRow(ChoiceRow):
    """A random test answers today's draw; without one the row says so."""

    def __init__(self, reasons: Iterable[Choice]) -> None:
        super().__init__("Why", reasons, id="reason")
        self.plan_id: str | None = None
        self.drawn_on: dt.date | None = None
        self._drawn: DrawnPerson | None = None

    def begin(self, drawn: DrawnPerson | None, *, new: bool) -> str:
        """Who is drawn today and not tested has random filled in, in a new test. Returns the panel of the draw."""
        self._drawn = drawn if drawn is not None and not drawn.test_id else None
        if self._drawn is None or not new:
            return ""
        self.picked = (RANDOM,)
        self.takes(RANDOM)
        self.value = "drawn today"
        return self._drawn.panel

    def put(self, plan_id: str | None, drawn_on: str | None) -> None:
        """The draw that a test or a draft names; the day in ISO text."""
        self.plan_id = plan_id
        self.drawn_on = dt.date.fromisoformat(drawn_on) if drawn_on else None
        self.value = self._day if self.drawn_on and self.code == RANDOM else ""

    def takes(self, code: str) -> None:
        """A reason was chosen."""
        if code == RANDOM and self.drawn_on is None and self._drawn is not None:
            self.plan_id, self.drawn_on = self._drawn.plan_id, self._drawn.day
        self.value = self._day if code == RANDOM else ""

    @property
    def _day(self) -> str:
        return f"drawn {short_day(self.drawn_on)}" if self.drawn_on else "not drawn today"
