"""An entry marked as entered in error: it stays, struck through, with the reason."""

from __future__ import annotations

import datetime as dt

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Withdrawal


def withdrawal_act(
    pack: Pack,
    person_id: str,
    short_name: str,
    entry_id: str,
    reason: str,
    *,
    officer_id: str,
    now: dt.datetime,
    withdrawal_id: str | None = None,
) -> Act:
    """The withdrawal of an entry by the officer who wrote it. Raises `BadInput` without a reason."""
    why = plain.clean(reason)
    if not why:
        raise BadInput("Say why it was entered in error. Nothing was saved.")
    at = local(now, pack)
    made = Withdrawal(person_id=person_id, entry_id=entry_id, reason=why, officer_id=officer_id, written_at=at)
    record = withdrawal_id or new_id()
    return Act(f"Entered in error: entry of {short_name}", (Create(made, record),), at, record)
