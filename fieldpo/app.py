"""The Textual app: what is open, the keys that work everywhere, and the workers; screens do the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.filter import LineFilter
from textual.reactive import reactive

from fieldpo import bindings
from fieldpo.config import Config
from fieldpo.errors import VaultLocked
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.curtain import CurtainScreen
from fieldpo.screens.routes import PLACES, screen_class
from fieldpo.screens.safe import SafeLines
from fieldpo.screens.themes import THEMES
from fieldpo.screens.widgets.status_line import Status, StatusLine, status_text

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.pack import Pack

LOCKED = 10
"""The exit code by which the process that held the key asks the launcher for a fresh, locked one."""


def local_now() -> dt.datetime:
    """The device's clock with its offset."""
    return dt.datetime.now().astimezone()


class FieldpoApp(App[int]):
    """fieldpo on the screen. `vault` is given by tests and by the demo's check; Unlock opens it otherwise."""

    CSS_PATH = "fieldpo.tcss"
    TITLE = "fieldpo"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = bindings.of("everywhere")  # type: ignore[assignment]
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (110, "-wide")]
    NOTIFICATION_TIMEOUT = 6

    status: reactive[Status] = reactive(Status(), init=False)

    def __init__(
        self,
        config: Config | None = None,
        *,
        vault: Vault | None = None,
        shown_passphrase: str | None = None,
        clock: Callable[[], dt.datetime] = local_now,
        screenshots: bool = False,
        first: str | None = None,
    ) -> None:
        super().__init__()
        self.config = config or Config()
        self.client_view = False
        self.shown_passphrase = shown_passphrase
        self.screenshots = screenshots
        self._clock = clock
        self._vault = vault
        self._first = first
        self._safe_lines = SafeLines()
        self.set_keymap(bindings.keymap(self.config.keymap))

    # -- what screens may ask (screens.base.Shell)

    @property
    def vault(self) -> Vault:
        """The open vault. Raises VaultLocked."""
        if self._vault is None:
            raise VaultLocked("The vault is locked. Open it with the passphrase.")
        return self._vault

    @property
    def pack(self) -> Pack:
        """The agency's policy pack."""
        from fieldpo.supervision.pack_file import shipped

        return shipped("demo")

    def now(self) -> dt.datetime:
        """The device's clock with its offset."""
        return self._clock()

    def say(self, text: str, *, title: str = "", severity: str = "information") -> None:
        """Show a toast; never as markup."""
        self.notify(text, title=title, severity=severity, markup=False)  # type: ignore[arg-type]

    def go(self, name: str, **params: Any) -> None:
        """Open a screen by its route; a place that stands on the stack already is come back to."""
        if self._vault is None and name not in ("unlock", "first_run", "help"):
            return
        screen = screen_class(name)
        if name in PLACES:
            above = self.screen_stack[::-1]
            for count, one in enumerate(above):
                if type(one) is screen:
                    for _ in range(count):
                        self.pop_screen()
                    return
        self.push_screen(screen(**params))

    # -- life

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, after the one that lets no control character through."""
        return [self._safe_lines, *super().get_line_filters()]

    def on_mount(self) -> None:
        """Open the first screen."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.config.theme
        self.go(self._first or ("today" if self._vault else "unlock"))

    @property
    def status_text(self) -> str:
        """What every status line says."""
        return status_text(self.status, self.now())

    def watch_status(self) -> None:
        """Tell every status line."""
        for screen in self.screen_stack:
            for line in screen.query(StatusLine):
                line.line = self.status_text

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Global letters are off in forms and before the vault is open."""
        return super().check_action(action, parameters)

    def action_go(self, name: str) -> None:
        """A key that opens a screen."""
        self.go(name)

    def action_curtain(self) -> None:
        """Blank at once, and back."""
        if isinstance(self.screen, CurtainScreen):
            self.pop_screen()
        else:
            self.push_screen(CurtainScreen())

    def action_client_safe(self) -> None:
        """Swap full and client-safe view."""
        if isinstance(self.screen, FieldScreen):
            self.screen.swap_view()


def run() -> int:
    """Run the app in this process; the exit code is for the launcher."""
    from fieldpo.config import load

    return FieldpoApp(load()).run() or 0
