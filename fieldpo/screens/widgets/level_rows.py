"""What follows from a score: the instrument's level set aside, and the level of supervision; each with its reason."""

from __future__ import annotations

from fieldpo.errors import BadInput
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.store.queries.rules.case_pack import CasePack
from fieldpo.supervision.instruments.instrument import Instrument
from fieldpo.supervision.instruments.running import level_names
from fieldpo.supervision.written.codes import label_of

AS_SCORED, KEEP = "", "keep"


class Reasoned(ChoiceRow):
    """A row some of whose choices need a reason, and a word of who approved. Both are for the choice that stands."""

    no_reason = ""
    """What is said where the reason is left empty."""

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(label, (), visited=False, id=id)
        self.approves = ""
        """What the one who approves is called; empty where nobody has to."""
        self.reason = ""
        self.approver = ""
        self._reason_for = ""

    def forget_reason(self, code: str) -> bool:
        """What was typed was for another choice than this one. False where it is for this one, whole, and stands."""
        if self.reason and (self.approver or not self.approves) and code == self._reason_for:
            return False
        self.reason, self.approver, self._reason_for = "", "", code
        return True

    def restore(self, reason: str, approver: str) -> None:
        """From a draft, for what is picked."""
        self.reason, self.approver, self._reason_for = reason, approver, self.code

    def ask_reason(self, prompt: str) -> None:
        """Ask why, then who approved."""

        def take(typed: str) -> None:
            if not typed:
                raise BadInput(self.no_reason)
            self.reason = typed
            if self.approves:
                self.form.ask(f"Which {self.approves} approved it?", self._take_approver)

        self.form.ask(prompt, take)

    def _take_approver(self, typed: str) -> None:
        if not typed:
            raise BadInput("Type who approved it.")
        self.approver = typed


class OverrideRow(Reasoned):
    """The instrument's own level set aside, where the instrument allows it."""

    no_reason = "An override needs a reason."

    def __init__(self) -> None:
        super().__init__("Override", id="override")

    def begin(self, instrument: Instrument) -> None:
        """The levels of this instrument; what was typed for another's is forgotten."""
        rule = instrument.definition.override
        self.approves = rule.approver
        self.restore("", "")
        names = level_names(instrument) if rule.allowed else ()
        override = [Choice(str(at), name, name) for at, name in enumerate(names, start=1) if at < 10]
        none = Choice("0", "as scored", AS_SCORED)
        self.offer((none, *override) if override else (), picked=AS_SCORED)

    def takes(self, code: str) -> bool:
        """A choice was made; False where its reason is asked for."""
        if not self.forget_reason(code) or not code:
            return True
        self.ask_reason(f"Why is the level set aside, for {code}?")
        return False


class LevelRow(Reasoned):
    """The level of supervision: kept, or changed by the officer's act alone."""

    no_reason = "A level that the score does not speak for needs a reason."

    def __init__(self, supervisor: str) -> None:
        super().__init__("Level", id="level")
        self.approves = supervisor
        self.proposed = ""
        """The level that the score speaks for; empty for none."""

    def offer_levels(self, going: CasePack, proposed: str) -> None:
        """The levels of the case's policy, the proposed one marked; what was picked stays picked."""
        self.proposed = proposed
        if going.case is None:
            self.offer(())
            self.value = "no open case on this laptop"
            return
        stands = label_of(going.pack.levels, going.level) if going.level else "none"
        levels = [
            Choice(str(at), one.label + (" (proposed)" if one.code == proposed else ""), one.code)
            for at, one in enumerate(going.pack.levels, start=1)
            if at < 10 and one.code != going.level
        ]
        self.offer((Choice("k", f"keep {stands}", KEEP), *levels), picked=self.code or KEEP)

    @property
    def given(self) -> str:
        """The level that the case gets; empty where it keeps its own."""
        return "" if self.code == KEEP else self.code

    def takes(self, code: str) -> bool:
        """A choice was made; False where its reason is asked for."""
        if not self.forget_reason(code) or code in ("", KEEP) or (self.proposed and code == self.proposed):
            return True
        self.ask_reason("Why this level? The score does not speak for it.")
        return False
