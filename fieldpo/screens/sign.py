"""Signing: what is signed stands in short, the passphrase is given again, and a wrong one counts as a failed unlock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import get_current_worker

from fieldpo.errors import FieldpoError, VaultLocked
from fieldpo.screens.safe import filled, plain_content
from fieldpo.screens.widgets.passphrase_input import PassphraseInput
from fieldpo.store.entries.report import Signature

Signed = Callable[[], None]


class SignScreen(ModalScreen[bool]):
    """Dismissed with True once the passphrase has opened the vault's slot again."""

    BINDINGS = [("escape", "cancel", "back")]

    def __init__(self, folder: Path, signature: Signature, summary: str) -> None:
        super().__init__()
        self._folder = folder
        self._signature = signature
        self._summary = summary
        self._busy = False

    def compose(self) -> ComposeResult:
        """What, by whom, when, and the passphrase."""
        with Vertical(id="sign"):
            yield Static(plain_content(self._summary), id="sign-what")
            yield Static(
                filled(
                    "Signed by [b]$name[/b], $title, $at",
                    name=self._signature.name or "(no name)",
                    title=self._signature.title or "(no title)",
                    at=f"{self._signature.at:%a %d %b %Y %H:%M}",
                )
            )
            yield PassphraseInput("passphrase", id="sign-passphrase")
            yield Static("Type the passphrase again; Enter signs, Esc goes back.", id="sign-said")

    @on(PassphraseInput.Submitted)
    def _submitted(self, event: PassphraseInput.Submitted) -> None:
        event.stop()
        if self._busy:
            return
        self._busy = True
        self.query_one("#sign-said", Static).update("Checking the passphrase …")
        passphrase = event.value
        self.query_one(PassphraseInput).value = ""
        self.run_worker(partial(self._check, passphrase), thread=True, exclusive=True)

    def _check(self, passphrase: str) -> None:
        from fieldpo.store.opening.keys import unlock

        worker = get_current_worker()
        try:
            unlock(self._folder, passphrase)
        except FieldpoError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._refused, error)
            return
        if not worker.is_cancelled:
            self.app.call_from_thread(self.dismiss, True)

    def _refused(self, error: FieldpoError) -> None:
        self._busy = False
        self.query_one("#sign-said", Static).update(plain_content(error.message))
        if isinstance(error, VaultLocked):
            self.dismiss(False)
            self.app.call_later(self.app.run_action, "app.lock")

    def action_cancel(self) -> None:
        """Esc: nothing is signed."""
        self.dismiss(False)
