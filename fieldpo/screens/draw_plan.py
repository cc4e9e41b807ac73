"""The plan by which a client's random tests are drawn: by odds or so many a period, from tomorrow at the earliest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection
from textual.app import ComposeResult

from fieldpo.errors import BadInput
from fieldpo.plain import day
from fieldpo.screens.drug_test import lettered
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.hung_lines import HungLines
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.drug_test import DrawPlanForm, draw_plan_act
from fieldpo.store.entries.when import a_day
from fieldpo.store.queries.rules.draws import audit_lines, holding
from fieldpo.supervision.drug_tests.draw_plans import NONE, ODDS, PERIOD, PlanRecord
from fieldpo.supervision.packs.uses import test_rules_of

_BY: Final = (
    Choice("o", "odds, each open day on its own", ODDS),
    Choice("w", "so many a week", "week"),
    Choice("m", "so many a month", "month"),
    Choice("e", "every so many days", "days"),
    Choice("x", "no more draws", NONE),
)
_ODDS = re.compile(r"^(\d{1,3})\s*(?:in|of|/)\s*(\d{1,3})$")
_NUMBER = re.compile(r"^(\d{1,2})(?:\s*(?:-|to)\s*(\d{1,2}))?(?:\s+in\s+(\d{1,3}))?$")


class DrawPlanScreen(PersonForm):
    """How, how many, from when, for what; the draws until now stand below."""

    title_text = "TEST DRAWS"
    form_name = "draw_plan"
    help_text = (
        "A plan is written once. The chance that it draws with is made by the computer and kept with it; another plan "
        "takes its place from tomorrow at the earliest, with a reason, and the old one stays on file."
    )
    DEFAULT_CSS = """
    DrawPlanScreen #draws { height: 1fr; border-top: solid $panel; }
    """

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.numbers: dict[str, int] = {}
        self.starts_on: dt.date | None = None
        self.reason = ""
        self.standing: PlanRecord | None = None

    def body(self) -> ComposeResult:
        """Five rows, and the draws until now."""
        yield self.draft_row()
        yield ChoiceRow("Drawn", _BY, id="by")
        yield ChoiceRow("From", (Choice("t", "change", "change"),), visited=False, id="from")
        panels = lettered(test_rules_of(self.shell.pack).panels)
        yield ChoiceRow("Panel", panels, picked=panels[0].code, id="panel")
        yield ChoiceRow("Reason", (Choice("w", "say why", "why"),), visited=False, id="reason")
        yield HungLines(id="draws")
        yield from self.bottom()

    def ask_more(self, connection: Connection) -> object:
        """The plan that holds, and the draws until now."""
        today, person_id = self.opened.date(), str(self.person_id)
        return holding(connection, self.shell.pack, person_id, today), audit_lines(connection, person_id, today)

    def show(self, asked: Asked) -> None:
        """From tomorrow."""
        if isinstance(asked.more, tuple):
            self.standing, lines = asked.more
            none = [("", f"No plan until now: nobody draws for this {self.shell.pack.labels.client}.")]
            self.query_one("#draws", HungLines).tell(lines or none)
            self.watch_client_safe()
        self.starts_on = self.opened.date() + dt.timedelta(days=1)
        self._paint()

    def watch_client_safe(self) -> None:
        """Past draws tell how often they come: not for the client's eyes."""
        self.query_one("#draws").display = not self.client_safe

    def begin(self) -> None:
        """How."""
        self.set_focus(self.row("by"))

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """Each choice asks for its numbers."""
        if row.id == "by":
            return self._ask_numbers(code)
        if row.id == "from" and row.picked:
            row.picked = ()
            self.ask("From which day? As in 1 dec, 12/1, tomorrow", self._take_day)
            return False
        if row.id == "reason":
            row.picked = ()
            self.ask("Why this plan?", self._take_reason, value=self.reason)
            return False
        if row.id == "panel" and self.standing is not None and not self.reason:
            self.ask("Another plan holds. Why does this one take its place?", self._take_reason)
            return False
        return True

    def _ask_numbers(self, code: str) -> bool:
        prompts = {
            ODDS: "How often? As 1 in 7",
            "week": "How many a week? As 1, or 1 to 2",
            "month": "How many a month? As 2, or 2 to 4",
            "days": "How many in how many days? As 2 in 30, or 1 to 3 in 30",
        }
        if code in prompts:
            self.ask(prompts[code], lambda typed: self._take_numbers(code, typed))
            return False
        self.numbers = {}
        self._paint()
        return True

    def _take_numbers(self, code: str, typed: str) -> None:
        if code == ODDS:
            found = _ODDS.match(typed.strip())
            if found is None:
                raise BadInput("Type how often, as 1 in 7.")
            self.numbers = {"hits": int(found[1]), "out_of": int(found[2])}
        else:
            found = _NUMBER.match(typed.strip())
            if found is None or (code == "days") != bool(found[3]):
                raise BadInput("Type how many, as 2 to 4" + (" in 30." if code == "days" else "."))
            self.numbers = {"least": int(found[1]), "most": int(found[2] or found[1]), "days": int(found[3] or 0)}
        self._paint()
        self.advance(self.row("by"))

    def _take_day(self, typed: str) -> None:
        found = a_day(typed, self.opened, self.shell.pack, ahead=True)
        if found is None or found <= self.opened.date():
            raise BadInput("A plan draws from tomorrow at the earliest. Type the day, as in 1 dec, 12/1.")
        self.starts_on = found
        self._paint()

    def _take_reason(self, typed: str) -> None:
        self.reason = typed
        self._paint()

    def _paint(self) -> None:
        numbers = self.numbers
        said = ""
        if "out_of" in numbers:
            said = f"{numbers['hits']} in {numbers['out_of']}"
        elif numbers:
            said = f"{numbers['least']} to {numbers['most']}" + (f" in {numbers['days']}" if numbers["days"] else "")
        self.row("by").value = said
        self.row("from").value = day(self.starts_on) if self.starts_on else ""
        self.row("reason").value = self.reason

    def act(self) -> Act:
        """The plan. Raises BadInput for what is missing or cannot be."""
        self.require("by")
        code = self.row("by").code
        if self.starts_on is None:
            raise BadInput("This form is still being filled. Try again in a moment.")
        if code != NONE and not self.numbers:
            self.set_focus(self.row("by"))
            raise BadInput("Say how many: press the key again. Nothing was saved; the draft is kept.")
        return draw_plan_act(
            self.shell.pack,
            DrawPlanForm(
                person_id=self.whose.name.person_id,
                short_name=self.whose.name.short,
                officer_id=self.shell.vault.identity.user_id,
                case_id=self.whose.case_id,
                starts_on=self.starts_on,
                drawn_by=code if code in (ODDS, NONE) else PERIOD,
                per="" if code in (ODDS, NONE) else code,
                panel="" if code == NONE else self.row("panel").code,
                reason=self.reason,
                replaces=self.standing is not None,
                entry_id=self.draft_id,
                **self.numbers,
            ),
            self.shell.now(),
        )

    def state(self) -> Mapping[str, Any]:
        """Everything chosen and typed."""
        return {
            "picked": {name: list(self.row(name).picked) for name in ("by", "panel")},
            "numbers": self.numbers,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "reason": self.reason,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left; a day that has come meanwhile is put to tomorrow."""
        for name, picked in state["picked"].items():
            self.row(name).picked = tuple(picked)
        self.numbers, self.reason = dict(state["numbers"]), state["reason"]
        if state["starts_on"] and self.starts_on:
            self.starts_on = max(self.starts_on, dt.date.fromisoformat(state["starts_on"]))
        self._paint()
