"""What is read before the door: hazards, the home, who is there and who must not be."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.conditions import conditions
from fieldpo.store.queries.clients.hazards import Hazard, hazards_of
from fieldpo.store.queries.clients.homes import address_words
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.body import Json

_HOME = text(
    "SELECT id, body FROM r_address WHERE person_id = :person AND hidden = 0 AND until IS NULL "
    "ORDER BY \"use\" <> 'home', id DESC LIMIT 1"
)
_COLLATERALS = AtOnce("SELECT body FROM r_collateral WHERE person_id = :person AND hidden = 0 ORDER BY id")


@dataclass(frozen=True)
class VisitPlace:
    """What is read before the door. Texts are person-made."""

    hazards: tuple[Hazard, ...]
    address_id: str | None
    where: str
    directions: str
    household: str
    verified_on: str
    people: tuple[str, ...]
    barred: tuple[str, ...]
    orders: tuple[str, ...]
    """No-contact conditions."""


def visit_place(connection: Connection, pack: Pack, person_id: str) -> VisitPlace:
    """Hazards, the home, who is there and who must not be."""
    row = connection.execute(_HOME, {"person": person_id}).one_or_none()
    body: dict[str, Json] = msgspec.json.decode(row.body) if row else {}
    collaterals = [msgspec.json.decode(body) for body in _COLLATERALS.values(connection, {"person": person_id})]
    return VisitPlace(
        hazards=hazards_of(connection, pack, [person_id]).get(person_id, ()),
        address_id=row.id if row else None,
        where=address_words(body),
        directions=body.get("directions", ""),
        household=body.get("household", ""),
        verified_on=body.get("verified_on") or "",
        people=tuple(_named(one) for one in collaterals if one.get("in_household") and not one.get("barred")),
        barred=tuple(_named(one) for one in collaterals if one.get("barred")),
        orders=tuple(one.text for one in conditions(connection, pack, person_id) if one.code == "no_contact"),
    )


def _named(body: dict[str, Json]) -> str:
    relationship = body.get("relationship", "")
    return f"{body['name']} ({relationship})" if relationship else str(body["name"])
