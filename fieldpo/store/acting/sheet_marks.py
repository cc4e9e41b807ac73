"""Who is marked for the day's field sheet. Kept beside the drafts, so that the marks survive a crash; never sent."""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import Connection

from fieldpo.store.acting.drafts import drafts, keep_draft

FORM: Final = "field_sheet"
"""What the marks are kept under; no form goes on with it."""


def marked(connection: Connection, day: dt.date) -> tuple[str, ...]:
    """The ids of the persons marked for a local day of the agency, in the order of marking; another day's are gone."""
    for kept in drafts(connection, FORM):
        people = kept.state.get("people")
        if kept.state.get("day") == day.isoformat() and isinstance(people, list):
            return tuple(str(one) for one in people)
    return ()


def swap_mark(connection: Connection, person_id: str, day: dt.date) -> tuple[str, ...]:
    """Mark a person for the day, or take the mark away; needs a write transaction. Returns who is marked then."""
    before = marked(connection, day)
    after = tuple(one for one in before if one != person_id)
    if after == before:
        after = (*before, person_id)
    keep_draft(connection, FORM, FORM, None, {"day": day.isoformat(), "people": list(after)})
    return after
