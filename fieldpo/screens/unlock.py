"""Unlock: the banner, the passphrase, entries not sent. Imports nothing that its first paint would wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from fieldpo import bindings
from fieldpo.errors import FieldpoError, VaultDamaged
from fieldpo.paths import paths
from fieldpo.plain import count
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.leaving import LOCKED_IDLE
from fieldpo.screens.widgets.key_footer import KeyFooter
from fieldpo.screens.widgets.passphrase_input import PassphraseInput

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldpo.store.vault import Peek, Vault

BANNER: Final = (
    "This is an agency system with criminal justice information. Use is monitored and recorded. "
    "Unauthorized use is prohibited and subject to criminal and civil penalties. "
    "By going on you consent to monitoring and recording."
)
"""Shown before the passphrase (CJIS AC-8)."""


class UnlockScreen(FieldScreen):
    """Opens the vault in a thread; a wrong passphrase is said with the tries that are left."""

    title_text = "UNLOCK"
    section: ClassVar[tuple[str, ...]] = ("unlock",)
    is_form = True
    needs_vault = False
    help_text = "Type the passphrase of this computer's vault and press Enter. Nothing is sent anywhere."

    def __init__(self) -> None:
        super().__init__()
        self._opening = False
        self._early: list[str] = []
        """Keys typed while the passphrase is tried."""

    def compose(self) -> ComposeResult:
        """The banner, the field and what may be said before it is filled."""
        with Vertical(id="unlock-box"):
            yield Static("[b]fieldpo[/b]", id="unlock-name")
            yield Static(BANNER, id="unlock-banner", markup=False)
            yield Static(id="unlock-vault")
            yield PassphraseInput("passphrase", id="unlock-passphrase")
            yield Static(id="unlock-answer")
            yield Static(id="unlock-shown")
        yield KeyFooter()

    def on_mount(self) -> None:
        """The field first; what waits in the vault is read once that is painted."""
        self.query_one(Input).focus()
        self.call_after_refresh(self._tell, first=True)
        shown = getattr(self.app, "shown_passphrase", None)
        if shown:
            self.query_one("#unlock-shown", Static).update(
                Content.from_markup("Training. The passphrase is: [b]$shown[/b]", shown=shown)
            )

    def _tell(self, *, first: bool = False) -> None:
        from fieldpo.store.vault import peek

        try:
            found = peek(paths().data)
        except VaultDamaged as error:
            self._answer(error.message)
            self.query_one(Input).disabled = True
            return
        self.query_one("#unlock-vault", Static).update(Content(vault_line(found)))
        if found.attempts is not None and found.attempts.locked:
            self._answer(locked_line(found))
            self.query_one(Input).disabled = not found.training
        elif first and getattr(self.app, "locked_because", 0) == LOCKED_IDLE:
            minutes = self.shell.config.idle_lock_minutes
            self._answer(f"Locked after {minutes} min without a key. What you typed is kept as a draft.")

    @on(Input.Submitted, "#unlock-passphrase")
    def open(self, event: Input.Submitted) -> None:
        """Open the vault with what was typed."""
        event.stop()
        field = event.input
        passphrase, field.value = field.value, ""
        if not passphrase:
            self._answer("Type the passphrase, then Enter.")
            return
        field.disabled = True
        self._opening = True
        self._answer("Opening…")
        self.compute(lambda: open_here(passphrase), self._opened, group="unlock", keep=True)

    def action_unlock(self) -> None:
        """Enter from anywhere on this screen goes to the field."""
        self.query_one(Input).focus()

    async def on_event(self, event: events.Event) -> None:
        """What is typed while the vault opens is meant for Today, which gets it."""
        if self._opening and isinstance(event, events.Key) and not _for_all(event.key):
            if self._early or event.key != "enter":  # a second Enter is impatience, and opens nobody's file
                self._early.append(event.key)
            event.stop()
            event.prevent_default()
            return
        await super().on_event(event)

    def _opened(self, vault: Vault) -> None:
        self._opening = False
        early, self._early = self._early, []
        self.shell.opened(vault)
        for key in early:
            self.app.call_after_refresh(self.app.simulate_key, key)

    def failed(self, error: FieldpoError) -> None:
        """A wrong passphrase, a locked counter, a keyring that is gone: said here, the field stands open again."""
        self._opening = False
        self._early.clear()
        field = self.query_one(Input)
        field.disabled = False
        field.focus()
        self._answer(error.message)

    def _answer(self, sentence: str) -> None:
        self.query_one("#unlock-answer", Static).update(Content(sentence))


def _for_all(key: str) -> bool:
    """Whether a key works at once on every screen: quit, and the curtain."""
    return any(key in one.keys.split(",") for one in bindings.EVERYWHERE if one.priority)


def vault_line(found: Peek) -> str:
    """What waits in the vault; no name of anybody stands here."""
    kind = "Training vault" if found.training else "Vault"
    if found.entries_not_sent is None:
        return f"{kind} on this computer. How many entries wait is known after opening it."
    if found.entries_not_sent == 0:
        return f"{kind} on this computer. Every entry is sent."
    return f"{kind} on this computer. {count(found.entries_not_sent, 'entry')} not sent yet, safe in it."


def locked_line(found: Peek) -> str:
    """Why no passphrase is taken now, and what to do."""
    clears = found.attempts.clears_at if found.attempts else None
    if clears is not None:
        return f"Locked after too many failed tries. This training vault opens again at {clears.astimezone():%H:%M}."
    return (
        "Locked after too many failed tries. Every entry is safe in the vault. Your agency's administrator releases it."
    )


def open_here(passphrase: str) -> Vault:
    """Open this computer's vault; about 200 ms. Raises what `open_vault` raises."""
    from fieldpo.store.acting.outbox import renumber
    from fieldpo.store.database.migrations import migrate
    from fieldpo.store.vault import open_vault

    def reincarnate(connection: Connection, incarnation: str) -> None:
        renumber(connection, incarnation)

    return open_vault(paths().data, passphrase, migrate=migrate, reincarnate=reincarnate)
