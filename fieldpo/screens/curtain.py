"""The curtain: nothing to read on the screen, at once; the same key takes it away and every field stands as it was."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static


class CurtainScreen(ModalScreen[None]):
    """An opaque screen over all others. Keys but those of the curtain and the lock do nothing on it."""

    DEFAULT_CSS = """
    CurtainScreen { background: $background; align: left bottom; }
    CurtainScreen Static { height: 1; width: auto; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        """One line that tells the way back, and nothing else."""
        yield Static("F2")

    def on_mount(self) -> None:
        """Toasts stand above every screen, and can name people."""
        self.app.clear_notifications()
