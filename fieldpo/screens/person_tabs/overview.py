"""Tab 1, overview: what comes next, what was last, what to mind, and who the person is; Enter changes a fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fieldpo import bindings
from fieldpo.screens.widgets.row_detail import labelled
from fieldpo.store.queries.clients.hazards import UNREAD
from fieldpo.store.queries.person.facts import Line
from fieldpo.store.queries.person.overview import PersonView, booking_words
from fieldpo.store.queries.person.owed_words import owed_lines
from fieldpo.supervision.pack import Pack

LABEL = 15


class OverviewTab(OptionList, inherit_bindings=False):
    """Lines with a label, the cursor on one; the client-safe view leaves out third parties, safety, alerts, birth."""

    BINDINGS = bindings.of("table")
    DEFAULT_CSS = """
    OverviewTab, OverviewTab:focus { border: none; background: $background; height: 1fr; max-height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._shown: dict[str, Line] = {}

    @property
    def here(self) -> Line | None:
        """The line under the cursor."""
        option = self.highlighted_option
        return self._shown.get(option.id or "") if option is not None else None

    def tell(
        self, view: PersonView, pack: Pack, now: dt.datetime, *, client_safe: bool, ledger: Sequence[Line] | None = None
    ) -> None:
        """Show the person's overview; the cursor stays on its line. With the ledger stands why each thing is owed."""
        lines = [one for one in _lines(view, pack, now.date(), ledger) if not (client_safe and one.private)]
        key = self.highlighted_option.id if self.highlighted_option is not None else ""
        at = self.highlighted or 0
        self._shown = {_key(one, number, lines): one for number, one in enumerate(lines)}
        self.set_options(Option(_words(one), id=shown) for shown, one in self._shown.items())
        keys = list(self._shown)
        self.highlighted = keys.index(key) if key in self._shown else min(at, len(keys) - 1)

    def go_to(self, kind: str) -> None:
        """Put the cursor on the first line of a kind."""
        for number, one in enumerate(self._shown.values()):
            if one.kind == kind:
                self.highlighted = number
                return

    def action_cursor_down(self) -> None:
        """The next line; the last is the last."""
        self.highlighted = min((self.highlighted or 0) + 1, self.option_count - 1)

    def action_cursor_up(self) -> None:
        """The line above; the first is the first."""
        self.highlighted = max((self.highlighted or 0) - 1, 0)

    def action_scroll_top(self) -> None:
        """The first line."""
        self.action_first()

    def action_scroll_bottom(self) -> None:
        """The last line."""
        self.action_last()


def _lines(view: PersonView, pack: Pack, today: dt.date, ledger: Sequence[Line] | None) -> list[Line]:
    lines = [Line("Next", booking_words(one, today)) for one in view.bookings] or [
        Line("Next", "none made; p makes one")
    ]
    lines.append(Line("Last contact", view.contact.sentence(pack, today).removeprefix("Last contact "), private=True))
    lines += owed_lines(view.owed, why=ledger is not None)
    lines += ledger or ()
    lines += [Line("Alert", f"{one.what}, {one.when}. {one.why}", private=True) for one in view.alerts]
    going = [one for one in view.lines if not one.ended]
    safety = [
        Line(
            f"Safety {one.severity}",
            f"{one.label}: {' '.join(one.text.split())}",
            private=True,
            kind="" if one.code == UNREAD else "hazard",
            record_id=one.record_id,
        )
        for one in view.hazards
    ]
    return [*lines, *going, *safety, *(one for one in view.lines if one.ended)]


def _words(one: Line) -> Content:
    made = labelled(one.label[: LABEL - 2], one.words, LABEL)
    return made.stylize("dim") if one.ended else made


def _key(one: Line, number: int, lines: list[Line]) -> str:
    """The record and its line, so that a refresh keeps the cursor's place; else the label and which of these."""
    same = sum(1 for earlier in lines[:number] if (earlier.label, earlier.record_id) == (one.label, one.record_id))
    return f"{one.kind}/{one.record_id}/{one.label}/{same}"
