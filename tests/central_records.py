"""A test's own hand on central's records: one put, one edited, all of them read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.tables import record
from fieldpo.central.deciding.load import standing
from fieldpo.central.deciding.world import Standing
from fieldpo.central.office.records import NewRecord, Put, put_records, read_record
from fieldpo.sync.protocol.body import Json


def put_record(
    conn: Connection,
    partition: str,
    record_id: str,
    kind: str,
    body: Mapping[str, Json],
    person_id: str | None = None,
    now: dt.datetime | None = None,
) -> Put:
    """Put one record as central does, see `put_records`."""
    return put_records(conn, partition, [NewRecord(record_id, kind, body, person_id)], now=now)


def edit_record(
    conn: Connection, record_id: str, fields: Mapping[str, Json], *, now: dt.datetime | None = None
) -> Standing:
    """Set fields of a record on central's side; a field at None is left out. Raises NotFound."""
    before = read_record(conn, record_id)
    body = {name: value for name, value in {**before.body, **fields}.items() if value is not None}
    put_record(conn, before.partition, record_id, before.kind, body, before.person_id, now=now)
    return read_record(conn, record_id)


def every_record(conn: Connection) -> Iterator[Standing]:
    """Every record, deleted ones too, partition by partition in feed order."""
    yield from map(standing, conn.execute(sa.select(record).order_by(record.c.partition_id, record.c.number)))
