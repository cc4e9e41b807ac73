"""Where people live, as a trip is planned by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.sync.protocol.body import Json

NO_AREA = "no address"
"""The place of those whose home is not on file."""

_HOMES = AtOnce(
    "SELECT person_id, area, body FROM r_address WHERE \"use\" = 'home' AND hidden = 0 AND until IS NULL "
    "AND person_id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
)


@dataclass(frozen=True)
class Home:
    """Where a person lives: the area that a trip is planned by, the address and how to find it. Person-made texts."""

    area: str = NO_AREA
    address: str = ""
    directions: str = ""


NOT_ON_FILE = Home()


def homes_of(connection: Connection, ids: Iterable[str]) -> dict[str, Home]:
    """The present home of each of these persons, by id; who has none on file is left out."""
    found = {}
    for row in _HOMES.rows(connection, {"ids": list(ids)}):
        body = msgspec.json.decode(row.body)
        area = row.area or body.get("line1", "") or NO_AREA
        found[row.person_id] = Home(area, address_words(body), body.get("directions", ""))
    return found


def address_words(body: Mapping[str, Json]) -> str:
    """Where one goes, on a line: "12 Ash St, Apt 3, Dunmore"."""
    return ", ".join(body[name] for name in ("line1", "line2", "city") if body.get(name))
