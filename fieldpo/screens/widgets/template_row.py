"""The template of a note: a key begins the note anew, as long as nobody has typed into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.templates import fill
from fieldpo.supervision.written.visits import Template


class TemplateRow(ChoiceRow):
    """The templates for a kind of contact at a place, and `0` for none."""

    def __init__(self, pack: Pack, label: str) -> None:
        super().__init__(label, (), id="template")
        self._pack = pack
        self.begun = ""
        """The note as a template began it: replaced only while nobody has typed."""

    @property
    def standing(self) -> Template | None:
        """The template that stands."""
        return next((one for one in self._pack.templates if one.code == self.code), None)

    def offer_for(self, kind: str, place: str) -> None:
        """The templates of this kind and place; there are none without a kind."""
        found = self._pack.templates_for(kind, place) if kind else ()
        none = (Choice("0", "none", ""),) if found else ()
        self.offer((*(Choice(one.key, one.label, one.code) for one in found), *none))

    def begin_note(self, note: NoteArea, told: Mapping[str, bool], since: dt.date | None) -> bool:
        """Fill the template in, as `templates.fill` does. False where the note was typed into and says otherwise."""
        template = self.standing
        words = fill(self._pack, template, told, since) if template else ""
        if note.text.strip() in ("", self.begun.strip()):
            note.put(words)
            self.begun = words
            return True
        return template is None or words == self.begun
