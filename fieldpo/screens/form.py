"""What every form is: rows where letters act, a note, drafts at every pause, and one save that is never doubled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events, on
from textual.app import SuspendNotSupported
from textual.widgets import Input, TextArea

from fieldpo.errors import FieldpoError
from fieldpo.plain import clock, short_day
from fieldpo.screens.asks_a_line import AsksALine
from fieldpo.screens.base import DraftState
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.store.acting.acts import Act, Saved
from fieldpo.store.acting.drafts import Draft, drop_draft
from fieldpo.sync.protocol.ids import new_id


class FormScreen(AsksALine):
    """Base of the forms. A form writes `body()`, `state()`, `restore()` and `act()`.

    `form_name` is what its drafts are kept under. `act()` builds the act from what stands and may raise `FieldpoError`,
    which is said while everything typed stays.
    """

    section = ("form",)
    is_form = True
    AUTO_FOCUS = ""
    DEFAULT_CSS = "FormScreen { scrollbar-size-vertical: 0; }"
    """A bar beside a form that is a line too tall would wrap its rows, and so make it taller still."""
    form_name: ClassVar[str] = ""

    def __init__(self, person_id: str | None = None, *, draft_id: str | None = None) -> None:
        super().__init__()
        self.person_id = person_id
        self.draft_id = draft_id or new_id()
        self.asked_for_draft = draft_id is not None
        self.ready = False
        """Whether the form has what it needs from the vault."""
        self._dirty = False
        self._saving = False
        self._offered: Draft | None = None
        self._early: list[events.Key] = []

    @property
    def draft_name(self) -> str:
        """What this form's drafts are kept under."""
        return self.form_name

    # -- what a form writes

    def state(self) -> Mapping[str, Any]:
        """The form as it stands, in JSON values."""
        raise NotImplementedError

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put a draft's state in place."""
        raise NotImplementedError

    def act(self) -> Act:
        """What to save. Raises FieldpoError with a sentence."""
        raise NotImplementedError

    def begin(self) -> None:
        """Put the marker where the form begins."""
        self.focus_first()

    @property
    def left_out(self) -> frozenset[str]:
        """Keys that the footer does not name: the note's where there is none."""
        return frozenset() if self.query(NoteArea) else frozenset({"note"})

    # -- the marked row

    def rows(self) -> list[ChoiceRow]:
        """The form's rows from top to bottom, as far as they are shown."""
        return [row for row in self.query(ChoiceRow) if row.display and row.id != "draft"]

    def focus_first(self) -> None:
        """The first row where the marker stops by itself."""
        for row in self.rows():
            if row.visited and row.useful:
                self.set_focus(row)
                return

    def advance(self, row: ChoiceRow) -> None:
        """On to the next row where the marker stops; the last keeps it."""
        rows = self.rows()
        for after in rows[rows.index(row) + 1 :] if row in rows else []:
            if after.visited and after.useful:
                self.set_focus(after)
                return

    def choice_made(self, row: ChoiceRow, code: str, *, moves_on: bool) -> None:
        """A row was chosen in: what it brings with it, then on to the next."""
        if row.id == "draft":
            self._answer_draft(code)
            return
        self.changed()
        if self.chosen(row, code) and moves_on:
            self.advance(row)

    def _forward_event(self, event: events.Event) -> None:
        """Keys pressed while the vault is still being read wait until the form is there."""
        if isinstance(event, events.Key) and not self.ready and event.key != "escape":
            self._early.append(event)
            return
        super()._forward_event(event)

    def chosen(self, row: ChoiceRow, code: str) -> bool:
        """A choice was made; False keeps the marker where it is."""
        del row, code
        return True

    def changed(self) -> None:
        """Something was typed or chosen: the draft is kept at the next pause."""
        if self.ready:
            self._dirty = True
            self.touched()

    @on(TextArea.Changed)
    def _note_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if event.text_area.has_focus:
            self.changed()

    @on(Input.Changed)
    def _field_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.has_focus and event.input.id != "ask":
            self.changed()

    def on_key(self, event: events.Key) -> None:
        """Up and Down go from field to field, as from row to row."""
        if event.key in ("up", "down") and isinstance(self.focused, Input):
            event.stop()
            self.focus_previous() if event.key == "up" else self.focus_next()

    # -- keys

    def action_note(self) -> None:
        """Tab: to the note, and from there to the row below it."""
        note = next(iter(self.query(NoteArea)), None)
        if note is None or not note.display or not isinstance(self.focused, ChoiceRow) or note.disabled:
            self.focus_next()
        else:
            self.set_focus(note)

    def action_editor(self) -> None:
        """Write the note in $EDITOR."""
        from fieldpo.editor import edit_text

        note = next(iter(self.query(NoteArea)), None)
        if note is None:
            return
        try:
            with self.app.suspend():
                written = edit_text(note.text, self.shell.vault.folder)
        except SuspendNotSupported:
            self.shell.say("This terminal cannot be lent to an editor. Type the note here.", severity="error")
            return
        except FieldpoError as error:
            self.shell.say(error.message, severity="error")
            return
        note.put(written)
        self.set_focus(note)
        self.changed()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """The editor only where the settings allow it; saving only once the form is there."""
        del parameters
        if action == "editor" and not self.shell.config.editor_allowed:
            return "Your agency's settings keep notes out of other editors (editor_allowed)."
        return None

    # -- saving

    def action_save(self) -> None:
        """ctrl+s: save once; a second press while it is written, or after, adds nothing."""
        if self._saving:
            self.shell.say("This entry is already being saved.")
            return
        if not self.ready:
            return
        if self._asked is not None:
            self.set_focus(self.query_one("#ask"))
            return
        try:
            act = self.act()
        except FieldpoError as error:
            self.failed(error)
            return
        self._saving = True
        self.save(act, self.after_save)

    def after_save(self, saved: Saved) -> None:
        """It is on the disk: say so and go back."""
        self._dirty = False
        self.shell.say("Already saved." if saved.already else "Saved.")
        if self.is_current:
            self.app.pop_screen()

    def failed(self, error: FieldpoError) -> None:
        """Say why; what was typed stands, and can be saved again."""
        self._saving = False
        super().failed(error)

    # -- drafts

    def draft(self) -> DraftState | None:
        """The form, once something was typed into it."""
        if not (self._dirty and self.ready):
            return None
        return DraftState(self.draft_id, self.draft_name, self.person_id, self.state())

    def offer(self, draft: Draft | None) -> None:
        """Begin: with the draft that was asked for, or offering the one that was kept, or anew."""
        self.ready = True
        if draft is None:
            self.begin()
        elif self.asked_for_draft:
            self._take_up(draft)
        else:
            self._offered = draft
            row = self.query_one("#draft", ChoiceRow)
            saved = self.shell.now().fromtimestamp(draft.saved_utc, self.shell.now().tzinfo)
            row.value = f"kept {short_day(saved)} {clock(saved)}"
            row.display = True
            self.set_focus(row)
        early, self._early = self._early, []
        for event in early:
            self.app.post_message(events.Key(event.key, event.character))

    def draft_row(self) -> ChoiceRow:
        """The row that offers a draft; hidden where there is none."""
        choices = (Choice("g", "go on with it", "go"), Choice("d", "discard it, start anew", "anew"))
        row = ChoiceRow("Draft", choices, picked="go", visited=False, id="draft")
        row.display = False
        return row

    def _answer_draft(self, code: str) -> None:
        draft, self._offered = self._offered, None
        self.query_one("#draft", ChoiceRow).display = False
        if draft is None:
            return
        if code == "go":
            self._take_up(draft)
        else:
            self.write(
                lambda connection: drop_draft(connection, draft.draft_id), lambda _: self.shell.records_changed()
            )
            self.begin()

    def _take_up(self, draft: Draft) -> None:
        self.draft_id = draft.draft_id
        self.restore(draft.state)
        self._dirty = True
        self.begin()
