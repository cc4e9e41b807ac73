"""Something that a supervisor reads whole and decides on, with words typed below it that are kept as a draft."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Connection
from textual import on
from textual.widgets import TextArea

from fieldpo.screens.base import DraftState
from fieldpo.screens.case_wish import CaseWish
from fieldpo.store.acting.drafts import drafts
from fieldpo.sync.protocol.ids import new_id


class Deciding(CaseWish):
    """Class settings: `form_name` is what the draft is kept under, in which `about_name` is what it is about and
    `said_name` what was typed. A screen writes `back_to_text`.
    """

    form_name: ClassVar[str] = ""
    about_name: ClassVar[str] = ""
    said_name: ClassVar[str] = ""

    def __init__(self, about: str, draft_id: str | None) -> None:
        super().__init__()
        self.about = about
        """The id of what is decided on; of a draft that is gone on with, once that has been read."""
        self.draft_id = draft_id or new_id()
        """Becomes the decision's id."""
        self.said = ""
        """What was typed, while the field for it is closed."""

    def back_to_text(self) -> None:
        """The field is closed: the cursor goes back to what is read."""

    def on_mount(self) -> None:
        """Ask for it, and for words that were begun."""
        self.area.display = False
        self.back_to_text()
        self.load(self._ask_draft, self._take_draft, group="draft")

    @property
    def typed(self) -> str:
        """The words as they stand."""
        return self.area.text if self.typing and self.wished is None else self.said

    def draft(self) -> DraftState | None:
        """The words, once there are any."""
        if self.wished is not None or not self.typed.strip():
            return None
        return DraftState(
            self.draft_id, self.form_name, None, {self.about_name: self.about, self.said_name: self.typed}
        )

    def action_back(self) -> None:
        """Out of the words first; they are kept."""
        if not self.typing:
            self.back()
            return
        if self.wished is None:
            self.keep_draft()
            self.said = self.area.text
        self.close_area()

    def close_area(self) -> None:
        """Back to the text."""
        super().close_area()
        self.back_to_text()

    def decided(self, label: str) -> None:
        """It is saved: say so, and go back."""
        self.sending = False
        self.said = ""
        self.area.load_text("")
        self.close_area()
        self.shell.say(f"{label}. It goes with the next sync.")
        self.back()

    @on(TextArea.Changed)
    def _changed(self) -> None:
        if self.typing and self.wished is None:
            self.touched()

    def _ask_draft(self, connection: Connection) -> tuple[str, str, str] | None:
        for one in drafts(connection, self.form_name):
            about = str(one.state.get(self.about_name) or "")
            if one.draft_id == self.draft_id or (about == self.about and about):
                return one.draft_id, about, str(one.state.get(self.said_name) or "")
        return None

    def _take_draft(self, found: tuple[str, str, str] | None) -> None:
        if found is not None:
            self.draft_id, self.about, self.said = found
        self.refresh_records()
