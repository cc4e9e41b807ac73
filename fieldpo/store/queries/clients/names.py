"""How people are called on a screen: clients by name and ID, officers by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.sync.protocol.body import Json

NO_NAME = "(no name)"

SECRET_IDS = frozenset({"ssn", "social_security", "social_security_number"})
"""Identifiers that no list shows as a person's ID."""

_PEOPLE = AtOnce("SELECT id, body FROM r_person WHERE id IN (SELECT value FROM json_each(:ids)) AND hidden = 0")
_OFFICERS = AtOnce("SELECT id, name FROM r_officer WHERE id IN (SELECT value FROM json_each(:ids))")


@dataclass(frozen=True)
class PersonName:
    """A client's name in the three lengths that screens use, and the ID that the agency knows them by."""

    person_id: str
    full: str
    """"Alvarez, Marisol Inés"."""
    short: str
    """"Alvarez, M."."""
    shown_id: str
    """The agency's identifier; the end of ours, with a "#", where the agency has given none yet."""


def full_name(body: Mapping[str, Json]) -> str:
    """Family name first, then all given ones: "Alvarez, Marisol Inés Jr."."""
    given = " ".join(body.get(name, "") for name in ("given_name", "middle_name", "suffix") if body.get(name))
    family = body.get("family_name", "")
    return f"{family}, {given}" if family and given else family or given or NO_NAME


def short_name(body: Mapping[str, Json]) -> str:
    """Family name and initial: "Alvarez, M."."""
    family, given = body.get("family_name", ""), body.get("given_name", "")
    return f"{family}, {given[0]}." if family and given else family or given or NO_NAME


def shown_id(record_id: str, body: Mapping[str, Json]) -> str:
    """The agency's identifier of a record, the first of several and never a social security number; else ours' end."""
    ids = (value for system, value in body.get("agency_ids", {}).items() if system.casefold() not in SECRET_IDS)
    return next(ids, "") or f"#{record_id[-6:]}"


def name_of(record_id: str, body: Mapping[str, Json]) -> PersonName:
    """A person's names out of the body."""
    return PersonName(record_id, full_name(body), short_name(body), shown_id(record_id, body))


def people_named(connection: Connection, ids: Iterable[str]) -> dict[str, PersonName]:
    """The names of persons by id; one that is not on this laptop is left out."""
    found = _PEOPLE.rows(connection, {"ids": list(ids)})
    return {row.id: name_of(row.id, msgspec.json.decode(row.body)) for row in found}


def officers_named(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The names of officers by id; one that this laptop does not know is left out."""
    return {row.id: row.name for row in _OFFICERS.rows(connection, {"ids": list(ids)})}


def day_of(value: Json) -> dt.date | None:
    """A day out of a JSON body."""
    return dt.date.fromisoformat(value) if value else None
