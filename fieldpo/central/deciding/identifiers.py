"""The agency's identifiers of persons, by which someone not listed, or a command, means one of them.

Only what central itself has brought (an import, an administrator) says who carries an identifier. One that came from
an officer's laptop is a claim: it matches nothing by itself, and takes nothing from whoever carries the identifier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import audit
from fieldpo.central.books.rows import insert_new_rows, select_in
from fieldpo.central.books.tables import person_identifier, person_place
from fieldpo.central.deciding.world import Standing
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.protocol.body import Json

_IDENTIFIERS = sa.select(person_identifier)
_CLAIMED, _CARRIED = (
    _IDENTIFIERS.where(person_identifier.c.claimed.is_(claimed)).order_by(person_identifier.c.person_id)
    for claimed in (True, False)
)


def store_identifiers(conn: Connection, persons: Sequence[Standing], *, claimed: bool) -> None:
    """Keep the lookup as the persons' bodies say. What is new there is `claimed` or not, what stood stays as it was."""
    rows = select_in(conn, _IDENTIFIERS, person_identifier.c.person_id, {each.id for each in persons})
    before = {(row.value, row.person_id) for row in rows}
    now = {(value, each.id) for each in persons if not each.deleted for value in identifiers(each.body)}
    if gone := before - now:
        conn.execute(
            sa.text("DELETE FROM person_identifier WHERE value = :value AND person_id = :person"),
            [{"value": value, "person": person} for value, person in sorted(gone)],
        )
    insert_new_rows(
        conn,
        person_identifier,
        [{"value": value, "person_id": person, "claimed": claimed} for value, person in sorted(now - before)],
    )


def confirm_identifiers(conn: Connection, carried: Iterable[tuple[str, str]]) -> None:
    """An agency's file says so too: these (identifier, person) are claims no longer."""
    told = set(carried)
    query = sa.select(person_identifier).where(person_identifier.c.claimed)
    rows = select_in(conn, query, person_identifier.c.value, {value for value, _ in told})
    for row in rows:
        if (row.value, row.person_id) in told:
            conn.execute(
                person_identifier.update()
                .where(person_identifier.c.value == row.value, person_identifier.c.person_id == row.person_id)
                .values(claimed=False)
            )


@dataclass(frozen=True)
class Claim:
    """An identifier that an officer alone says a person carries; `carried_by` others, as central itself knows."""

    identifier: str
    person_id: str
    partition: str
    carried_by: tuple[str, ...]


def claims(conn: Connection) -> list[Claim]:
    """Every claim, by identifier."""
    query = (
        sa.select(person_identifier.c.value, person_identifier.c.person_id, person_place.c.partition_id)
        .join(person_place, person_place.c.person_id == person_identifier.c.person_id)
        .where(person_identifier.c.claimed)
        .order_by(person_identifier.c.value, person_identifier.c.person_id)
    )
    rows = conn.execute(query).all()
    known = carriers(conn, {row.value for row in rows})
    return [Claim(row.value, row.person_id, row.partition_id, tuple(known.get(row.value, ()))) for row in rows]


def confirm_claim(conn: Connection, identifier: str, person_id: str, now: dt.datetime) -> None:
    """Somebody at central says that a claim is right.

    Raises NotFound where there is none, BadInput where another person carries the identifier.
    """
    if person_id not in claimants(conn, [identifier]).get(identifier, ()):
        raise NotFound("No officer has typed that identifier on that person; see `fieldpo central intake claims`.")
    if known := carriers(conn, [identifier]).get(identifier):
        raise BadInput(f"The person {known[0]} carries that identifier. Nothing was changed.")
    confirm_identifiers(conn, [(identifier, person_id)])
    audit.note(conn, "intake confirm", person_id, now=now)


def identifiers(body: dict[str, Json]) -> list[str]:
    """The agency's identifiers in a body, whatever system they are of."""
    named = body.get("agency_ids")
    return [value for value in named.values() if isinstance(value, str) and value] if isinstance(named, dict) else []


def carriers(conn: Connection, values: Collection[str]) -> dict[str, list[str]]:
    """Identifier → the persons who carry it, as central itself knows."""
    return _persons(conn, values, claimed=False)


def claimants(conn: Connection, values: Collection[str]) -> dict[str, list[str]]:
    """Identifier → the persons of whom an officer says so, and nobody else."""
    return _persons(conn, values, claimed=True)


def _persons(conn: Connection, values: Collection[str], *, claimed: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in select_in(conn, _CLAIMED if claimed else _CARRIED, person_identifier.c.value, values):
        found.setdefault(row.value, []).append(row.person_id)
    return found
