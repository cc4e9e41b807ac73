"""The app, as far as a screen knows it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fieldpo.config import Config
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.pack import Pack


class Shell(Protocol):
    """What a screen may ask of the app."""

    config: Config
    client_view: bool

    @property
    def vault(self) -> Vault:
        """The open vault. Raises VaultLocked."""

    @property
    def pack(self) -> Pack:
        """The agency's policy pack."""

    def now(self) -> dt.datetime:
        """This moment on the agency's clock, whatever zone the device is in; tests hand in their own."""

    def go(self, name: str, **params: Any) -> None:
        """Open a screen by its route."""

    def records_changed(self) -> None:
        """An act was saved by other means than `FieldScreen.save`: every screen reads anew."""

    def opened(self, vault: Vault) -> None:
        """Unlock or First run opened the vault."""

    def enrolment(self) -> Any:
        """The steps of enrolling, see `first_run.Enrolment`."""

    def signing_in(self) -> Any:
        """The steps of signing in again, see `sign_in_again.SigningIn`."""

    def signed_in(self) -> None:
        """The officer has signed in again: sync now."""

    def say(self, text: str, *, title: str = "", severity: str = "information") -> None:
        """Show a toast; the text may be person-made."""
