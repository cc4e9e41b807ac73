"""The parts of a policy pack that a contact's form is made of: templates, checklist, told items, next
choices."""

from __future__ import annotations

import msgspec


class NoContactReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One digit of “attempted – no contact”; ``outcome`` is the outcome's code that the entry keeps."""

    key: str
    label: str
    outcome: str


class ToldItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the client says: ``same`` and ``changed`` are the words a template writes for either answer.

    ``same`` may hold ``{since}``, the day of the last contact.
    """

    code: str
    key: str
    label: str
    same: str
    changed: str


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note begun for the officer: only what the client told, and blanks such as ``Talked about: ___``.

    ``{told}`` becomes the sentence of the told items, ``{since}`` the day of the last contact. ``outcome``
    is set with the template where it says one. Empty ``kinds`` and ``places`` mean any. ``told`` names the
    told items that it marks.
    """

    code: str
    key: str
    label: str
    text: str
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    outcome: str = ""

    def applies(self, kind: str, place: str) -> bool:
        """Say whether the template is offered for a contact of this kind and place; an empty place is any
        place."""
        return (not self.kinds or kind in self.kinds) and (not self.places or not place or place in self.places)


class NextChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key of the next-appointment row: how far ahead, in weeks or calendar months, and of which kind.

    Without a ``kind`` the next appointment is of the kind of the one being logged. All zero means none is
    made; ``ask`` means the form asks for a date.
    """

    key: str
    label: str
    weeks: int = 0
    months: int = 0
    kind: str = ""
    ask: bool = False


class ChecklistItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the home-visit checklist; ``verifies`` is the verified item that a yes may stand for."""

    code: str
    label: str
    verifies: str = ""


class ChecklistAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key of the checklist (y, n, s); ``needs_why`` asks for a word with it."""

    code: str
    key: str
    label: str
    needs_why: bool = False
