"""The most frequent verdict, set-based: a new record, with nothing else waiting on it, that central has accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from fieldpo.store.database.ledger_tables import OpState
from fieldpo.store.partitions import Tally
from fieldpo.store.records import json_list, note_versions
from fieldpo.sync.protocol.exchange import Verdict, VerdictKind

# Plus state: by that column's index it would read every op that waits, once a slice.
_OPEN_ON = text(
    "SELECT DISTINCT record_id FROM op WHERE record_id IN (SELECT value FROM json_each(:ids)) "
    "AND +state IN ('waiting', 'blocked', 'parked')"
)
_FRESH = text(
    "SELECT id, partition FROM base WHERE id IN (SELECT value FROM json_each(:ids)) AND body IS NULL AND version = 0"
)
_LOADS = text("SELECT id, generation FROM partition")
_DROP_BASES = text("DELETE FROM base WHERE id IN (SELECT value FROM json_each(:ids))")


class Sent(NamedTuple):
    """An op as the outbox has it."""

    op_id: str
    kind: str
    record_id: str
    partition: str
    state: OpState
    position: int


Settled = dict[str, tuple[str, int, int]]
"""Records that were written as central has them: where each stands, at which version and number."""


def settle_new(connection: Connection, known: Sequence[tuple[Sent, Verdict]], tally: Tally) -> Settled:
    """Write what these verdicts mean for new records, after their ops have been marked.

    Returns the records that are settled so; the others need the long way.
    """
    new = {
        row.record_id: verdict
        for row, verdict in known
        if verdict.verdict is VerdictKind.ACCEPTED and row.kind.endswith(".create") and verdict.version > 0
    }
    if not new:
        return {}
    ids = json_list(new)
    still_open = set(connection.scalars(_OPEN_ON, {"ids": ids}))
    told = Counter(row.record_id for row, _ in known)
    settled: Settled = {}
    for record_id, partition in connection.execute(_FRESH, {"ids": ids}).all():
        verdict = new[record_id]
        if record_id in still_open or told[record_id] > 1 or verdict.partition not in ("", partition):
            continue
        settled[record_id] = (partition, verdict.version, verdict.number)
        tally.add(partition, record_id, verdict.version)
    # With the load's generation, so that the feed, which names it in the same answer, need not write it again.
    loads = {row.id: row.generation for row in connection.execute(_LOADS)}
    note_versions(
        connection, [(id_, version, number, loads.get(place, 0)) for id_, (place, version, number) in settled.items()]
    )
    connection.execute(_DROP_BASES, {"ids": json_list(settled)})
    return settled
