"""A person's records of one kind: all, those that stand, and the one that a form changes or replaces."""

from __future__ import annotations

from functools import cache

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import NotFound
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.records import Record, read_record
from fieldpo.sync.protocol.body import Json

_STANDS = "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = r.id AND w.hidden = 0)"

Bodies = dict[str, dict[str, Json]]
"""Bodies by record id."""


def bodies(connection: Connection, kind: str, person_id: str) -> Bodies:
    """A person's records of one kind, the newest first."""
    return _read(connection, _of_kind(kind), person_id)


def standing(connection: Connection, kind: str, person_id: str) -> Bodies:
    """A person's records of one kind, the newest first, but for those that were entered in error."""
    return _read(connection, _of_kind(kind, _STANDS), person_id)


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


def _read(connection: Connection, asked: AtOnce, person_id: str) -> Bodies:
    return {row.id: msgspec.json.decode(row.body) for row in asked.rows(connection, {"person": person_id})}


@cache
def _of_kind(kind: str, which: str = "") -> AtOnce:
    return AtOnce(
        f"SELECT r.id, r.body FROM r_{kind} r WHERE r.person_id = :person AND r.hidden = 0 {which} ORDER BY r.id DESC"  # noqa: S608 - ours
    )
