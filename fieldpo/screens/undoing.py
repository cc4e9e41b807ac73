"""The last act taken back, and the sentence that says which it was."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldpo.store.acting.undo import Undoable
    from fieldpo.store.vault import Vault


def take_back(vault: Vault, now: dt.datetime) -> Undoable | None:
    """Undo the last act that can be undone; None where there is none."""
    from fieldpo.store.acting.undo import last_act, undo

    with vault.reading() as connection:
        last = last_act(connection)
    if last is not None and not last.stands:
        undo(vault, last.act_id, now)
    return last


def undone_words(last: Undoable | None, *, client_safe: bool = False) -> str:
    """What was taken back, and how: sent entries keep their place, struck through. The client-safe view does not say
    what, which may name another client.
    """
    if last is None:
        return "There is nothing to undo."
    what = "Your last entry (not named in this view)" if client_safe else last.label
    if last.stands:
        return f"{what}. {last.because}"
    how = "marked as entered in error" if last.sent else "taken back before it was sent; its trace stays"
    return f"{what}: {how}."
