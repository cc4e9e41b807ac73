"""First loads and reloads: the feed from its beginning, over what stands, and what it no longer has swept away.

Each write is small, so that a save never waits for a load, and a load that was broken off goes on from its cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from fieldpo.store import partitions, records, search
from fieldpo.store.applying.apply_new import Settled
from fieldpo.store.applying.apply_pages import Place, take_changes
from fieldpo.store.applying.apply_verdicts import Heard
from fieldpo.store.database.ledger_tables import AT_CENTRAL, BASE
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.partitions import Partition, Tally
from fieldpo.store.replay import rebuild
from fieldpo.store.steps import BESIDE, Steps
from fieldpo.sync.protocol.exchange import Change, PartitionPage


@dataclass(frozen=True)
class Pulled:
    """What one page brought, `news` of it new to the officer. `mismatch` asks for the whole partition again; `missing`
    counts absent bodies.
    """

    changes: int
    more: bool
    mismatch: bool = False
    missing: int = 0
    news: int = 0


def take_page(steps: Steps, page: PartitionPage, heard: Heard) -> Pulled:
    """Write a page and its cursor; at the feed's end sweep what a load did not bring, and compare the hash.

    What the same answer's verdicts have settled in the load under way is not written once more.
    """
    standing = partitions.partition(steps.connection, page.id)
    if standing is None or page.reload or not standing.cursor:
        partitions.grant(steps.connection, page.id)
        partitions.begin_load(steps.connection, page.id)
        standing = partitions.partition(steps.connection, page.id)
        if standing is None:
            return Pulled(0, more=False)  # it is being revoked
        changes = page.changes
    else:
        changes = [one for one in page.changes if not _is_settled(page.id, one, heard.settled)]
    if not changes and _stands_there(page, standing):
        return Pulled(len(page.changes), more=page.more, mismatch=not page.more and _differs(page, standing))
    pulled = _write(steps, page, changes, standing, heard.merged)
    if page.more:
        return pulled
    swept = 0
    if standing.loading and not standing.fresh:
        while gone := _sweep_slice(steps.connection, page.id, standing.generation):
            swept += gone
            steps.wrote(gone)
    return replace(pulled, mismatch=_end(steps.connection, page), news=pulled.news + swept)


def _stands_there(page: PartitionPage, standing: Partition) -> bool:
    return (page.cursor, page.number) == (standing.cursor, standing.number) and not standing.loading


def _is_settled(partition_id: str, change: Change, settled: Settled) -> bool:
    bare = change.body is None and not change.deleted
    return bare and settled.get(change.id) == (partition_id, change.version, change.number)


def _write(
    steps: Steps, page: PartitionPage, changes: Sequence[Change], standing: Partition, merged: set[str]
) -> Pulled:
    """Write the changes, and after the last of them the cursor."""
    place = Place(page.id, standing.generation)
    missing, new = 0, set[str]()

    def write(connection: Connection, changes: Sequence[Change]) -> None:
        nonlocal missing
        came = take_changes(connection, place, changes)
        missing += came.missing
        new.update(came.new, (one.id for one in changes if one.id in merged and one.body is not None))

    steps.each(changes, write)
    partitions.move_cursor(steps.connection, page.id, page.cursor, page.number)
    return Pulled(len(page.changes), page.more, missing=missing, news=len(new))


def _end(connection: Connection, page: PartitionPage) -> bool:
    """The load is complete. Returns whether what stands is not what central has."""
    partitions.end_load(connection, page.id)
    now = partitions.partition(connection, page.id)
    return now is not None and _differs(page, now)


def _differs(page: PartitionPage, standing: Partition) -> bool:
    return bool(page.hash) and page.hash != standing.hash


def _sweep_slice(connection: Connection, partition_id: str, generation: int) -> int:
    return sum(_sweep_kind(connection, kind, partition_id, generation) for kind in TABLES)


def _sweep_kind(connection: Connection, kind: str, partition_id: str, generation: int) -> int:
    """Take out up to a slice of rows that the load did not bring. What central never had stays."""
    table = sql_table(TABLES[kind])
    stale = connection.execute(
        select(table.c.id, AT_CENTRAL.c.version, BASE.c.id.is_not(None).label("based"))
        .join(AT_CENTRAL, AT_CENTRAL.c.id == table.c.id)
        .outerjoin(BASE, BASE.c.id == table.c.id)
        .where(table.c.partition == partition_id, AT_CENTRAL.c.generation < generation)
        .limit(BESIDE.rows)
    ).all()
    if not stale:
        return 0
    tally = Tally()
    clean = [row.id for row in stale if not row.based]
    tally.take_all(partition_id, ((row.id, row.version) for row in stale if not row.based))
    records.drop_records(connection, kind, clean)
    search.forget_records(connection, clean)
    for row in stale:
        if row.based and (base := records.read_base(connection, row.id)) is not None:
            if base.body is not None:
                tally.take(partition_id, row.id, base.version)
            records.write_base(connection, replace(base, body=None, version=0))
            rebuild(connection, base.kind, row.id)
    tally.store(connection)
    return len(stale)
