"""Assessment: an instrument of the case's policy, an item a row, the score as it grows, and the level that follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from textual.app import ComposeResult

from fieldpo.errors import BadInput
from fieldpo.plain import day
from fieldpo.screens.assessment_words import not_yet, score_lines
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.safe import plain_content
from fieldpo.screens.typed_item import ask_on
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.hung_lines import HungLines
from fieldpo.screens.widgets.item_list import ItemList, on_file, typed_answer
from fieldpo.screens.widgets.level_rows import LevelRow, OverrideRow
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.assessment import AssessmentForm, NewLevel, assessment_act
from fieldpo.store.entries.when import a_day
from fieldpo.store.queries.rules.case_pack import CasePack, case_pack
from fieldpo.store.queries.rules.proposed_level import proposed_level
from fieldpo.store.records import read_record
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.running import Running, running
from fieldpo.supervision.instruments.scored import Scored
from fieldpo.supervision.packs.uses import instruments_of
from fieldpo.supervision.written.instruments import Item


@dataclass(frozen=True)
class _Material:
    going: CasePack
    instruments: tuple[Instrument, ...]
    sex: str
    born: str | None
    role: str


class AssessmentScreen(PersonForm):
    """A digit chooses the instrument; then single keys answer, and the marker moves on by itself."""

    title_text = "ASSESSMENT"
    form_name = "assessment"
    help_text = (
        "A digit chooses the instrument, then a key answers each item; space leaves it without an answer. The score "
        "stands below as it grows. The level of supervision changes only where you change it."
    )
    DEFAULT_CSS = """
    AssessmentScreen #score { height: auto; max-height: 5; border-top: solid $panel; }
    """

    def __init__(
        self,
        person_id: str,
        appointment_id: str | None = None,
        draft_id: str | None = None,
        *,
        instrument: str = "",
    ) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.material: _Material | None = None
        self.wanted = instrument
        self.instrument: Instrument | None = None
        self.done_on: dt.date | None = None

    def body(self) -> ComposeResult:
        """Which, when, the items, the score, what is set aside, the level."""
        yield self.draft_row()
        yield ChoiceRow("With", (), id="instrument")
        yield ChoiceRow("Done", (Choice("t", "change", "change"),), visited=False, id="done")
        yield ItemList(id="items")
        yield HungLines(id="score")
        yield OverrideRow()
        yield LevelRow(self.shell.pack.labels.supervisor)
        yield from self.bottom()

    def ask_more(self, connection: Connection) -> object:
        """What the case goes by, its instruments, and what the client's record answers."""
        pack, person_id = self.shell.pack, str(self.person_id)
        going = case_pack(connection, pack, person_id, self.opened.date())
        person = read_record(connection, "person", person_id)
        officer = read_record(connection, "officer", self.shell.vault.identity.user_id)
        body = person.body if person else {}
        return _Material(
            going,
            instruments_of(going.pack),
            str(body.get("sex", "")),
            body.get("birth_date"),
            str(officer.body.get("role", "officer")) if officer else "",
        )

    def show(self, asked: Asked) -> None:
        """The instruments of the policy."""
        if not isinstance(asked.more, _Material):
            return
        self.material = material = asked.more
        self.done_on = self.opened.date()
        choices = [
            Choice(str(at) if at < 10 else "", one.definition.called, one.definition.id)
            for at, one in enumerate(material.instruments, start=1)
        ]
        self.row("instrument").offer(choices)
        self._paint_done()
        if self.wanted:
            self._choose(self.wanted)
        self._paint()

    def begin(self) -> None:
        """The instrument; where there is one, its items."""
        if self.instrument is None:
            self.set_focus(self.row("instrument"))
            self.tell(self.material.going.trouble if self.material else "")
        else:
            self.set_focus(self.items)

    @property
    def items(self) -> ItemList:
        """The items."""
        return self.query_one("#items", ItemList)

    @property
    def override(self) -> OverrideRow:
        """The instrument's level set aside."""
        return self.query_one(OverrideRow)

    @property
    def level(self) -> LevelRow:
        """The level of supervision."""
        return self.query_one(LevelRow)

    @property
    def going(self) -> CasePack:
        """What the case goes by. Raises BadInput while the vault is still being read."""
        if self.material is None:
            raise BadInput("This form is still being filled. Try again in a moment.")
        return self.material.going

    # -- choices

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """The instrument, its day, an override, a level."""
        if row.id == "instrument" and code:
            self._choose(code)
            self.set_focus(self.items)
            return False
        if row.id == "done" and row.picked:
            row.picked = ()
            self.ask("Done on which day? As in 20 nov, 11/20, yesterday", self._take_done)
            return False
        if isinstance(row, OverrideRow):
            self._paint()
        if isinstance(row, OverrideRow | LevelRow):
            return row.takes(code)
        return True

    def _choose(self, code: str) -> None:
        if self.material is None:
            return
        found = next((one for one in self.material.instruments if one.definition.id == code), None)
        if found is None or (self.instrument and self.instrument.definition.id == code):
            return
        self.instrument = found
        self.row("instrument").picked = (code,)
        known = {item.code: on_file(item, self.material.sex, self.material.born) for item in found.definition.items}
        filled = frozenset(name for name, answer in known.items() if answer is not None)
        self.items.show(found.definition.items, known, filled)
        self.override.begin(found)
        self._paint()

    def _take_done(self, typed: str) -> None:
        found = a_day(typed, self.opened, self.shell.pack)
        if found is None:
            raise BadInput("Type the day, as in 20 nov, 11/20, yesterday.")
        if found > self.opened.date():
            raise BadInput(f"{day(found)} lies ahead. Type the day on which it was done.")
        self.done_on = found
        self._paint_done()
        self._paint()

    def _paint_done(self) -> None:
        self.row("done").value = day(self.done_on) if self.done_on else ""

    # -- items

    def item_answered(self, item: Item) -> None:
        """The score anew."""
        del item
        self.changed()
        self._paint()

    def item_typed(self, item: Item, begun: str) -> None:
        """A day, a number or words, typed below."""

        def take(typed: str) -> None:
            self.items.answer(item, typed_answer(item, typed))

        ask_on(self, f"{item.label or item.code}:", take, begun)

    def items_done(self) -> None:
        """On to the level."""
        self.tell("")
        self.set_focus(self.row("level") if self.row("level").useful else self.row("done"))

    # -- the score

    def running(self) -> Running | None:
        """The score as it stands."""
        return running(self.instrument, self.items.answers, self.done_on) if self.instrument else None

    def _paint(self) -> None:
        if self.material is None:
            return
        now = self.running()
        title = self.instrument.definition.title if self.instrument else "Choose the instrument"
        self.items.border_title = plain_content(title)
        lines = score_lines(self.instrument, now, self.items.answers) if self.instrument and now else None
        self.query_one(HungLines).tell(lines or [("CASE", self.going.trouble)])
        self.level.offer_levels(self.going, self.proposed(now.scored if now else None))

    # -- the level of supervision

    def proposed(self, scored: Scored | None) -> str:
        """The level of supervision that the score speaks for; else empty."""
        if self.done_on is None:
            return ""
        return proposed_level(self.going, scored, self.override.code, self.done_on, self.opened.date())

    # -- saving

    def act(self) -> Act:
        """The scoring. Raises BadInput for what is missing or cannot be."""
        if self.instrument is None or self.done_on is None:
            raise BadInput("Choose the instrument first. Nothing was saved; the draft is kept.")
        now = self.running()
        if now is not None and now.scored is None:
            self.set_focus(self.items)
            missing = not_yet(self.instrument, now, self.items.answers)
            raise BadInput(f"{missing[:1].upper()}{missing[1:]}. Nothing was saved; the draft is kept.")
        level, row = self.level.given, self.level
        differs = level != self.proposed(now.scored if now else None)
        given = NewLevel(level=level, override=differs, reason=row.reason, approver=row.approver) if level else None
        return assessment_act(
            self.going.pack,
            AssessmentForm(
                person_id=self.whose.name.person_id,
                short_name=self.whose.name.short,
                officer_id=self.shell.vault.identity.user_id,
                instrument=self.instrument,
                answers=self.items.answers,
                done_on=self.done_on,
                case=self.going.case,
                role=self.material.role if self.material else "",
                override_level=self.override.code,
                override_reason=self.override.reason,
                override_approver=self.override.approver,
                new_level=given,
                entry_id=self.draft_id,
            ),
            self.shell.now(),
        )

    def state(self) -> Mapping[str, Any]:
        """Everything answered, chosen and typed."""
        return {
            "instrument": self.instrument.definition.id if self.instrument else "",
            "answers": self.items.answers,
            "done_on": self.done_on.isoformat() if self.done_on else None,
            "picked": self.picked("override", "level"),
            "why": {
                "override_reason": self.override.reason,
                "override_approver": self.override.approver,
                "level_reason": self.level.reason,
                "approver": self.level.approver,
            },
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self._choose(state["instrument"])
        if self.instrument is not None:
            self.items.show(self.instrument.definition.items, state["answers"], self.items.known)
        self.done_on = dt.date.fromisoformat(state["done_on"]) if state["done_on"] else self.done_on
        self.pick(state["picked"])
        why = state["why"]
        self.override.restore(why["override_reason"], why["override_approver"])
        self.level.restore(why["level_reason"], why["approver"])
        self._paint_done()
        self._paint()

    def watch_client_safe(self) -> None:
        """The same in both views: it is the client's own form, and names nobody else."""
        if self.ready:
            self._paint()
