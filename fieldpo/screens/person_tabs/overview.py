"""Tab 1, overview: what comes next, what was last, what to mind, and who the person is."""

from __future__ import annotations

import datetime as dt

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from fieldpo.screens.widgets.row_detail import labelled
from fieldpo.store.queries.person import PersonView, booking_words
from fieldpo.supervision.pack import Pack

LABEL = 15


class OverviewTab(VerticalScroll):
    """Lines with a label; the client-safe view leaves out third parties, date of birth and alerts."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="overview-lines")

    def tell(self, view: PersonView, pack: Pack, now: dt.datetime, *, client_safe: bool) -> None:
        """Show the person's overview."""
        today = now.date()
        lines = [("Next", booking_words(one, today)) for one in view.bookings] or [("Next", "none made; p makes one")]
        if not client_safe:
            lines.append(("Last contact", view.contact.sentence(pack, today).removeprefix("Last contact ")))
            lines += [("Alert", f"{one.what}, {one.when}. {one.why}") for one in view.alerts]
        lines += [(one.label, one.words) for one in view.lines if not (client_safe and one.private)]
        made = [labelled(f"{label[: LABEL - 2]}", words, LABEL) for label, words in lines]
        self.query_one("#overview-lines", Static).update(Content("\n").join(made))
