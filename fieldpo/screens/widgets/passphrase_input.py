"""A field for a passphrase: bullets, no suggestions, and nothing of it ever reaches a clipboard."""

from __future__ import annotations

from textual.widgets import Input


class PassphraseInput(Input):
    """An Input that copies and cuts nothing: ctrl+c would send plain text to the terminal's clipboard (OSC 52)."""

    def __init__(self, placeholder: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(placeholder=placeholder, password=True, id=id)

    def action_copy(self) -> None:
        """Nothing; and no hint either."""

    def action_cut(self) -> None:
        """Nothing: what is marked stays."""
