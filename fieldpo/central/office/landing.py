"""Records that central itself brings into several partitions at once: imports, officers, caseloads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy.engine import Connection

from fieldpo.central.books import partitions
from fieldpo.central.office.records import NewRecord, put_records

Landed = tuple[str, NewRecord]
"""A partition, and a record as it shall stand there."""


def land(conn: Connection, landed: Sequence[Landed], now: dt.datetime) -> None:
    """Put records, each partition's in the order given. All partitions are locked first, in id order."""
    by_partition: dict[str, list[NewRecord]] = {}
    for partition, each in landed:
        by_partition.setdefault(partition, []).append(each)
    hold(conn, by_partition)
    for partition, records in sorted(by_partition.items()):
        put_records(conn, partition, records, now=now)


def hold(conn: Connection, ids: Iterable[str]) -> None:
    """Lock partitions until the transaction ends, in id order like everybody."""
    partitions.lock(conn, ids)
