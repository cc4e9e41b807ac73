"""First run: this computer is not enrolled. Central's address, a code to type at the agency's page, a passphrase twice.

Nothing is asked twice after a failure, and nothing is made on disk before the passphrase is chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from fieldpo.errors import FieldpoError
from fieldpo.plain import clean
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.widgets.key_footer import KeyFooter
from fieldpo.screens.widgets.passphrase_input import PassphraseInput
from fieldpo.store.opening.passphrase import strength

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault


class Code(Protocol):
    """What central gave to be approved."""

    @property
    def user_code(self) -> str:
        """What the officer types at the agency's page."""

    @property
    def verification_uri(self) -> str:
        """Where that page is."""


class Enrolment(Protocol):
    """The steps of enrolling, each of which blocks: the screen calls them in threads."""

    def ask(self, url: str) -> Code:
        """Ask central for a code. Raises BadInput for an address that will not do, Offline, CentralRefused."""

    def wait(self) -> str:
        """Wait until it is approved; returns the officer's name. Raises CentralRefused when it is not."""

    def cancel(self) -> None:
        """Stop waiting."""

    def keyring_found(self) -> bool:
        """Whether a device secret will stand beside the passphrase, which may then be shorter."""

    def make_vault(self, passphrase: str, progress: Callable[[str], None]) -> Vault:
        """Make the vault and load the caseload; says how far it is. Raises WeakPassphrase, VaultExists, Offline."""


class FirstRunScreen(FieldScreen):
    """Enrols this computer, then goes on to Today."""

    title_text = "FIRST RUN"
    section: ClassVar[tuple[str, ...]] = ("first_run",)
    is_form = True
    needs_vault = False
    help_text = (
        "Your agency gives you central's address. Sign in on its page, on any device, and type the code shown here. "
        "Then choose a passphrase: it opens the vault on this computer, and nobody can read it without."
    )

    def compose(self) -> ComposeResult:
        """All steps; those whose turn has not come are hidden."""
        with Vertical(id="first-box"):
            yield Static("[b]fieldpo[/b]  This computer is not enrolled yet.", id="first-name")
            yield Static("1  The address of your agency's central, as https://…", id="first-step")
            yield Input(placeholder="https://", id="first-url")
            yield Static(id="first-code")
            yield PassphraseInput("new passphrase", id="first-passphrase")
            yield PassphraseInput("the same again", id="first-again")
            yield Static(id="first-answer")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin with the address."""
        self._enrolment: Enrolment = self.shell.enrolment()
        for name in ("#first-code", "#first-passphrase", "#first-again"):
            self.query_one(name).display = False
        self.query_one("#first-url", Input).focus()

    def on_unmount(self) -> None:
        """Left, or the program ends: nothing waits on."""
        self._enrolment.cancel()

    def action_go_on(self) -> None:
        """Enter outside a field goes to the field whose turn it is."""
        for field in self.query(Input):
            if field.display and not field.disabled:
                field.focus()
                return

    @on(Input.Submitted, "#first-url")
    def ask(self, event: Input.Submitted) -> None:
        """Ask central for a code."""
        url = clean(event.value)
        if not url:
            self._answer("Type the address that your agency gave you, then Enter.")
            return
        event.input.disabled = True
        self._answer("Asking central for a code…")
        self.compute(lambda: self._enrolment.ask(url), self._asked, group="enrol")

    def _asked(self, code: Code) -> None:
        self.query_one("#first-step", Static).update("2  Sign in at this page, on any device, and type the code:")
        shown = self.query_one("#first-code", Static)
        shown.update(Content(f"   {clean(code.verification_uri)}\n\n   {clean(code.user_code)}"))
        shown.display = True
        self._answer("Waiting for the agency's page… Keep this open.")
        self.compute(self._enrolment.wait, self._approved, group="enrol")

    def _approved(self, name: str) -> None:
        self.query_one("#first-code").display = False
        self.query_one("#first-url").display = False
        self.query_one("#first-step", Static).update(
            Content.from_markup(
                "3  Welcome, $name. Choose a passphrase for this computer, and type it twice.", name=name
            )
        )
        for name_ in ("#first-passphrase", "#first-again"):
            self.query_one(name_).display = True
        self.query_one("#first-passphrase", Input).focus()
        self._answer("A sentence that only you would say is good. Spaces count.")

    @on(Input.Changed, "#first-passphrase")
    def judge(self, event: Input.Changed) -> None:
        """Say how strong it is, in words."""
        if event.value:
            self._answer(strength(event.value, alone=not self._enrolment.keyring_found()).sentence)

    @on(Input.Submitted, "#first-passphrase")
    def once(self) -> None:
        """On to typing it again, when it will do."""
        typed = self.query_one("#first-passphrase", Input).value
        verdict = strength(typed, alone=not self._enrolment.keyring_found())
        self._answer(verdict.sentence)
        if verdict.ok:
            self.query_one("#first-again", Input).focus()

    @on(Input.Submitted, "#first-again")
    def twice(self) -> None:
        """Make the vault when both are the same."""
        first, again = self.query_one("#first-passphrase", Input), self.query_one("#first-again", Input)
        passphrase = first.value
        if again.value != passphrase:
            again.value = ""
            self._answer("The two are not the same. Type the second again.")
            return
        first.value = again.value = ""
        first.disabled = again.disabled = True
        self._answer("Making the vault…")

        def progress(sentence: str) -> None:
            self.app.call_from_thread(self._answer, sentence)

        self.compute(
            lambda: self._enrolment.make_vault(passphrase, progress), self.shell.opened, group="enrol", keep=True
        )

    def failed(self, error: FieldpoError) -> None:
        """Say why, and open the field whose turn it was."""
        self._answer(error.message)
        url = self.query_one("#first-url", Input)
        if url.display:
            self.query_one("#first-code").display = False
            self.query_one("#first-step", Static).update("1  The address of your agency's central, as https://…")
            url.disabled = False
            url.focus()
            return
        for field in self.query(PassphraseInput):
            field.disabled = False
        self.query_one("#first-passphrase", Input).focus()

    def _answer(self, sentence: str) -> None:
        self.query_one("#first-answer", Static).update(Content(sentence))
