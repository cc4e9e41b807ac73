"""Something that central holds, whole, and the supervisor's decision: released, refused, matched, made a new case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from sqlalchemy import Connection
from textual.app import ComposeResult
from textual.widgets import TextArea

from fieldpo.screens.deciding import Deciding
from fieldpo.screens.held_words import ASKS, ASKS_REFUSED_INTAKE, NO_OFFICER, NOBODY, OVER, Asked, fitting, whole
from fieldpo.screens.widgets.row_detail import RowDetail
from fieldpo.screens.widgets.whom_list import WhomList
from fieldpo.store import audit
from fieldpo.store.queries.supervisor.held import Held, held_for
from fieldpo.store.queries.supervisor.offers import Whom, offered, takers
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE


class HeldScreen(Deciding):
    """`y` releases, `x` refuses, `m` matches, `+` makes a new case; each asks for the reason before it is sent."""

    title_text = "HELD AT CENTRAL"
    section: ClassVar[tuple[str, ...]] = ("review_held",)
    form_name = "review_held"
    about_name = "key"
    said_name = "reason"
    help_text = (
        "What central holds, with all that was written. A late entry, or a group that waits, is released or refused; "
        "someone not listed is matched to a client, made a new case, or refused. Central does it as your decision "
        "arrives, and logs it with your name; it is not taken back."
    )

    def __init__(
        self, key: str = "", person_id: str = "", appointment_id: str | None = None, draft_id: str | None = None
    ) -> None:
        del person_id, appointment_id  # what Today gives to every form begun
        super().__init__(key, draft_id)
        self._held: Held | None = None
        self._asked: Asked | None = None

    def body(self) -> ComposeResult:
        """All that was written, a list to choose from, and where the reason is typed."""
        yield RowDetail(id="held-words")
        yield WhomList(id="held-choices")
        yield TextArea(id="review-text")

    @property
    def words(self) -> RowDetail:
        """The text."""
        return self.query_one("#held-words", RowDetail)

    @property
    def choices(self) -> WhomList:
        """The list."""
        return self.query_one(WhomList)

    def back_to_text(self) -> None:
        """What was written."""
        self.words.focus()

    def refresh_records(self) -> None:
        """Ask anew: it may have been decided meanwhile."""
        pack, user_id, key = self.shell.pack, self.shell.vault.identity.user_id, self.about
        self.load(lambda connection: held_for(connection, pack, user_id, key), self._show)

    def watch_client_safe(self) -> None:
        """Nothing of it in the client-safe view."""
        self._paint()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """Whether this supervisor may decide on it now, and so."""
        if not self.is_mounted or action not in ("decide", "choose", "save", "whole_case"):
            return None
        if self._held is None:
            return OVER
        if action == "whole_case" or (action == "save" and self.wished is not None):
            return None if self._held.subject_id else "There is no client of your team in it."
        if self.client_safe:
            return "It is not shown in this view. F3 swaps to the full one: read it, then decide."
        if self._held.own:
            return "Nobody decides on what they wrote themselves: another supervisor has to."
        if self._held.decided:
            return "It has been decided."
        if action == "decide" and parameters[0] not in fitting(self._held):
            what = "matched, made a new case, or refused" if self._held.not_listed else "released or refused"
            return f"This is {what}."
        if action == "save" and not self.typing:
            return "Decide first."
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does not fit it is not offered; the keys pressed all the same say so."""
        return super().check_action(action, parameters) if self._fits(action, parameters) else False

    def _fits(self, action: str, parameters: tuple[object, ...]) -> bool:
        held = self._held
        match action:
            case "choose":
                return self.is_mounted and self.choices.is_open
            case "whole_case":
                return held is not None and bool(held.subject_id)
            case "save":
                return self.wished is not None or (held is not None and not held.decided)
            case "decide":
                return held is not None and not (held.decided or self.typing) and parameters[0] in fitting(held)
        return True

    # -- deciding

    def action_decide(self, decision: str) -> None:
        """A list first where somebody is chosen; then the reason."""
        held, user_id = self._held, self.shell.vault.identity.user_id
        if held is None:
            return
        if decision == MATCH:
            self.load(
                lambda connection: offered(connection, held.key),
                lambda found: self._choose(found, lambda one: self._ask(Asked(MATCH, (one.id, one.name))), NOBODY),
                group="choices",
            )
        elif decision == CREATE:
            self.load(
                lambda connection: takers(connection, user_id, held.officer_id),
                lambda found: self._choose(found, self._choose_type, NO_OFFICER),
                group="choices",
            )
        else:
            self._ask(Asked(decision))

    def action_choose(self) -> None:
        """Take the one under the cursor."""
        self.choices.take()

    def action_save(self) -> None:
        """Send the decision, or the reason for a whole case."""
        if self.wished is not None:
            self.send_wish()
        else:
            self._send()

    def action_whole_case(self) -> None:
        """Read the whole case, or ask for it."""
        if self._held is not None:
            self.read_or_wish(self._held.subject_id, self._held.subject)

    def action_back(self) -> None:
        """Out of the list of whom first."""
        if self.choices.is_open and not self.typing:
            self._close_choices()
        else:
            super().action_back()

    def close_area(self) -> None:
        """What was about to be decided is not said any more."""
        super().close_area()
        self._paint()

    def action_cursor_down(self) -> None:
        """A line down."""
        if self.choices.is_open:
            self.choices.action_cursor_down()
        else:
            self.words.scroll_relative(y=1, animate=False)

    def action_cursor_up(self) -> None:
        """A line up."""
        if self.choices.is_open:
            self.choices.action_cursor_up()
        else:
            self.words.scroll_relative(y=-1, animate=False)

    def _choose(self, found: Sequence[Whom], chosen: Callable[[Whom], None], nobody: str) -> None:
        if not found:
            self.shell.say(nobody, severity="warning")
            return
        self.choices.offer(found, chosen)
        self._paint()

    def _choose_type(self, officer: Whom) -> None:
        whom = officer.id, officer.name
        types = [Whom(one.code, one.label) for one in self.shell.pack.supervision_types]
        if not types:
            self._ask(Asked(CREATE, whom))
            return
        self._choose(types, lambda one: self._ask(Asked(CREATE, whom, (one.id, one.name))), "")

    def _close_choices(self) -> None:
        self.choices.close()
        self.words.focus()
        self._paint()

    def _ask(self, asked: Asked) -> None:
        self._asked = asked
        self._close_choices()
        read = self._held is not None and self._held.not_listed and asked.decision == REFUSE
        self.open_area(ASKS_REFUSED_INTAKE if read else ASKS[asked.decision], self.said)
        self._paint()

    def _send(self) -> None:
        from fieldpo.errors import BadInput
        from fieldpo.store.entries.held_decision import OnHeld, held_decision_act

        held, asked = self._held, self._asked
        if held is None or asked is None or self.sending:
            return
        decided = OnHeld(
            held_op_id=held.op_id,
            what=held.subject if held.not_listed else f"{held.reason}, {held.subject}",
            decision=asked.decision,
            reason=self.typed,
            whom=asked.whom,
            supervision=asked.supervision[0],
            entry_id=self.draft_id,
        )
        try:
            act = held_decision_act(
                self.shell.pack, decided, officer_id=self.shell.vault.identity.user_id, now=self.shell.now()
            )
        except BadInput as error:
            self.failed(error)
            return
        self.sending = True
        self.save(act, lambda _: self.decided(act.label))

    # -- painting

    def _log_reading(self, held: Held) -> None:
        """Opening it is logged once, as opening a report is."""
        who, at = self.shell.vault.identity, self.shell.now()

        def log(connection: Connection) -> None:
            audit.append(connection, who.user_id, who.device_id, at, [audit.Event("read", "held_item", held.op_id)])

        self.write(log, group="audit")

    def _show(self, found: tuple[Held, ...]) -> None:
        first = self._held is None
        self._held = next(iter(found), None)
        if first and self._held is not None:
            self._log_reading(self._held)
        self._paint()

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        held = self._held
        self.heading = "" if held is None or self.client_safe else f"{held.reason}, {held.subject}"
        if held is None:
            lines = [("", OVER)]
        elif self.client_safe:
            lines = [("", "It is not shown in this view. F3 swaps to the full one.")]
        else:
            asked = [("DECIDE", self._asked.words)] if self._asked is not None and self.typing else []
            lines = [*asked, *whole(held)]
        self.words.tell(lines)
        self.choices.name_them(hidden=self.client_safe)
        self.refresh_bindings()
