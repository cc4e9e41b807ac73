"""Central's own hand on records: what an import, the demo and the shell put, take away and read.

Every function works inside the caller's transaction (`database.writing`), takes the partition's lock itself
and stamps the feed as an exchange does. The caller names the person or program that writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import partitions
from fieldpo.central.books.rows import select_in, upsert_rows
from fieldpo.central.books.tables import person_place, record
from fieldpo.central.deciding.flush import insert_records, replace_records
from fieldpo.central.deciding.identifiers import store_identifiers
from fieldpo.central.deciding.load import standing
from fieldpo.central.deciding.waking import wake
from fieldpo.central.deciding.world import RECORD, Standing
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.protocol.body import Json

CENTRAL = "central"
"""The writer of records that no device wrote."""


@dataclass(frozen=True)
class NewRecord:
    """One record to put: `person_id` is whose it is, None for an officer or a caseload."""

    id: str
    kind: str
    body: Mapping[str, Json]
    person_id: str | None = None


@dataclass(frozen=True)
class Put:
    """How many records a `put_records` made, changed, and found as they were."""

    added: int
    changed: int
    same: int


def put_records(
    conn: Connection,
    partition: str,
    rows: Iterable[NewRecord],
    *,
    now: dt.datetime | None = None,
    claimed: bool = False,
) -> Put:
    """Put records as central knows them: new ones are added, others get exactly this body as a new version.

    A record that has this body already is left alone, so that the same file twice adds nothing. `rows` may be
    any number; they are taken in slices. Bodies are trusted: check them with `Kind.check` first. With `claimed` an
    officer alone says that persons carry their agency's identifiers. Raises BadInput where a record stands in another
    partition, or is of another kind or person.
    """
    counter = partitions.lock(conn, [partition])[partition]
    total = Put(0, 0, 0)
    for slice_ in _slices(rows, 20_000):
        done = _put_slice(conn, counter, slice_, claimed=claimed)
        total = Put(total.added + done.added, total.changed + done.changed, total.same + done.same)
    partitions.store(conn, [counter], now or dt.datetime.now(dt.UTC))
    return total


def delete_record(conn: Connection, record_id: str, *, now: dt.datetime | None = None) -> None:
    """Leave a tombstone in the feed. Raises NotFound."""
    before = read_record(conn, record_id)
    counter = partitions.lock(conn, [before.partition])[before.partition]
    before = read_record(conn, record_id)
    if before.deleted:
        return
    counter.take_away(before.id, before.version)
    replace_records(conn, [_next(before, before.body, counter.next(), deleted=True)])
    partitions.store(conn, [counter], now or dt.datetime.now(dt.UTC))


def read_record(conn: Connection, record_id: str) -> Standing:
    """The record as it stands. Raises NotFound."""
    row = conn.execute(sa.select(record).where(record.c.id == record_id)).first()
    if row is None:
        raise NotFound(f"Central has no record {record_id}.")
    return standing(row)


def read_records(conn: Connection, record_ids: Collection[str]) -> dict[str, Standing]:
    """Those of the records that central has."""
    return {row.id: standing(row) for row in select_in(conn, sa.select(record), record.c.id, record_ids)}


def place_of(conn: Connection, person_id: str) -> str:
    """The partition in which the person's records stand. Raises NotFound."""
    query = sa.select(person_place.c.partition_id).where(person_place.c.person_id == person_id)
    place: str | None = conn.execute(query).scalar_one_or_none()
    if place is None:
        raise NotFound(f"Central knows no person {person_id}.")
    return place


def places_of(conn: Connection, person_ids: Collection[str]) -> dict[str, str]:
    """The partitions of those persons that central knows."""
    query = sa.select(person_place)
    return {row.person_id: row.partition_id for row in select_in(conn, query, person_place.c.person_id, person_ids)}


def _put_slice(conn: Connection, counter: partitions.Counter, rows: Sequence[NewRecord], *, claimed: bool) -> Put:
    asked = {row.id: row for row in rows}  # the last of two with one id stands
    before = {row.id: row for row in select_in(conn, sa.select(record), record.c.id, asked.keys())}
    fresh: list[Standing] = []
    changed: list[Standing] = []
    persons: list[Standing] = []
    for row in asked.values():
        old = before.get(row.id)
        made = _fresh(row, counter) if old is None else _over(standing(old), row, counter)
        if made is None:
            continue
        (fresh if old is None else changed).append(made)
        counter.add(made.id, made.version)
        if made.kind == "person":
            persons.append(made)
    insert_records(conn, fresh)
    replace_records(conn, changed)
    upsert_rows(conn, person_place, [{"person_id": each.id, "partition_id": counter.id} for each in persons])
    store_identifiers(conn, persons, claimed=claimed)
    wake(conn, {RECORD + each.id for each in fresh})
    return Put(len(fresh), len(changed), len(asked) - len(fresh) - len(changed))


def _fresh(row: NewRecord, counter: partitions.Counter) -> Standing:
    return Standing(
        id=row.id,
        kind=row.kind,
        partition=counter.id,
        person_id=row.id if row.kind == "person" else row.person_id,
        version=1,
        number=counter.next(),
        writer=CENTRAL,
        writer_since=0,
        deleted=False,
        body=dict(row.body),
    )


def _over(before: Standing, row: NewRecord, counter: partitions.Counter) -> Standing | None:
    """The next version of a record; None where it has this body already."""
    person = row.id if row.kind == "person" else row.person_id
    if (before.partition, before.kind, before.person_id) != (counter.id, row.kind, person):
        raise BadInput(
            f"The record {row.id} stands in another partition, or is of another kind or person: transfer the person "
            "first. Nothing was changed."
        )
    if before.body == dict(row.body) and not before.deleted:
        return None
    if not before.deleted:
        counter.take_away(before.id, before.version)
    return _next(before, dict(row.body), counter.next(), deleted=False)


def _next(before: Standing, body: dict[str, Json], number: int, *, deleted: bool) -> Standing:
    return Standing(
        id=before.id,
        kind=before.kind,
        partition=before.partition,
        person_id=before.person_id,
        version=before.version + 1,
        number=number,
        writer=CENTRAL,
        writer_since=before.writer_since if before.writer == CENTRAL else before.version,
        deleted=deleted,
        body=body,
    )


def _slices(rows: Iterable[NewRecord], size: int) -> Iterator[list[NewRecord]]:
    slice_: list[NewRecord] = []
    for row in rows:
        slice_.append(row)
        if len(slice_) == size:
            yield slice_
            slice_ = []
    if slice_:
        yield slice_
