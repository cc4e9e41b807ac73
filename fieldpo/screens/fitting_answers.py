"""Which answers fit a question, and what each key is called there: rules of Needs your answer, without its screen."""

from __future__ import annotations

from fieldpo.screens.answering import Question
from fieldpo.screens.decided_anew import may_be_decided_anew
from fieldpo.store.acting.outbox_view import OutboxEntry

TAKE, SAVE, SET_ASIDE = "take", "save", "set_aside"
COMBINE = ("combine",)
"""What `take` is given by the key that combines, edits, corrects or decides anew."""


def word_of_combine(entry: OutboxEntry, *, returned: bool) -> str:
    """What that key does to an entry, in a word or two; empty where it combines."""
    if may_be_decided_anew(entry):
        return "decide anew"
    if entry.correctable:
        return "correct"
    return "edit" if returned else ""


def why_not_answered(here: Question, action: str, parameters: tuple[object, ...], *, chosen: bool) -> str | None:
    """Why this key does not answer this question, as a sentence; None where it does. `chosen` tells that there is
    something to save.
    """
    if here.entry.over and action in (TAKE, SAVE):
        return "Central would not take it again: set it aside (d)."
    if here.entry.signed and action == TAKE:
        return _why_not_signed(here.entry, parameters)
    if action == TAKE and parameters == COMBINE:
        return None if here.editable else "Only texts and lists can be edited here; choose theirs or mine."
    if action == TAKE and here.returned:
        return "Central returned this entry: edit it (3) and save, or set it aside (d)."
    if action == SET_ASIDE and not here.returned:
        return "Nothing was returned here: choose theirs, mine or combine."
    if action == SAVE and not (here.returned or chosen):
        return "Choose first: 1 theirs, 2 mine, 3 combine."
    return None


def _why_not_signed(entry: OutboxEntry, parameters: tuple[object, ...]) -> str | None:
    anew = may_be_decided_anew(entry)
    if not (anew or entry.correctable):
        return "It is signed, so nothing in it can be changed: send it as it is (ctrl+s), or set it aside (d)."
    if parameters == COMBINE:
        return None
    how = "decide anew (3)" if anew else "correct it in a new draft (3)"
    return f"It is signed: {how}, send it as it is (ctrl+s), or set it aside (d)."
