"""Entered in error: the entry stays, struck through, with the reason that is given here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Label, Static

from fieldpo.screens.addendum import AddendumScreen
from fieldpo.store.acting.acts import Act
from fieldpo.store.entries.withdrawal import withdrawal_act


class WithdrawalScreen(AddendumScreen):
    """The entry above, the reason below; Enter or ctrl+s marks it."""

    title_text = "ENTERED IN ERROR"
    form_name = "withdrawal"
    help_text = "The entry stays as it was written and is struck through, with your name, the time and the reason."

    def body(self) -> ComposeResult:
        """The entry, then the reason."""
        yield self.draft_row()
        yield VerticalScroll(Static(id="entry"), id="entry-scroll")
        reason = Input(id="reason", placeholder="meant for another client, logged twice")
        yield Horizontal(Label("  Reason", classes="field"), reason, classes="line")
        yield from self.bottom()

    def begin(self) -> None:
        """The reason."""
        self.set_focus(self.query_one("#reason", Input))

    @on(Input.Submitted, "#reason")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_save()

    def act(self) -> Act:
        """The withdrawal. Raises BadInput for no reason."""
        return withdrawal_act(
            self.shell.pack,
            self.whose.name.person_id,
            self.whose.name.short,
            self.entry_id,
            self.query_one("#reason", Input).value,
            officer_id=self.shell.vault.identity.user_id,
            now=self.shell.now(),
            withdrawal_id=self.draft_id,
        )

    def state(self) -> Mapping[str, Any]:
        """The reason."""
        return {"reason": self.query_one("#reason", Input).value}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where it was left."""
        self.query_one("#reason", Input).value = state["reason"]
