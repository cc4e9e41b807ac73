"""Violation report: conditions, evidence picked from the case notes, the facts, severity, recommendation, signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from textual import events, on
from textual.app import ComposeResult
from textual.widgets import OptionList

from fieldpo.errors import BadInput, FieldpoError
from fieldpo.plain import count, short_day
from fieldpo.screens.person_form import Asked, PersonForm, keyed
from fieldpo.screens.sign import SignScreen
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.evidence_list import EvidenceList, Pickable
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.store.acts import Act
from fieldpo.store.entries.report import ReportForm, Signature, report_act
from fieldpo.store.queries.forms import ConditionChoice, Entry, Returned, conditions, entries, returned_report
from fieldpo.supervision.pack import label_of


@dataclass(frozen=True)
class _Material:
    conditions: tuple[ConditionChoice, ...]
    entries: tuple[Entry, ...]
    returned: Returned | None


class ViolationReportScreen(PersonForm):
    """space marks, Enter goes on, Tab leaves the facts, S signs and submits."""

    title_text = "VIOLATION REPORT"
    form_name = "violation_report"
    help_text = "space marks a condition or an entry, Enter goes on, tab leaves the facts, S signs and submits."

    def __init__(self, person_id: str, appointment_id: str | None = None, draft_id: str | None = None) -> None:
        super().__init__(person_id, appointment_id, draft_id)
        self.material = _Material((), (), None)
        self.reason = ""
        self._signature: Signature | None = None

    def body(self) -> ComposeResult:
        """Two lists, the facts, three rows."""
        pack = self.shell.pack
        yield self.draft_row()
        yield ChoiceRow("Answers", (), visited=False, id="answers")
        yield EvidenceList("1 Conditions violated (space marks, Enter goes on)", id="conditions")
        yield EvidenceList("2 Evidence from the case notes", id="evidence")
        yield NoteArea(id="note")
        yield ChoiceRow(
            "Severity", keyed(pack.severities), picked=[one.code for one in pack.severities[:1]], id="severity"
        )
        yield ChoiceRow(
            "Recommend",
            keyed(pack.recommendations),
            picked=[one.code for one in pack.recommendations[:1]],
            id="recommendation",
        )
        yield ChoiceRow("Reason", (Choice("w", "say why this response", "why"),), visited=False, id="reason")
        yield ChoiceRow("Submit", (Choice("S", "sign and submit", "sign"),), id="sign-row")
        yield from self.bottom()

    def ask_more(self, connection: Connection) -> object:
        """Conditions, entries, and a report that came back."""
        pack, person_id = self.shell.pack, str(self.person_id)
        return _Material(
            conditions(connection, person_id),
            entries(connection, pack, person_id),
            returned_report(connection, person_id),
        )

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
            self.row("severity").picked = (back.severity,)
            self.row("recommendation").picked = (back.recommendation,)
            self.note.load_text(back.facts)
        self.query_one("#conditions", EvidenceList).show(
            (Pickable(one.condition_id, self._condition_words(one)) for one in material.conditions),
            back.condition_ids if back else (),
        )
        self.query_one("#evidence", EvidenceList).show(
            (Pickable(one.entry_id, self._entry_words(one)) for one in material.entries),
            back.evidence if back else (),
        )
        self.row("severity").refresh()
        self.tell("" if material.conditions else f"No conditions of this {pack.labels.client} are on this laptop.")

    def begin(self) -> None:
        """The conditions."""
        self.set_focus(self.query_one("#conditions"))

    def _condition_words(self, one: ConditionChoice) -> str:
        kind = label_of(self.shell.pack.condition_categories, one.category)
        return f"{'' if one.standard else 'SPECIAL '}{kind}: {one.text}"

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
        """Below, the whole of the line under the cursor."""
        if self._asked is None and self.ready:
            here = self.focused
            self.tell(here.words_here if isinstance(here, EvidenceList) else "")

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
        if row.id == "reason":
            row.picked = ()
            self.ask("Why this response?", self._take_reason, value=self.reason)
            return False
        return True

    def _take_reason(self, typed: str) -> None:
        self.reason = typed
        self.row("reason").value = typed

    # -- signing

    def action_save(self) -> None:
        """S or ctrl+s: check that it is whole, ask for the passphrase again, then submit."""
        if self._saving or not self.ready:
            super().action_save()
            return
        vault = self.shell.vault
        self._signature = Signature(vault.identity.author_name, vault.identity.author_title, self.shell.now())
        try:
            self.act()
        except FieldpoError as error:
            self.failed(error)
            return
        self.app.push_screen(SignScreen(vault.folder, self._signature, self._summary()), self._signed)

    def _signed(self, signed: bool | None) -> None:  # noqa: FBT001 - Textual's callback
        if signed:
            vault = self.shell.vault
            self._signature = Signature(vault.identity.author_name, vault.identity.author_title, self.shell.now())
            super().action_save()
            return
        self._signature = None

    def _summary(self) -> str:
        pack = self.shell.pack
        form = self._form()
        return (
            f"{pack.labels.violation_report.capitalize()} on {self.whose.name.full}: "
            f"{count(len(form.condition_ids), 'condition')}, {count(len(form.evidence), 'entry')} as evidence, "
            f"severity {label_of(pack.severities, form.severity)}, recommends "
            f"“{label_of(pack.recommendations, form.recommendation)}”."
        )

    def _form(self) -> ReportForm:
        whose = self.whose
        picked = self.query_one("#conditions", EvidenceList).picked
        case_id = next((one.case_id for one in self.material.conditions if one.condition_id in picked), whose.case_id)
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
            reason=self.reason,
            answers_id=self.row("answers").code or None,
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
            "picked": {name: list(self.row(name).picked) for name in ("answers", "severity", "recommendation")},
            "reason": self.reason,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.query_one("#conditions", EvidenceList).mark(state["conditions"])
        self.query_one("#evidence", EvidenceList).mark(state["evidence"])
        self.note.load_text(state["facts"])
        for name, picked in state["picked"].items():
            self.row(name).picked = tuple(picked)
        self._take_reason(state["reason"])
