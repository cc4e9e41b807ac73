"""The agency's identifiers of persons, by which someone not listed, or a command, means one of them.

Only what central itself has brought (an import, an administrator) says who carries an identifier. One that came from
an officer's laptop is a claim: it matches nothing by itself, and takes nothing from whoever carries the identifier.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.rows import insert_new_rows, select_in
from fieldpo.central.tables import person_identifier
from fieldpo.central.world import Standing
from fieldpo.sync.protocol.body import Json


def store_identifiers(conn: Connection, persons: Sequence[Standing], *, claimed: bool) -> None:
    """Keep the lookup as the persons' bodies say. What is new there is `claimed` or not, what stood stays as it was."""
    query = sa.select(person_identifier)
    rows = select_in(conn, query, person_identifier.c.person_id, {each.id for each in persons})
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
    query = sa.select(person_identifier).where(person_identifier.c.claimed.is_(claimed))
    for row in select_in(conn, query.order_by(person_identifier.c.person_id), person_identifier.c.value, values):
        found.setdefault(row.value, []).append(row.person_id)
    return found
