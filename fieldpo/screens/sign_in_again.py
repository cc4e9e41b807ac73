"""Sign in again: the sign-in at central has ended. A code to type at the agency's page; the vault stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from fieldpo.errors import FieldpoError
from fieldpo.plain import clean, count
from fieldpo.screens.base import FieldScreen
from fieldpo.store.acting import outbox

if TYPE_CHECKING:
    from fieldpo.screens.first_run import Code


class SigningIn(Protocol):
    """The steps of signing in again, each of which blocks: the screen calls them in threads."""

    def ask(self) -> Code:
        """Ask central for a code. Raises Offline, CentralRefused."""

    def wait(self) -> str:
        """Wait until it is approved and keep the new tokens. Raises CentralRefused when it is not, Offline."""

    def cancel(self) -> None:
        """Stop waiting."""


class SignInAgainScreen(FieldScreen):
    """Asks for a code at once, waits for its approval, then syncs and goes back."""

    title_text = "SIGN IN AGAIN"
    section: ClassVar[tuple[str, ...]] = ("sign_in_again",)
    is_form = True
    help_text = (
        "Your sign-in at central has ended. Open the page shown here on any device, sign in as you do at work, and "
        "type the code. Nothing in the vault is touched, and what waits is sent at once."
    )

    def body(self) -> ComposeResult:
        """What is kept here, the page and the code."""
        with Vertical(id="first-box"):
            yield Static(id="again-kept")
            yield Static(id="first-step")
            yield Static(id="first-code")
            yield Static(id="first-answer")

    def on_mount(self) -> None:
        """Ask at once."""
        self._steps: SigningIn | None = None
        self.load(outbox.counts, self._counted, group="kept")
        self.action_go_on()

    def on_unmount(self) -> None:
        """Left: nothing waits on."""
        if self._steps is not None:
            self._steps.cancel()

    def action_go_on(self) -> None:
        """Ask central for a code, or for another where there is none."""
        if self._steps is not None:
            return
        steps: SigningIn = self.shell.signing_in()
        self._steps = steps
        self._answer("Asking central for a code…")
        self.compute(steps.ask, self._asked, group="sign_in")

    def _counted(self, found: outbox.Counts) -> None:
        waiting = found.not_sent
        kept = f" {count(waiting, 'entry')} not sent yet kept here, in the vault." if waiting else " All is sent."
        self.query_one("#again-kept", Static).update(
            Content(f"Your sign-in at central has ended. Nothing is lost:{kept}")
        )

    def _asked(self, code: Any) -> None:
        self.query_one("#first-step", Static).update("Sign in at this page, on any device, and type the code:")
        self.query_one("#first-code", Static).update(
            Content(f"   {clean(code.verification_uri)}\n\n   {clean(code.user_code)}")
        )
        self._answer("Waiting for the agency's page… Esc leaves it for later; you can work on.")
        if self._steps is not None:
            self.compute(self._steps.wait, self._approved, group="sign_in")

    def _approved(self, sentence: str) -> None:
        self.shell.say(sentence)
        self.shell.signed_in()
        self.back()

    def failed(self, error: FieldpoError) -> None:
        """Say why; Enter asks anew."""
        self._steps = None
        self.query_one("#first-step", Static).update("")
        self.query_one("#first-code", Static).update("")
        self._answer(f"{error.message} Enter tries again.")

    def _answer(self, sentence: str) -> None:
        self.query_one("#first-answer", Static).update(Content(sentence))
