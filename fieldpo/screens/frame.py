"""The frame of the app: what holds on every screen, whoever's vault it is. No control character reaches the terminal,
a key that is off says why, the curtain, the two views, the palette, and an end without a traceback.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text
from textual.actions import ActionParseResult, parse
from textual.app import App, SystemCommand
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.screen import Screen

from fieldpo import bindings
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.crash import keep_report, last_words
from fieldpo.screens.curtain import CurtainScreen
from fieldpo.screens.palette import commands
from fieldpo.screens.routes import PLACES, screen_class
from fieldpo.screens.safe import SafeLines
from fieldpo.screens.themes import THEMES

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault

LETTERS: Final = frozenset(parse(key.action)[1:] for key in bindings.EVERYWHERE if key.letter)
BEFORE_UNLOCK: Final = frozenset({"unlock", "first_run", "help"})
CLOSED: Final = frozenset({"lock", "client_safe", "command_palette"})


class Frame(App[int], inherit_bindings=False):
    """What `FieldpoApp` stands on. `screenshots` offers Textual's picture of the screen, in the demo alone."""

    BINDINGS = bindings.of("everywhere")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    NOTIFICATION_TIMEOUT = 6

    def __init__(self, *, screenshots: bool = False) -> None:
        super().__init__()
        self.client_view = False
        self.screenshots = screenshots
        self._safe_lines = SafeLines()
        self._said_behind: list[tuple[str, str, str]] = []
        self._vault: Vault | None = None
        for theme in THEMES:
            self.register_theme(theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, after the one that lets no control character through."""
        return [self._safe_lines, *super().get_line_filters()]

    def say(self, text: str, *, title: str = "", severity: str = "information") -> None:
        """Show a toast; never as markup. One of the same words or the same title goes: the newer one tells it all.

        Behind the curtain it waits, since it may name somebody.
        """
        if isinstance(self.screen, CurtainScreen):
            self._said_behind.append((text, title, severity))
            return
        for one in list(self._notifications):
            if (title and one.title == title) or (one.message, one.title) == (text, title):
                self._unnotify(one, refresh=False)
        self.notify(text, title=title, severity=severity, markup=False)  # type: ignore[arg-type]

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Any = None,
    ) -> bool:
        """Run an action; one that is off says why."""
        done = await super().run_action(action, default_namespace, namespaces)
        if not done and isinstance(default_namespace, FieldScreen):
            _, name, parameters = parse(action) if isinstance(action, str) else action
            if reason := default_namespace.why_not(name, parameters):
                self.say(reason)
                return True
        return done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Global letters are off in forms, and all but help, blank and quit before the vault is open."""
        letter = (action, parameters) in LETTERS
        if self._vault is None and (letter or action in CLOSED or action == "go"):
            return False
        if letter and isinstance(self.screen, FieldScreen) and self.screen.is_form:
            return False
        if isinstance(self.screen, CurtainScreen) and action not in ("curtain", "lock", "leave"):
            return False
        return super().check_action(action, parameters)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every command of the palette. Screenshot, which would write notes to a file, only in the demo."""
        yield from commands(self, screen)
        if self.screenshots:
            yield SystemCommand("Screenshot", "Save a picture of this screen", self.deliver_screenshot)

    def go(self, name: str, **params: Any) -> None:
        """Open a screen by its route; a place that is on the stack already is come back to."""
        if self._vault is None and name not in BEFORE_UNLOCK:
            return
        wanted = screen_class(name)
        if name in PLACES:
            for count, screen in enumerate(reversed(self.screen_stack)):
                if type(screen) is wanted:
                    self._drop(count)
                    return
        self.push_screen(wanted(**params))

    def _drop(self, count: int) -> None:
        for _ in range(count):
            if isinstance(self.screen, FieldScreen):
                self.screen.keep_draft(leaving=True)
            self.pop_screen()

    def action_curtain(self) -> None:
        """Blank at once, and back."""
        if not isinstance(self.screen, CurtainScreen):
            self.push_screen(CurtainScreen())
            return
        self.pop_screen()
        waiting, self._said_behind = self._said_behind, []
        for text, title, severity in waiting:
            self.say(text, title=title, severity=severity)

    def action_client_safe(self) -> None:
        """Swap full and client-safe view."""
        if isinstance(self.screen, FieldScreen):
            self.screen.swap_view()
            if self.screen.client_safe:
                self.clear_notifications()

    def action_help(self) -> None:
        """The keys of this screen."""
        if isinstance(self.screen, FieldScreen) and self.screen.section != ("help",):
            self.go("help", about=self.screen)

    def action_quit_hint(self) -> None:
        """Ctrl+C where nothing is marked."""
        self.say("ctrl+q closes fieldpo, ctrl+l locks it. Drafts are kept.")

    def _handle_exception(self, error: Exception) -> None:
        """A defect ends the app with a plain message: Textual's own would print locals, notes and keys among them."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        kept = keep_report(self._vault, self._exception) if self._vault and self._exception else False
        self._exit_renderables[:] = [Text(last_words(kept=kept))]
        self._close_messages_no_wait()
