"""Forms not yet saved, kept in the vault at every pause in typing and offered again after a crash."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.sync.protocol.body import Json


@dataclass(frozen=True)
class Draft:
    """A form as it stood. `draft_id` becomes the entry's id; `saved_utc` is UTC seconds."""

    draft_id: str
    form: str
    person_id: str | None
    state: Mapping[str, Json]
    saved_utc: float


def keep_draft(
    connection: Connection, draft_id: str, form: str, person_id: str | None, state: Mapping[str, Json]
) -> None:
    """Keep a form's state in place of what was kept before. An entry already saved takes no draft."""
    if connection.scalar(text("SELECT 1 FROM act WHERE act_id = :id"), {"id": draft_id}):
        return
    connection.execute(
        text(
            "INSERT OR REPLACE INTO draft (draft_id, form, person_id, state, saved_utc) "
            "VALUES (:id, :form, :person, :state, :at)"
        ),
        {
            "id": draft_id,
            "form": form,
            "person": person_id,
            "state": msgspec.json.encode(state).decode(),
            "at": time.time(),
        },
    )


def drop_draft(connection: Connection, draft_id: str) -> None:
    """Forget a draft: its entry is saved, or the officer discarded it."""
    connection.execute(text("DELETE FROM draft WHERE draft_id = :id"), {"id": draft_id})


def drafts(connection: Connection, form: str | None = None, person_id: str | None = None) -> list[Draft]:
    """Drafts kept, newest first; of one form or person where given."""
    rows = connection.execute(
        text(
            "SELECT draft_id, form, person_id, state, saved_utc FROM draft "
            "WHERE (:form IS NULL OR form = :form) AND (:person IS NULL OR person_id = :person) "
            "ORDER BY saved_utc DESC"
        ),
        {"form": form, "person": person_id},
    )
    return [Draft(r.draft_id, r.form, r.person_id, msgspec.json.decode(r.state), r.saved_utc) for r in rows]
