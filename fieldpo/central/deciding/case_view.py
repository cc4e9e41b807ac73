"""One person's records as a partition of its own, which a supervisor reads on demand: a view, nothing is stored.

`case:<person>` has the feed numbers of the partition in which the person stands, and the hash of the person's live
records. A transfer makes its cursors those of another history, so that it is read anew from where the person is now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import person_place, record
from fieldpo.central.deciding.supervising import officers_under
from fieldpo.sync.protocol.exchange import CASE, HASH_MODULUS, caseload_partition, hash_text, record_digest


@dataclass(frozen=True)
class Source:
    """Where a partition's rows stand. `name` is what its cursors are of; `person_id` is set for a view."""

    id: str
    name: str
    person_id: str = ""


def source_of(conn: Connection, partition: str) -> Source:
    """A partition's rows: its own, or for a view those of one person wherever they stand now."""
    if not partition.startswith(CASE):
        return Source(partition, partition)
    person = partition.removeprefix(CASE)
    query = sa.select(person_place.c.partition_id).where(person_place.c.person_id == person)
    place = conn.execute(query).scalar_one_or_none() or partition
    return Source(place, f"{partition} {place}", person)


def view_hash(conn: Connection, source: Source) -> str:
    """The hash of one person's live records."""
    query = sa.select(record.c.id, record.c.version).where(
        record.c.partition_id == source.id, record.c.person_id == source.person_id, record.c.deleted.is_(False)
    )
    return hash_text(sum(record_digest(row.id, row.version) for row in conn.execute(query)) % HASH_MODULUS)


def readable_now(conn: Connection, user_id: str, granted: Sequence[str], now: dt.datetime) -> list[str]:
    """The granted partitions without the cases that came to an end otherwise than by time.

    A case is read while its officer is in a team of the user's, and not beside the caseload that it stands in.
    """
    cases = [each for each in granted if each.startswith(CASE)]
    if not cases:
        return list(granted)
    query = sa.select(person_place)
    persons = [each.removeprefix(CASE) for each in cases]
    places = {row.person_id: row.partition_id for row in select_in(conn, query, person_place.c.person_id, persons)}
    under = {caseload_partition(officer) for officer in officers_under(conn, user_id, now)}
    ended = {each for each in cases if (place := places.get(each.removeprefix(CASE))) not in under or place in granted}
    return [each for each in granted if each not in ended]
