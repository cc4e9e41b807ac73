"""A fact about a client: corrected, replaced by a new one, ended, or new. What was told and verified stand apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from fieldpo.errors import BadInput
from fieldpo.plain import clean, day
from fieldpo.screens.fact_filling import ENDS, WHY, begins_with, is_asked
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.fact_field import FactLine
from fieldpo.screens.widgets.fact_rows import ADD, ListRow, ToldOn, VerifiedOn
from fieldpo.store.acting.acts import Act, Saved
from fieldpo.store.entries.facts.act import Doing, FactForm, fact_act, loses_proof
from fieldpo.store.entries.facts.case_now import CaseNow
from fieldpo.store.entries.facts.field import TOLD_ON, UNTIL, VERIFIED_HOW, VERIFIED_ON
from fieldpo.store.entries.facts.kinds import FACTS
from fieldpo.store.entries.when import a_day
from fieldpo.store.queries.clients.of_kind import fact_record, standing_record
from fieldpo.store.queries.rules.open_case import open_case_now
from fieldpo.store.records import Record
from fieldpo.supervision.written.codes import Entry
from fieldpo.sync.protocol.body import Json

HIDDEN = "Safety entries and third parties are not shown in this view. F3 swaps to the full one."


class FactScreen(PersonForm):
    """One fact. `told` begins with what the client has just told: a new one in the place of the one that stood."""

    form_name = "fact"
    help_text = (
        "Enter and tab go to the next field, ctrl+s saves. What the client told and what you verified are two things: "
        "verified takes how you did. A correction takes an old verification away where it was about another value."
    )
    DEFAULT_CSS = """
    FactScreen #fields { height: 1fr; scrollbar-size-vertical: 1; }
    FactScreen #about { height: auto; max-height: 5; padding: 0 1 1 1; }
    """

    def __init__(
        self,
        person_id: str,
        kind: str,
        record_id: str | None = None,
        draft_id: str | None = None,
        *,
        told: bool = False,
    ) -> None:
        super().__init__(person_id, None, draft_id)
        self.fact = FACTS[kind]
        self.record_id = record_id
        self.told = told
        self.opened_body: Mapping[str, Json] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self._doing = Doing.CORRECT
        self._lost_proof = False
        self.case: CaseNow | None = None
        self.title_text = self.fact.title.upper()  # type: ignore[misc]

    @property
    def draft_name(self) -> str:
        """Drafts are of one fact, or of a new one of its kind."""
        return f"{self.form_name}:{self.fact.kind}:{self.record_id or ''}"

    def body(self) -> ComposeResult:
        """What it is about, what to do with it, its fields, told, verified, until."""
        yield self.draft_row()
        yield Static(id="about")
        with VerticalScroll(id="fields", can_focus=False):
            yield ChoiceRow("Do", (), id="do")
            for field in self.fact.fields:
                yield FactLine(field, self.shell.pack)
            if self.fact.told:
                yield ToldOn()
                yield VerifiedOn(self.shell.pack)
            if self.fact.until and self.fact.field(UNTIL) is None:
                yield FactLine(ENDS, self.shell.pack)
            if self.fact.in_error:
                yield FactLine(WHY, self.shell.pack)
        yield from self.bottom()

    def ask_more(self, connection: Connection) -> object:
        """The record, and the open case for a fact about it. Raises NotFound where it is gone."""
        pack, person_id = self.shell.pack, str(self.person_id)
        record = self._record(connection)
        if not self.fact.of_case:
            return record, None
        about = record.body.get("case_id") if record else None
        return record, open_case_now(connection, pack, person_id, self._today, about)

    def _record(self, connection: Connection) -> Record | None:
        """The record, or the one that a new one takes the place of."""
        if self.record_id is not None:
            return fact_record(connection, self.fact.kind, self.record_id)
        if not self.fact.adds:
            return fact_record(connection, self.fact.kind, str(self.person_id))
        return standing_record(connection, self.fact.kind, str(self.person_id)) if self.told else None

    def show(self, asked: Asked) -> None:
        """Fill in what stands, or what a new one begins with."""
        if not isinstance(asked.more, tuple):
            return
        record, self.case = asked.more
        if self.case is not None:
            for line in self.query(FactLine):
                owes = (one for one in self.case.owes if line.field.offers(one))
                line.offer(Entry(one.obligation, one.label) for one in owes)
        if record is not None:
            self.opened_body, self.record_id = record.body, record.id
        if record is not None and (self.fact.until or self.fact.active or self.fact.in_error):
            self._doing = Doing.CORRECT if self.fact.corrected else Doing.IN_ERROR
            self.row("do").offer(self._doings(), picked=self._doing)
        if record is None or self.told:
            self._doing = Doing.NEW
            self.row("do").picked = (Doing.NEW,)
        self._fill()
        self._lay_out()

    def _doings(self) -> tuple[Choice, ...]:
        """What may be done with a record that stands."""
        wrong = (Choice("x", "entered in error", Doing.IN_ERROR),) if self.fact.in_error else ()
        if not self.fact.corrected:
            return wrong
        new = (Choice("n", self.fact.new, Doing.NEW),) if self.fact.until else ()
        return (Choice("c", "correct it", Doing.CORRECT), *new, Choice("e", self.fact.ended, Doing.END), *wrong)

    def begin(self) -> None:
        """What to do with it; of a new one the first field."""
        lines = [line for line in self.query(FactLine) if line.display and not line.disabled]
        if self.row("do").display and self._doing is Doing.CORRECT:
            self.set_focus(self.row("do"))
        elif lines:
            self.set_focus(lines[0].query("Input, ChoiceRow, NoteArea").first())

    # -- choices

    def advance(self, row: ChoiceRow) -> None:
        """On to the next field, whatever it is."""
        del row
        self.focus_next()

    def action_note(self) -> None:
        """Tab: the next field."""
        self.focus_next()

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """What a choice brings with it."""
        today = self._today.isoformat()
        if row.id == "do":
            self._do(Doing(code or Doing.CORRECT))
        elif isinstance(row, ToldOn | VerifiedOn) and code:
            return row.takes(code, today, self._iso)
        elif isinstance(row, ListRow):
            if code == ADD:
                self.ask(f"{row.label}: what is to be added?", row.add)
            return code == ""
        elif row.id == "f-compliance" and code != self.opened_body.get("compliance"):
            self._line("compliance_since").raw = day(today)
        return True

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        if event.input.id == "ask":
            return
        event.stop()
        line = next(one for one in self.query(FactLine) if event.input in one.query(Input))
        try:
            line.say_day(self._day)
        except BadInput as error:
            self.tell(error.message)
            return
        self.tell("")
        self.focus_next()

    def _do(self, doing: Doing) -> None:
        """Another thing to do: each keeps what was typed for it."""
        if doing is self._doing:
            return
        self._kept[self._doing] = self._raw()
        self._doing = doing
        if doing in self._kept:
            self._put_raw(self._kept[doing])
        else:
            self._fill()
        self._lay_out()

    def _fill(self) -> None:
        """The values that this begins with: those that stand, or a new one's."""
        new, today, replaces = self._doing is Doing.NEW, self._today.isoformat(), self.record_id is not None
        for line in self.query(FactLine):
            line.put(begins_with(self.fact, line.field, self._doing, self.opened_body, today, replaces=replaces))
        if self.fact.told:
            stood = {} if new else self.opened_body
            self.query_one(ToldOn).put(today if new else stood.get(TOLD_ON))
            self.query_one(VerifiedOn).put(stood.get(VERIFIED_ON), stood.get(VERIFIED_HOW, ""))

    def _lay_out(self) -> None:
        """The fields that this needs, and that may be seen."""
        safe, ends = self.client_safe, self._doing is Doing.END
        hidden = safe and self.fact.private
        self.row("do").display = bool(self.row("do").choices) and not hidden
        for line in self.query(FactLine):
            field = line.field
            asked = is_asked(field, self._doing, self.opened_body)
            line.display = asked and not hidden and not (safe and field.private)
        for row in self.query("ToldOn, VerifiedOn"):
            row.display = not ends and not hidden
        for line in self.query(FactLine):
            line.disabled = self._doing is Doing.IN_ERROR and line.field is not WHY
        about = HIDDEN if hidden else str(self.opened_body.get(self.fact.about, "")) if self.fact.about else ""
        self.query_one("#about", Static).update(plain_content(about))
        self.query_one("#about").display = bool(about)

    def watch_client_safe(self) -> None:
        """The same in the other view; what is hidden stays as it is."""
        if self.ready:
            self._lay_out()

    # -- saving

    @property
    def _today(self) -> dt.date:
        return self.opened.date()

    def _day(self, typed: str, ahead: bool) -> dt.date | None:  # noqa: FBT001 - a DayOf
        return a_day(clean(typed), self.opened, self.shell.pack, ahead=ahead)

    def _iso(self, typed: str) -> str | None:
        found = self._day(typed, False)
        if found is not None and found > self._today:
            raise BadInput("That day lies ahead. Type the day as in 20 nov, 11/20, yesterday.")
        return found.isoformat() if found else None

    def _line(self, name: str) -> FactLine:
        return next(one for one in self.query(FactLine) if one.field.name == name)

    def _values(self) -> dict[str, Json]:
        lines = [line for line in self.query(FactLine) if line.field is not WHY]
        values = {line.field.name: line.value(self._day) for line in lines}
        if self._doing is Doing.NEW and self.fact.field(UNTIL) is None:
            values.pop(UNTIL, None)
        if self.fact.told:
            proof = self.query_one(VerifiedOn)
            values |= {TOLD_ON: self.query_one(ToldOn).on, VERIFIED_ON: proof.on, VERIFIED_HOW: proof.how}
        return values

    def act(self) -> Act:
        """What the form says. Raises BadInput for what is missing or cannot be."""
        if self.client_safe and self.fact.private:
            raise BadInput(HIDDEN)
        values, opened = self._values(), self.opened_body
        self._lost_proof = self._doing is Doing.CORRECT and loses_proof(self.fact, opened, values)
        form = FactForm(
            kind=self.fact,
            person_id=self.whose.name.person_id,
            short_name=self.whose.name.short,
            doing=self._doing,
            values=values,
            opened=opened,
            record_id=self.record_id,
            entry_id=self.draft_id,
            case=self.case,
            why=self._line(WHY.name).raw if self.fact.in_error else "",
            officer_id=self.shell.vault.identity.user_id,
        )
        return fact_act(self.shell.pack, form, self.shell.now())

    def after_save(self, saved: Saved) -> None:
        """Say it too when a verification went."""
        shell, lost = self.shell, self._lost_proof
        super().after_save(saved)
        if lost:
            shell.say("The verification was about what stood before: verify the new value and say how.")

    # -- drafts

    def _raw(self) -> dict[str, Any]:
        raw: dict[str, Any] = {line.field.name: line.raw for line in self.query(FactLine)}
        if self.fact.told:
            proof = self.query_one(VerifiedOn)
            raw |= {TOLD_ON: self.query_one(ToldOn).on, VERIFIED_ON: [proof.on, proof.how]}
        return raw

    def _put_raw(self, raw: Mapping[str, Any]) -> None:
        for line in self.query(FactLine):
            if line.field.name in raw:
                line.raw = raw[line.field.name]
        if self.fact.told:
            self.query_one(ToldOn).put(raw[TOLD_ON])
            self.query_one(VerifiedOn).put(*raw[VERIFIED_ON])

    def state(self) -> Mapping[str, Any]:
        """Everything typed and chosen, and what stood when it was opened."""
        return {"doing": self._doing.value, "raw": self._raw(), "opened": dict(self.opened_body)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self._doing = Doing(state["doing"])
        self.row("do").picked = (self._doing,)
        self.opened_body = state["opened"]
        self._put_raw(state["raw"])
        self._lay_out()
