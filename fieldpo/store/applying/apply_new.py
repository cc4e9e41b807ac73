"""The most frequent verdict, set-based: a new record, with nothing else waiting on it, that central has accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.database.ledger_tables import OPEN, OpState
from fieldpo.store.partitions import Tally
from fieldpo.store.records import note_versions
from fieldpo.sync.protocol.exchange import Verdict, VerdictKind

# Plus state: by that column's index it would read every op that waits, once a slice.
_WAITED_ON = f"SELECT 1 FROM op WHERE record_id = new.key AND +state IN {OPEN}"  # noqa: S608 - ours
_SETTLE = text(
    "DELETE FROM base WHERE id IN (SELECT base.id FROM json_each(:asked) AS new JOIN base ON base.id = new.key "  # noqa: S608 - ours
    "WHERE base.body IS NULL AND base.version = 0 AND new.value IN ('', base.partition) "
    f"AND NOT EXISTS ({_WAITED_ON})) RETURNING id, partition"
)
_LOADS = text("SELECT id, generation FROM partition")


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
    told = Counter(row.record_id for row, _ in known)
    new = {
        row.record_id: verdict
        for row, verdict in known
        if verdict.verdict is VerdictKind.ACCEPTED
        and row.kind.endswith(".create")
        and verdict.version > 0
        and told[row.record_id] == 1
    }
    if not new:
        return {}
    asked = msgspec.json.encode({record_id: verdict.partition for record_id, verdict in new.items()}).decode()
    settled: Settled = {}
    for record_id, partition in connection.execute(_SETTLE, {"asked": asked}).all():
        verdict = new[record_id]
        settled[record_id] = (partition, verdict.version, verdict.number)
        tally.add(partition, record_id, verdict.version)
    # With the load's generation, so that the feed, which names it in the same answer, need not write it again.
    loads = {row.id: row.generation for row in connection.execute(_LOADS)}
    note_versions(connection, [(id_, v, number, loads.get(place, 0)) for id_, (place, v, number) in settled.items()])
    return settled
