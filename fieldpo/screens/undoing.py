"""The last act taken back, and the sentence that says which it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fieldpo.store.acting.undo import Undoable
    from fieldpo.store.vault import Vault

_MARKED: Final = "SELECT 1 FROM op WHERE act_id = :id AND kind = 'withdrawal.create' LIMIT 1"


@dataclass(frozen=True)
class TakenBack:
    """The last act, and whether an entry of it was marked as entered in error."""

    last: Undoable
    marked: bool = False


def take_back(vault: Vault, now: dt.datetime) -> TakenBack | None:
    """Undo the last act that can be undone; None where there is none."""
    from sqlalchemy import text

    from fieldpo.store.acting.undo import last_act, undo

    with vault.reading() as connection:
        last = last_act(connection)
    if last is None or last.stands:
        return TakenBack(last) if last is not None else None
    undone = undo(vault, last.act_id, now)
    with vault.reading() as connection:
        marked = connection.scalar(text(_MARKED), {"id": undone.act_id}) is not None
    return TakenBack(last, marked)


def undone_words(taken: TakenBack | None, *, client_safe: bool = False) -> str:
    """What was taken back, and how: sent entries keep their place, struck through; a change is put back. The
    client-safe view does not say what, which may name another client.
    """
    if taken is None:
        return "There is nothing to undo."
    last = taken.last
    what = "Your last entry (not named in this view)" if client_safe else last.label
    if last.stands:
        return f"{what.rstrip('.')}. {last.because}"
    if not last.sent:
        return f"{what}: taken back before it was sent; its trace stays."
    if taken.marked:
        return f"{what}: marked as entered in error."
    return f"{what}: what stood before stands again; it goes with the next sync."
