"""Violation report: conditions, evidence picked from the case notes, the facts, severity, recommendation, signature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection
from textual import events, on
from textual.app import ComposeResult
from textual.widgets import OptionList

from fieldpo.errors import BadInput, FieldpoError
from fieldpo.plain import count, short_day
from fieldpo.screens.person_form import Asked, PersonForm
from fieldpo.screens.report_typed import as_typed
from fieldpo.screens.response_why import ResponseWhyScreen
from fieldpo.screens.sign import SignScreen
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.evidence_list import EvidenceList, Pickable
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.screens.widgets.response_rows import Ground, ResponseRows
from fieldpo.store.acting.acts import Act
from fieldpo.store.acting.corrections import Correction, correction
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.entries.report import ReportForm, Signature, report_act
from fieldpo.store.entries.response import amount_words, response_words
from fieldpo.store.queries.clients.conditions import Condition, conditions
from fieldpo.store.queries.forms.person import Entry, entries
from fieldpo.store.queries.reports.responses import earlier_violations
from fieldpo.store.queries.reports.returned import Returned, returned_report
from fieldpo.store.queries.reports.signer import NOBODY, Signer, signer
from fieldpo.store.queries.rules.case_pack import case_pack
from fieldpo.supervision.packs.uses import matrix_of
from fieldpo.supervision.written.codes import label_of

_ROOMY = 36
"""Rows from which the lists and the response stand beside each other whole."""


@dataclass(frozen=True)
class _Material:
    conditions: tuple[Condition, ...]
    entries: tuple[Entry, ...]
    returned: Returned | None
    ground: Ground | None = None
    signer: Signer = NOBODY
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    """By the returned report's op, for each draft that corrects one."""


class ViolationReportScreen(PersonForm):
    """space marks, Enter goes on, Tab leaves the facts, S signs and submits."""

    title_text = "VIOLATION REPORT"
    form_name = "violation_report"
    DEFAULT_CSS = """
    ViolationReportScreen.-choosing EvidenceList { height: 1; min-height: 1; }
    ViolationReportScreen.-choosing NoteArea { height: 2; min-height: 2; }
    ViolationReportScreen.-reading #range { display: none; }
    ViolationReportScreen.-reading #reason { display: none; }
    ViolationReportScreen.-reading #recommendation { height: 1; }
    """
    help_text = "space marks a condition or an entry, Enter goes on, tab leaves the facts, S signs and submits."

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.material = _Material((), (), None)
        self._signature: Signature | None = None
        self._corrects: Correction | None = None

    def body(self) -> ComposeResult:
        """Two lists, the facts, the response, the signature."""
        yield self.draft_row()
        yield ChoiceRow("Answers", (), visited=False, id="answers")
        yield EvidenceList("1 Conditions violated (space marks, Enter goes on)", id="conditions")
        yield EvidenceList("2 Evidence from the case notes", id="evidence")
        yield NoteArea(id="note")
        yield ResponseRows()
        yield ChoiceRow("Submit", (Choice("S", "sign and submit", "sign"),), id="sign-row")
        yield from self.bottom()

    def ask_more(self, connection: Connection) -> object:
        """Conditions, entries, and a report that came back."""
        pack, person_id = self.shell.pack, str(self.person_id)
        back = returned_report(connection, person_id)
        going = case_pack(connection, pack, person_id, self.opened.date())
        matrix = matrix_of(going.pack)
        before = earlier_violations(connection, pack, matrix, person_id, back.report_id if back else None)
        return _Material(
            conditions(connection, pack, person_id),
            entries(connection, pack, person_id),
            back,
            Ground(matrix, going.pack, going.level, before),
            signer(connection, self.shell.vault.identity),
            {
                op_id: correction(connection, op_id)
                for draft in drafts(connection, self.form_name, person_id)
                if isinstance(op_id := draft.state.get("corrects"), str)
            },
        )

    def refresh_records(self) -> None:
        """A new name or title is signed with at once."""
        identity = self.shell.vault.identity
        self.load(lambda connection: signer(connection, identity), self._take_signer, group="signer")

    def _take_signer(self, found: Signer) -> None:
        self.material = replace(self.material, signer=found)

    def show(self, asked: Asked) -> None:
        """The lists; a returned report's own content where there is one to answer."""
        if not isinstance(asked.more, _Material):
            return
        self.material = material = asked.more
        pack, back = self.shell.pack, asked.more.returned
        self.note.border_title = "3 Facts (tab leaves them)"
        answers = self.row("answers")
        answers.display = back is not None
        if back is not None:
            choices = (Choice("r", "the report returned to you", back.report_id), Choice("n", "none, it is new", ""))
            answers.offer(choices, picked=back.report_id)
            answers.value = f"returned {short_day(back.returned_at)}: {back.comment}"
        self.query_one("#conditions", EvidenceList).show(
            Pickable(one.record_id, self._condition_words(one)) for one in material.conditions
        )
        self.query_one("#evidence", EvidenceList).show(
            Pickable(one.entry_id, self._entry_words(one)) for one in material.entries
        )
        if material.ground is not None:
            self.response.show(material.ground)
        if back is not None:
            self._put(as_typed(back.body))
            self._tell_unlisted()
        self.tell("" if material.conditions else f"No conditions of this {pack.labels.client} are on this laptop.")

    def begin(self) -> None:
        """The conditions."""
        self.set_focus(self.query_one("#conditions"))

    def _condition_words(self, one: Condition) -> str:
        return f"{'' if one.standard else 'SPECIAL '}{one.category}: {one.text}"

    def _entry_words(self, one: Entry) -> str:
        pack = self.shell.pack
        where = label_of(pack.places, one.place) if one.place else label_of(pack.contact_kinds, one.contact)
        return f"{short_day(one.occurred_at)} {where}, {label_of(pack.outcomes, one.outcome)}: {one.note[:200]}"

    # -- choices

    def picking_done(self, picker: EvidenceList) -> None:
        """Enter in a list: on to the next part."""
        self.set_focus(self.query_one("#evidence") if picker.id == "conditions" else self.note)

    @on(OptionList.OptionHighlighted)
    @on(events.DescendantFocus)
    def _line_in_whole(self) -> None:
        """Below, the whole of the line under the cursor; on a low screen, room for what is being done."""
        self._make_room()
        if self._asked is None and self.ready:
            here = self.focused
            self.tell(here.words_here if isinstance(here, EvidenceList) else "")

    def _make_room(self) -> None:
        """On a low screen the lists shrink while the response is chosen, and the response while they are read."""
        here, low = self.focused, self.app.size.height < _ROOMY
        if here is None or here.id == "ask":
            return
        choosing = isinstance(here, ChoiceRow) and here.id not in ("draft", "answers")
        self.set_class(low and choosing, "-choosing")
        self.set_class(low and not choosing, "-reading")

    def action_note(self) -> None:
        """Tab: on to the next part, in order."""
        self.focus_next()

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """S signs; w asks why this response."""
        if row.id == "sign-row":
            if code:
                row.picked = ()
                self.action_save()
            return False
        if self.response.owns(row):
            return self.response.chosen(row, code)
        return True

    @property
    def response(self) -> ResponseRows:
        """The rows where the response is chosen."""
        return self.query_one(ResponseRows)

    def show_why(self, lines: tuple[str, ...]) -> None:
        """Every sentence that led to the range."""
        self.app.push_screen(ResponseWhyScreen(lines))

    def changed(self) -> None:
        """A mark, a choice or a word: the clocks run from the newest evidence."""
        super().changed()
        if self.ready:
            self.response.evidence_of(self._newest_evidence())

    def _newest_evidence(self) -> dt.date | None:
        picked = set(self.query_one("#evidence", EvidenceList).picked)
        return max((one.occurred_at.date() for one in self.material.entries if one.entry_id in picked), default=None)

    # -- signing

    def action_save(self) -> None:
        """S or ctrl+s: check that it is whole, ask for the passphrase again, then submit."""
        if self._saving or not self.ready:
            super().action_save()
            return
        self._signature = signature = self.material.signer.at(self.shell.now())
        try:
            self.act()
        except FieldpoError as error:
            self.failed(error)
            return
        self.app.push_screen(SignScreen(self.shell.vault.folder, signature, self._summary()), self._signed)

    def _signed(self, signed: bool | None) -> None:  # noqa: FBT001 - Textual's callback
        if signed and self._signature is not None:
            self._signature = replace(self._signature, at=self.shell.now())
            super().action_save()
            return
        self._signature = None

    def _summary(self) -> str:
        pack = self.shell.pack
        form = self._form()
        asks = form.response
        matrix = self.material.ground.matrix if self.material.ground else None
        what = response_words(matrix, form.recommendation) if matrix else form.recommendation
        amount = f", {amount_words(asks)}" if asks and asks.amount else ""
        departs = f" It departs from the range: {asks.departure.rstrip('.')}." if asks and asks.departs else ""
        approver = f" {asks.approver.capitalize()} must approve." if asks and asks.approver else ""
        return (
            f"{pack.labels.violation_report.capitalize()} on {self.whose.name.full}: "
            f"{count(len(form.condition_ids), 'condition')}, {count(len(form.evidence), 'entry')} as evidence, "
            f"severity {label_of(pack.severities, form.severity)}, recommends “{what}{amount}”.{departs}{approver}"
        )

    def _form(self) -> ReportForm:
        whose = self.whose
        picked = self.query_one("#conditions", EvidenceList).picked
        case_id = next((one.case_id for one in self.material.conditions if one.record_id in picked), whose.case_id)
        if not case_id:
            raise BadInput("This person has no case on this laptop yet. Sync, then submit; the draft is kept.")
        return ReportForm(
            entry_id=self.draft_id,
            person_id=whose.name.person_id,
            short_name=whose.name.short,
            officer_id=self.shell.vault.identity.user_id,
            case_id=case_id,
            condition_ids=picked,
            evidence=self.query_one("#evidence", EvidenceList).picked,
            facts=self.note.text,
            severity=self.row("severity").code,
            recommendation=self.row("recommendation").code,
            reason=self.response.typed.reason,
            response=self.response.response(),
            answers_id=self.row("answers").code or None,
            corrects=self._corrects,
        )

    def act(self) -> Act:
        """The signed report and its first step. Raises BadInput where something is missing or nobody signed."""
        if self._signature is None:
            raise BadInput("Sign the report to submit it. The draft is kept.")
        return report_act(self.shell.pack, self._form(), self._signature)

    def state(self) -> Mapping[str, Any]:
        """Everything picked and typed; never a signature."""
        return {
            "conditions": list(self.query_one("#conditions", EvidenceList).picked),
            "evidence": list(self.query_one("#evidence", EvidenceList).picked),
            "facts": self.note.text,
            "answers": list(self.row("answers").picked),
            "response": self.response.state(),
            "corrects": self._corrects.op_id if self._corrects else None,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self._corrects = self.material.corrections.get(state.get("corrects") or "")
        if self._corrects is not None:
            self._begin_correction(self._corrects)
        self._put(state)
        self.row("answers").picked = tuple(state["answers"])
        self.changed()
        self._tell_unlisted()

    def _begin_correction(self, corrects: Correction) -> None:
        self.heading = f"{self.whose.name.full}: in place of the one returned"
        if self.material.ground is not None:  # that one is no violation before this
            earlier = (one for one in self.material.ground.earlier if one["id"] != corrects.report_id)
            self.response.ground = replace(self.material.ground, earlier=tuple(earlier))

    def _tell_unlisted(self) -> None:
        """What the report named and cannot be marked any more is said, not left out in silence."""
        gone = sum(one.unlisted for one in self.query(EvidenceList))
        if gone:
            what = "condition or entry that it named is" if gone == 1 else "conditions or entries that it named are"
            self.shell.say(f"{gone} {what} not in these lists any more. Look before you sign.")

    def _put(self, state: Mapping[str, Any]) -> None:
        self.query_one("#conditions", EvidenceList).mark(state["conditions"])
        self.query_one("#evidence", EvidenceList).mark(state["evidence"])
        self.note.put(state["facts"])
        newest, response = self._newest_evidence(), state["response"]
        if newest is not None and response["known_on"] == newest.isoformat():
            response = {**response, "known_on": None}  # nobody typed it: the clocks run on with the evidence
        self.response.newest = newest
        self.response.restore(response)
