"""Whose cases an officer works: the own caseload, and those of colleagues while covering for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Final

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.sync.protocol.exchange import caseload_partition

People = Collection[str] | None
"""Whom a question is about, by their ids; None for everybody of the caseloads that it is asked of."""

COVER: Final = "cover"
"""The word that stands before a covered client's name in a list."""
_PREFIX: Final = caseload_partition("")
_GRANTED = AtOnce("SELECT id FROM partition WHERE revoked = 0 AND id LIKE :caseloads AND id != :own ORDER BY id")
_PLACES = AtOnce(
    "SELECT id, partition FROM r_person WHERE hidden = 0 AND +partition IN (SELECT value FROM json_each(:covered))"
)


def caseloads(connection: Connection, user_id: str) -> tuple[str, ...]:
    """The partitions that one officer works in, the own caseload first."""
    own = caseload_partition(user_id)
    rows = _GRANTED.values(connection, {"caseloads": f"{_PREFIX}%", "own": own})
    return (own, *rows)


def listed(partitions: Iterable[str]) -> str:
    """Partitions as a parameter of `IN (SELECT value FROM json_each(:own))`."""
    return msgspec.json.encode(list(partitions)).decode()


def of_people(query: str, people: People, column: str = "person_id", *, rest: str = "") -> AtOnce:
    """A query that ends in its conditions: for these people, the parameter `:people`, or for all; then the rest."""
    return _narrowed(query, column if people is not None else "", rest)


@cache
def _narrowed(query: str, column: str, rest: str) -> AtOnce:
    narrowed = f" AND {column} IN (SELECT value FROM json_each(:people))" if column else ""  # noqa: S608 - ours
    return AtOnce(f"{query}{narrowed}{rest}")


def covered(connection: Connection, partitions: tuple[str, ...]) -> Mapping[str, str]:
    """For whom each covered person is covered, by the person's id; the first partition is the officer's own."""
    others = partitions[1:]
    if not others:
        return {}
    names = officers_named(connection, [one.removeprefix(_PREFIX) for one in others])
    return {
        row.id: names.get(row.partition.removeprefix(_PREFIX), "a colleague")
        for row in _PLACES.rows(connection, {"covered": others})
    }
