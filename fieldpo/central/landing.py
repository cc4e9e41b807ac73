"""Records that central itself brings, outside any exchange: imports, officers, caseloads. Set-based.

The partitions' counter rows are locked first, so that devices see these records in feed order like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central import partitions
from fieldpo.central.flush import record_row, store_identifiers
from fieldpo.central.load import standing as read_standing
from fieldpo.central.rows import select_in, upsert_rows
from fieldpo.central.tables import person_place, record
from fieldpo.central.world import Standing
from fieldpo.sync.protocol.body import Json

WRITER = "central"


@dataclass(frozen=True)
class Landed:
    """A record as it shall stand; `person_id` is the person it moves with, itself for a person."""

    id: str
    kind: str
    partition: str
    person_id: str | None
    body: dict[str, Json]


def standing(conn: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    """The records that there are of these, by id."""
    return {row.id: read_standing(row) for row in select_in(conn, sa.select(record), record.c.id, ids)}


def places(conn: Connection, person_ids: Sequence[str]) -> dict[str, str]:
    """The partition in which each person is."""
    query = sa.select(person_place)
    return {row.person_id: row.partition_id for row in select_in(conn, query, person_place.c.person_id, person_ids)}


def land(
    conn: Connection,
    counters: dict[str, partitions.Counter],
    landed: Sequence[Landed],
    before: dict[str, Standing],
) -> None:
    """Write records into partitions whose counters are locked; `partitions.store` follows once at the end.

    A record that stands already gets its next version. Its partition must be the one it stands in.
    """
    written: list[Standing] = []
    for each in landed:
        counter = counters[each.partition]
        was = before.get(each.id)
        version = was.version + 1 if was else 1
        if was and not was.deleted:
            counter.take_away(each.id, was.version)
        counter.add(each.id, version)
        since = was.writer_since if was and was.writer == WRITER else version
        person = each.person_id
        written.append(
            Standing(
                each.id, each.kind, each.partition, person, version, counter.next(), WRITER, since, False, each.body
            )
        )
    upsert_rows(conn, record, [record_row(each) for each in written])
    persons = [each for each in written if each.kind == "person"]
    upsert_rows(conn, person_place, [{"person_id": each.id, "partition_id": each.partition} for each in persons])
    store_identifiers(conn, persons)


def land_now(conn: Connection, landed: Sequence[Landed], now: dt.datetime) -> None:
    """Lock, write and store in one go, for a few records."""
    counters = partitions.lock(conn, (each.partition for each in landed))
    land(conn, counters, landed, standing(conn, [each.id for each in landed]))
    partitions.store(conn, counters.values(), now)
