"""The last act taken back, and the sentence that says which it was."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldpo.store.undo import Undoable
    from fieldpo.store.vault import Vault


def take_back(vault: Vault, now: dt.datetime) -> Undoable | None:
    """Undo the last act that can be undone; None where there is none."""
    from fieldpo.store.undo import last_act, undo

    with vault.reading() as connection:
        last = last_act(connection)
    if last is not None and not last.stands:
        undo(vault, last.act_id, now)
    return last


def undone_words(last: Undoable | None) -> str:
    """What was taken back, and how: sent entries keep their place, struck through."""
    if last is None:
        return "There is nothing to undo."
    if last.stands:
        from fieldpo.store.undo import STANDS

        return f"{last.label}. {STANDS}"
    how = "marked as entered in error" if last.sent else "taken back before it was sent; its trace stays"
    return f"{last.label}: {how}."
