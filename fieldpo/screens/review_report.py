"""A report in review: each allegation with the evidence beside it; back to its officer with comments, or approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from fieldpo.errors import FieldpoError
from fieldpo.plain import day
from fieldpo.screens.deciding import Deciding
from fieldpo.screens.sign import SignScreen
from fieldpo.screens.widgets.row_detail import labelled
from fieldpo.store import audit
from fieldpo.store.entries.report import Signature
from fieldpo.store.queries.reports.signer import NOBODY, Signer, signer
from fieldpo.store.queries.supervisor.review import Alleged, ReportInReview, report_in_review

if TYPE_CHECKING:
    from fieldpo.store.acting.acts import Act

LABEL = 10
RETURNED = "returned"


class ReviewReportScreen(Deciding):
    """`b` opens a field for the comments and sends it back signed; `y` approves it, signed."""

    title_text = "REPORT"
    section: ClassVar[tuple[str, ...]] = ("review_report",)
    form_name = "review_report"
    about_name = "report_id"
    said_name = "comment"
    help_text = (
        "Each allegation with the entries that it cites, as they stand at central. What you decide is signed with your "
        "passphrase and stands in the officer's caseload; it is not taken back."
    )

    def __init__(
        self, report_id: str = "", person_id: str = "", appointment_id: str | None = None, draft_id: str | None = None
    ) -> None:
        del person_id, appointment_id  # what Today gives to every form begun
        super().__init__(report_id, draft_id)
        self._report: ReportInReview | None = None
        self._signer = NOBODY
        self._signature: Signature | None = None

    def body(self) -> ComposeResult:
        """One text, and where comments are typed."""
        yield VerticalScroll(Static(id="review-words"), id="review-whole")
        yield TextArea(id="review-text")

    def back_to_text(self) -> None:
        """The report."""
        self.query_one("#review-whole").focus()

    def refresh_records(self) -> None:
        """Ask anew: it may have been withdrawn, or decided on."""
        pack, who = self.shell.pack, self.shell.vault.identity

        def ask(connection: Connection) -> tuple[ReportInReview | None, Signer]:
            return report_in_review(connection, pack, self.about, who.user_id), signer(connection, who)

        self.load(ask, self._show)

    def on_resize(self) -> None:
        """Other lines for another width, once all of the layout has it."""
        self.call_after_refresh(self._paint)

    def watch_client_safe(self) -> None:
        """Nothing of a report in the client-safe view."""
        self._paint()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """Whether this supervisor may decide on it now."""
        del parameters
        if not self.is_mounted or action not in ("decide", "save", "whole_case"):
            return None
        if self._report is None:
            return "This report does not wait any more. Esc goes back."
        if action == "whole_case":
            return None
        if action == "save":
            return None if self.typing else "Decide first: b returns it with comments, y approves it."
        if self.client_safe:
            return "The report is not shown in this view. F3 swaps to the full one: read it, then decide."
        one = self._report.waiting
        if one.own:
            return "Nobody decides on a report of their own: another supervisor has to."
        if one.decided or one.state != "submitted":
            return "It has been decided. A new report answers one that was returned."
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is decided offers no decision; the keys pressed all the same say so."""
        over = self._report is None or self._report.waiting.decided or self._report.waiting.state != "submitted"
        decides = action == "decide" or (action == "save" and self.wished is None)
        return False if over and decides else super().check_action(action, parameters)

    def action_decide(self, step: str) -> None:
        """b: comments first. y: sign."""
        if step == RETURNED:
            self.open_area("What is missing? ctrl+s signs and returns it, esc leaves it", self.said)
        else:
            self._sign(step, "")

    def action_save(self) -> None:
        """Sign what was typed, or send the reason for a whole case."""
        if self.wished is not None:
            self.send_wish()
        else:
            self._sign(RETURNED, self.area.text)

    def action_whole_case(self) -> None:
        """Read the whole case, or ask for it."""
        if self._report is not None:
            self.read_or_wish(self._report.person_id, self._report.waiting.subject)

    def action_cursor_down(self) -> None:
        """A line down."""
        self.query_one("#review-whole").scroll_relative(y=1, animate=False)

    def action_cursor_up(self) -> None:
        """A line up."""
        self.query_one("#review-whole").scroll_relative(y=-1, animate=False)

    # -- signing

    def _sign(self, step: str, comment: str) -> None:
        self._signature = self._signer.at(self.shell.now())
        try:
            act = self._act(step, comment)
        except FieldpoError as error:
            self.failed(error)
            return

        def signed(given: bool | None) -> None:  # noqa: FBT001 - Textual's callback
            if given:
                self.save(act, lambda _: self.decided(act.label))

        self.app.push_screen(SignScreen(self.shell.vault.folder, self._signature, f"{act.label}."), signed)

    def _act(self, step: str, comment: str) -> Act:
        from fieldpo.errors import NotFound
        from fieldpo.store.entries.decision import Decision, decision_act

        if self._report is None or self._signature is None:
            raise NotFound("This report does not wait any more. Nothing was signed; what you typed is kept.")
        one = self._report
        decision = Decision(
            report_id=self.about,
            person_id=one.person_id,
            short_name=one.waiting.subject,
            step=step,
            comment=comment,
            report=one.body,
            entry_id=self.draft_id,
        )
        return decision_act(self.shell.pack, decision, self._signature, officer_id=self.shell.vault.identity.user_id)

    # -- painting

    def _log_reading(self) -> None:
        """Opening a report is logged once, as opening a person is."""
        who, at, report_id = self.shell.vault.identity, self.shell.now(), self.about

        def log(connection: Connection) -> None:
            audit.append(connection, who.user_id, who.device_id, at, [audit.Event("read", "review_item", report_id)])

        self.write(log, group="audit")

    def _show(self, asked: tuple[ReportInReview | None, Signer]) -> None:
        found, self._signer = asked
        if self._report is None and found is not None:
            self._log_reading()
        self._report = found
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        found = self._report
        self.heading = "" if found is None or self.client_safe else f"{found.waiting.subject}, {found.waiting.officer}"
        if found is None:
            words = [Content("This report does not wait any more. Esc goes back.")]
        elif self.client_safe:
            words = [Content("A report is not shown in this view. F3 swaps to the full one.")]
        else:
            words = whole(found, self.query_one("#review-whole").scrollable_content_region.width or self.size.width - 3)
        self.query_one("#review-words", Static).update(Content("\n").join(words))
        self.refresh_bindings()


def whole(one: ReportInReview, room: int) -> list[Content]:
    """The report in labelled lines, in `room` cells: what was said before, what it asks, each allegation with its
    evidence under it, the facts.
    """
    lines = [labelled(label, said, LABEL) for label, said in one.before]
    lines += [labelled(step.upper(), said, LABEL) for step, said in one.steps]
    if one.waiting.due_on:
        lines.append(labelled("ANSWER BY", day(one.waiting.due_on), LABEL))
    lines += [labelled("SEVERITY", one.waiting.severity, LABEL), labelled("ASKS", one.asks, LABEL)]
    lines += [labelled(label, said, LABEL) for label, said in one.response]
    for number, alleged in enumerate(one.allegations, 1):
        lines += [Content(""), *_allegation(number, alleged, room)]
    lines += [Content(""), labelled("FACTS", one.facts, LABEL)]
    return [*lines, Content(""), labelled("SIGNED", one.signed or "not signed", LABEL)]


def _below(words: str, room: int, style: str = "") -> Content:
    """Words wrapped to stand under their entry's title."""
    flowed = [str(line).rstrip() for line in Text(words).wrap(Console(width=room), max(room - 4, 20))]
    return Content.styled("\n".join(f"    {line}" for line in flowed), style)


def _allegation(number: int, one: Alleged, room: int) -> list[Content]:
    lines = [labelled(f"ALLEGED {number}", one.condition, LABEL)]
    lines += [Content(one.facts)] if one.facts else []
    for cited in one.evidence:
        struck = "strike" if cited.withdrawn else ""
        lines.append(Content.styled(f"  • {'ENTERED IN ERROR: ' if cited.withdrawn else ''}{cited.title}", "bold"))
        lines += [_below(cited.words, room, struck)] if cited.words else []
        lines += [_below(f"ADDED: {more}", room) for more in cited.more]
    if not one.evidence:
        lines.append(Content("  (no entry is cited)"))
    return lines
