"""First loads and reloads: the feed from its beginning, over what stands, and what it no longer has swept away.

Each write is small, so that a save never waits for a load, and a load that was broken off goes on from its cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from fieldpo.store import partitions, records, search
from fieldpo.store.apply_new import Settled
from fieldpo.store.apply_pages import Place, take_changes
from fieldpo.store.migrations import sql_table
from fieldpo.store.partitions import Tally
from fieldpo.store.record_table import TABLES
from fieldpo.store.replay import rebuild
from fieldpo.store.steps import BESIDE, Pace, Steps, write_in_steps
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import Change, PartitionPage


@dataclass(frozen=True)
class Pulled:
    """What one page brought. `mismatch` asks for the whole partition again; `missing` counts absent bodies."""

    changes: int
    more: bool
    mismatch: bool = False
    missing: int = 0


def take_page(vault: Vault, page: PartitionPage, settled: Settled, pace: Pace = BESIDE) -> Pulled:
    """Write a page and its cursor; at the feed's end sweep what a load did not bring, and compare the hash.

    What the same answer's verdicts have `settled` in the load under way is not written once more.
    """
    with vault.writing() as connection:
        partitions.grant(connection, page.id)
        standing = partitions.partition(connection, page.id)
        anew = standing is not None and (page.reload or not standing.cursor)
        if anew:
            partitions.begin_load(connection, page.id)
            standing = partitions.partition(connection, page.id)
        if standing is None:
            return Pulled(0, more=False)
    changes = page.changes if anew else [one for one in page.changes if not _is_settled(page.id, one, settled)]
    missing = _write_slices(vault, page, changes, Place(page.id, standing.generation), pace)
    if page.more:
        return Pulled(len(page.changes), more=True, missing=missing)
    if standing.loading and not standing.fresh:
        while _sweep_slice(vault, page.id, standing.generation):
            pass
    return Pulled(len(page.changes), more=False, mismatch=_end(vault, page), missing=missing)


def _is_settled(partition_id: str, change: Change, settled: Settled) -> bool:
    bare = change.body is None and not change.deleted
    return bare and settled.get(change.id) == (partition_id, change.version, change.number)


def _write_slices(vault: Vault, page: PartitionPage, changes: Sequence[Change], place: Place, pace: Pace) -> int:
    missing = 0

    def write(connection: Connection, changes: Sequence[Change]) -> None:
        nonlocal missing
        missing += take_changes(connection, place, changes)

    def move(connection: Connection) -> None:
        partitions.move_cursor(connection, page.id, page.cursor, page.number)

    write_in_steps(vault, changes, Steps(pace, write, move))
    return missing


def _end(vault: Vault, page: PartitionPage) -> bool:
    with vault.writing() as connection:
        partitions.end_load(connection, page.id)
        now = partitions.partition(connection, page.id)
        return bool(page.hash) and now is not None and now.hash != page.hash


def _sweep_slice(vault: Vault, partition_id: str, generation: int) -> int:
    with vault.writing() as connection:
        return sum(_sweep_kind(connection, kind, partition_id, generation) for kind in TABLES)


def _sweep_kind(connection: Connection, kind: str, partition_id: str, generation: int) -> int:
    """Take out up to a slice of rows that the load did not bring. What central never had stays."""
    table = sql_table(TABLES[kind])
    stale = connection.execute(
        select(table.c.id, table.c.version, table.c.waiting)
        .where(table.c.partition == partition_id, table.c.generation < generation, table.c.version > 0)
        .limit(BESIDE.rows)
    ).all()
    if not stale:
        return 0
    tally = Tally()
    clean = [row.id for row in stale if not row.waiting]
    tally.take_all(partition_id, ((row.id, row.version) for row in stale if not row.waiting))
    records.drop_records(connection, kind, clean)
    search.forget_records(connection, clean)
    for row in stale:
        if row.waiting and (base := records.read_base(connection, row.id)) is not None:
            if base.body is not None:
                tally.take(partition_id, row.id, base.version)
            records.write_base(connection, replace(base, body=None, version=0))
            rebuild(connection, base.kind, row.id)
    tally.store(connection)
    return len(stale)
