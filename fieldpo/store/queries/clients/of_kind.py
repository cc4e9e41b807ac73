"""A person's records of one kind: all, those that stand, and the one that a form changes or replaces."""

from __future__ import annotations

from functools import cache

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import NotFound
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.records import Record, read_record
from fieldpo.sync.protocol.body import Json

_WITHDRAWN = AtOnce("SELECT entry_id FROM r_withdrawal WHERE person_id = :person AND hidden = 0")

Bodies = dict[str, dict[str, Json]]
"""Bodies by record id."""


def bodies(connection: Connection, kind: str, person_id: str) -> Bodies:
    """A person's records of one kind, the newest first."""
    return {row.id: msgspec.json.decode(row.body) for row in _of_kind(kind).rows(connection, {"person": person_id})}


def standing(connection: Connection, kind: str, person_id: str) -> Bodies:
    """A person's records of one kind, the newest first, but for those that were entered in error."""
    gone = set(_WITHDRAWN.values(connection, {"person": person_id}))
    return {key: one for key, one in bodies(connection, kind, person_id).items() if key not in gone}


def fact_record(connection: Connection, kind: str, record_id: str) -> Record:
    """The record that a form changes. Raises `NotFound` where it is not, or no longer, on this laptop."""
    record = read_record(connection, kind, record_id)
    if record is None or record.hidden:
        raise NotFound("This record is not on this laptop any more. Nothing was changed.")
    return record


def standing_record(connection: Connection, kind: str, person_id: str) -> Record | None:
    """The newest record of a kind that has not ended, of addresses a home: what a new one takes the place of."""
    going = {key: body for key, body in bodies(connection, kind, person_id).items() if not body.get("until")}
    homes = [key for key, body in going.items() if body.get("use", "home") == "home" or kind != "address"]
    found = next(iter(homes), None)
    return read_record(connection, kind, found) if found else None


@cache
def _of_kind(kind: str) -> AtOnce:
    return AtOnce(f"SELECT id, body FROM r_{kind} WHERE person_id = :person AND hidden = 0 ORDER BY id DESC")  # noqa: S608 - ours
