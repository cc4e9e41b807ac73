"""Hazards before anything else: what, how it is known, from when, and whether it should have been looked at again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from fieldpo.plain import short_day
from fieldpo.store.queries.clients.hazards import Hazard

NOTHING = "SAFETY  Nothing on file. That is not the same as safe."


def hazard_mark(hazards: Sequence[Hazard]) -> str:
    """What a list shows: `!! WEAPON`, with a + where there is more; a dot for nothing on file."""
    if not hazards:
        return "."
    more = "+" if len(hazards) > 1 else ""
    return f"{hazards[0].severity:<2} {hazards[0].label[:6] if more else hazards[0].label}{more}"


def hazard_line(one: Hazard, today: dt.date) -> Content:
    """`!! WEAPON   Shotgun, hall closet.  Seen by Ofc. Reyes, 02 Nov 2026. REVIEW WAS DUE 14 Nov 2026`."""
    seen = f"{short_day(one.observed_on)[4:]} {one.observed_on.year}" if one.observed_on else "no date"
    known = f"  {one.source or 'source not given'}, {seen}."
    if one.review_on is None:
        review = ""
    else:
        when = f"{short_day(one.review_on)[4:]} {one.review_on.year}"
        review = f" REVIEW WAS DUE {when}." if one.review_passed(today) else f" Review {when}."
    flat = " ".join(one.text.split())
    return Content.styled(f"{one.severity:<2} {one.label:<10} ", "bold") + Content(flat + known + review)


class HazardBanner(VerticalScroll, can_focus=False):
    """Every hazard in full; in the client-safe view it is not there at all."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="hazard-lines")

    def tell(self, hazards: Sequence[Hazard], today: dt.date, *, client_safe: bool) -> None:
        """Show these, the gravest first."""
        self.display = not client_safe
        self.set_class(not hazards, "-none")
        lines = [hazard_line(one, today) for one in hazards] or [Content(NOTHING)]
        self.query_one("#hazard-lines", Static).update(Content("\n").join(lines))
