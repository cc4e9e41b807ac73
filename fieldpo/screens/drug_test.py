"""Drug test: why, the sample and its way, and the results as they come in, read by the laboratory's cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection
from textual.app import ComposeResult

from fieldpo.errors import BadInput
from fieldpo.screens.drug_test_words import result_lines
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.safe import plain_content
from fieldpo.screens.typed_item import ask_on
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.hung_lines import HungLines
from fieldpo.screens.widgets.reason_row import ReasonRow
from fieldpo.screens.widgets.sample_said import CustodyRow, SaidRow, SaysRow
from fieldpo.screens.widgets.substance_list import SubstanceList
from fieldpo.screens.widgets.when_row import WhenRow
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.drug_test import DrugTestForm, drug_test_act
from fieldpo.store.queries.clients.of_kind import fact_record
from fieldpo.store.queries.rules.draws import DrawnPerson, drawn_today
from fieldpo.store.records import Record
from fieldpo.supervision.drug_tests.reading import Reading
from fieldpo.supervision.packs.uses import test_rules_of
from fieldpo.supervision.written.drug_tests import TestRules, Word
from fieldpo.supervision.written.instruments import Item
from fieldpo.sync.protocol.body import Json

_WHEN = "When was it given, or should have been? As in 1405, or yesterday 14:05"
_PICKED = ("reason", "outcome", "specimen", "panel", "validity")
_OF_SAMPLE = ("specimen", "panel", "validity", "custody")
_SAID = (*CustodyRow.names, *SaysRow.names)


@dataclass(frozen=True)
class _Material:
    drawn: DrawnPerson | None
    record: Record | None


class DrugTestScreen(PersonForm):
    """Single keys; the results may be left out and added when they come."""

    title_text = "DRUG TEST"
    form_name = "drug_test"
    help_text = (
        "A key in each row. Results come later as well: open the test again on the tests tab. In a substance's row n "
        "is negative, i positive at first, c confirmed, x not confirmed; typed levels are read by the cut-offs."
    )
    DEFAULT_CSS = """
    DrugTestScreen #verdict { height: auto; max-height: 4; border-top: solid $panel; }
    """

    def __init__(
        self,
        person_id: str,
        appointment_id: str | None = None,
        draft_id: str | None = None,
        *,
        record_id: str | None = None,
    ) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.record_id = record_id
        self.stood: Mapping[str, Json] = {}

    @property
    def draft_name(self) -> str:
        """Drafts are of one test, or of a new one."""
        return f"{self.form_name}:{self.record_id or ''}"

    @property
    def rules(self) -> TestRules:
        """The laboratory's rules that the agency works with."""
        return test_rules_of(self.shell.pack)

    def body(self) -> ComposeResult:
        """Why, when, what came of it, the sample, its way, what was said, the results."""
        rules = self.rules
        yield self.draft_row()
        yield ReasonRow(lettered(rules.reasons))
        yield WhenRow(self.shell.pack, self.shell.now, _WHEN)
        yield ChoiceRow("Sample", lettered(rules.outcomes), id="outcome")
        yield ChoiceRow("Specimen", lettered(rules.specimens), picked=rules.specimens[0].code, id="specimen")
        yield ChoiceRow("Panel", lettered(rules.panels), picked=rules.panels[0].code, id="panel")
        yield ChoiceRow("Valid", lettered(rules.validities), visited=False, id="validity")
        yield CustodyRow(rules)
        yield SaysRow()
        yield SubstanceList(rules, id="results")
        yield HungLines(id="verdict")
        yield from self.bottom()

    @property
    def reason(self) -> ReasonRow:
        """Why it was asked for."""
        return self.query_one(ReasonRow)

    @property
    def custody(self) -> CustodyRow:
        """The sample's way."""
        return self.query_one(CustodyRow)

    @property
    def said(self) -> dict[str, str]:
        """What was typed, by its name in the body."""
        return {name: words for row in self.query(SaidRow) for name, words in row.said.items()}

    def _put_said(self, temperature: float | None, said: Mapping[str, str]) -> None:
        self.custody.temperature = temperature
        for row in self.query(SaidRow):
            row.put(said)

    @property
    def results(self) -> SubstanceList:
        """The substances."""
        return self.query_one(SubstanceList)

    def ask_more(self, connection: Connection) -> object:
        """Whether the person is drawn today, and the test that results are added to."""
        today = self.opened.date()
        drawn = next((one for one in drawn_today(connection, today) if one.person_id == self.person_id), None)
        record = fact_record(connection, "drug_test", self.record_id) if self.record_id else None
        return _Material(drawn, record)

    def show(self, asked: Asked) -> None:
        """What is known: who was drawn today, or the test as it stands."""
        if not isinstance(asked.more, _Material):
            return
        panel = self.reason.begin(asked.more.drawn, new=asked.more.record is None)
        self.when.begin(self.opened)
        self.results.border_title = plain_content(f"Results, {self.rules.unit}, cut-offs first/confirmed")
        if asked.more.record is not None:
            self._fill(asked.more.record.body)
        elif self.rules.panel(panel):
            self.row("panel").picked = (panel,)
        self._lay_out()

    def _fill(self, body: Mapping[str, Json]) -> None:
        self.stood = body
        self.when.restore(body["at"])
        self.pick({name: (body[name],) if body.get(name) else () for name in _PICKED})
        self._put_said(body.get("temperature"), {name: str(body.get(name, "")) for name in _SAID})
        self.custody.observed = body.get("observed", False)
        self.reason.put(body.get("plan_id"), body.get("drawn_on"))
        kept = {one["substance"]: _reading(one) for one in body.get("results", ())}
        self._put(kept)

    def begin(self) -> None:
        """Why; of a test that stands, its results."""
        if self.record_id and self.results.display:
            self.set_focus(self.results)
        elif self.row("reason").code:
            self.set_focus(self.row("outcome"))
        else:
            self.set_focus(self.row("reason"))

    # -- choices

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """What a choice brings with it."""
        if isinstance(row, SaidRow):
            row.picked = ()
            if code:
                row.more(code)
            return False
        if row.id in ("panel", "specimen"):
            self._put(self.results.readings)
        if row.id == "reason":
            self.reason.takes(code)
        self._lay_out()
        if row.id == "panel":
            self.set_focus(self.results)
            return False
        return True

    def _put(self, readings: Mapping[str, Reading]) -> None:
        """The panel's substances, with the cut-offs where they are for this specimen."""
        given = self.row("specimen").code
        cut_offs = any(one.code == given and one.cut_offs for one in self.rules.specimens)
        self.results.put(self.rules.panel(self.row("panel").code), readings, cut_offs=cut_offs)

    # -- results

    def item_answered(self, item: Item) -> None:
        """A result came in."""
        del item
        if not self.row("validity").code and self.results.readings:
            self.row("validity").picked = (self.rules.validities[0].code,)
        self.changed()
        self._lay_out()

    def item_typed(self, item: Item, begun: str) -> None:
        """Levels: the first alone, or with the confirmation's."""

        def take(typed: str) -> None:
            numbers = typed.split()
            try:
                levels = [float(one) for one in numbers]
            except ValueError:
                raise BadInput("Type the first level, or both, as 62 18.") from None
            if not 1 <= len(levels) <= 2 or any(not 0 <= one < 10**7 for one in levels):
                raise BadInput("Type the first level, or both, as 62 18.")
            self.results.levels(item, levels[0], levels[1] if len(levels) > 1 else None)

        ask_on(self, f"{item.label}: level in {self.rules.unit}, then the confirmed one if there is one", take, begun)

    def items_done(self) -> None:
        """On to what was said."""
        self.tell("")
        self.set_focus(self.row("says"))

    # -- painting

    @property
    def sample(self) -> bool:
        """Whether there is a sample to be read."""
        code = self.row("outcome").code
        return any(one.code == code and one.sample for one in self.rules.outcomes)

    def _lay_out(self) -> None:
        for name in _OF_SAMPLE:
            self.row(name).display = self.sample
        self.results.display = self.sample
        if self.sample and not self.results.items:
            self._put(self.results.readings)
        self.custody.specimen = self.row("specimen").code
        for row in self.query(SaidRow):
            row.paint()
        readings = self.results.readings if self.sample else {}
        panel = self.rules.panel(self.row("panel").code)
        outcome, validity = self.row("outcome").code, self.row("validity").code if self.sample else ""
        self.query_one("#verdict", HungLines).tell(result_lines(self.rules, outcome, validity, panel, readings))

    # -- saving

    def act(self) -> Act:
        """The test. Raises BadInput for what is missing or cannot be."""
        self.require("reason", "outcome")
        order = [item.code for item in self.results.items]
        return drug_test_act(
            self.shell.pack,
            DrugTestForm(
                person_id=self.whose.name.person_id,
                short_name=self.whose.name.short,
                officer_id=self.shell.vault.identity.user_id,
                case_id=self.stood.get("case_id") or self.whose.case_id,
                rules=self.rules,
                at=self.when.moment,
                reason=self.row("reason").code,
                outcome=self.row("outcome").code,
                specimen=self.row("specimen").code,
                panel=self.row("panel").code,
                validity=self.row("validity").code,
                temperature=self.custody.temperature,
                observed=self.custody.observed,
                readings=tuple(self.results.readings[code] for code in order if code in self.results.readings),
                plan_id=self.reason.plan_id,
                drawn_on=self.reason.drawn_on,
                appointment_id=self.stood.get("appointment_id") or self.appointment_id,
                record_id=self.record_id,
                opened=self.stood,
                entry_id=self.draft_id,
                **self.said,
            ),
            self.shell.now(),
        )

    def state(self) -> Mapping[str, Any]:
        """Everything chosen and typed."""
        return {
            "record_id": self.record_id,
            "picked": self.picked(*_PICKED),
            "at": self.when.moment.isoformat(),
            "temperature": self.custody.temperature,
            "observed": self.custody.observed,
            "said": self.said,
            "readings": [msgspec.to_builtins(one) for one in self.results.readings.values()],
            "stood": dict(self.stood),
            "drawn": [self.reason.plan_id, self.reason.drawn_on.isoformat() if self.reason.drawn_on else None],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.record_id, self.stood = state["record_id"], state["stood"]
        self.when.restore(state["at"])
        self._put_said(state["temperature"], state["said"])
        self.custody.observed = state["observed"]
        self.pick(state["picked"])
        self.reason.put(*state["drawn"])
        kept = {one["substance"]: Reading(**one) for one in state["readings"]}
        self._put(kept)
        self._lay_out()


def lettered(entries: tuple[Word, ...]) -> list[Choice]:
    """The rules' words as choices with their keys."""
    return [Choice(one.key, one.label, one.code) for one in entries]


def _reading(one: Mapping[str, Json]) -> Reading:
    return Reading(
        substance=one["substance"],
        initial=one.get("initial", ""),
        confirm=one.get("confirm", ""),
        initial_level=one.get("initial_level"),
        confirm_level=one.get("confirm_level"),
        prescribed=one.get("prescribed", False),
    )
