"""The most frequent verdict, set-based: a new record, with nothing else waiting on it, that central has accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text, update

from fieldpo.store import records
from fieldpo.store.migrations import sql_table
from fieldpo.store.partitions import Tally
from fieldpo.store.record_table import table_of
from fieldpo.sync.protocol.exchange import Verdict, VerdictKind

_OPEN_ON = text(
    "SELECT DISTINCT record_id FROM op WHERE record_id IN :ids AND state IN ('waiting', 'blocked', 'parked')"
).bindparams(bindparam("ids", expanding=True))
_DROP_BASES = text("DELETE FROM base WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))


def settle_new(connection: Connection, known: Sequence[tuple[Row[Any], Verdict]], tally: Tally) -> set[str]:
    """Write what these verdicts mean for new records, after their ops have been marked.

    Returns the op_ids that are settled so; the others need the long way.
    """
    new = {
        row.record_id: (row, verdict)
        for row, verdict in known
        if verdict.verdict is VerdictKind.ACCEPTED and row.kind.endswith(".create") and verdict.version > 0
    }
    if not new:
        return set()
    still_open = set(connection.scalars(_OPEN_ON, {"ids": list(new)}))
    told = Counter(row.record_id for row, _ in known)
    base = records.BASE
    fresh = select(base.c.id, base.c.partition).where(
        base.c.id.in_(list(new)), base.c.body.is_(None), base.c.version == 0
    )
    by_kind: dict[str, list[dict[str, object]]] = {}
    settled: set[str] = set()
    for record_id, partition in connection.execute(fresh).all():
        row, verdict = new[record_id]
        if record_id in still_open or told[record_id] > 1 or verdict.partition not in ("", partition):
            continue
        settled.add(row.op_id)
        tally.add(partition, record_id, verdict.version)
        by_kind.setdefault(row.kind.rpartition(".")[0], []).append(
            {"row_id": record_id, "to_version": verdict.version, "to_number": verdict.number}
        )
    for kind, rows in by_kind.items():
        table = sql_table(table_of(kind))
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("row_id"))
            .values(waiting=0, version=bindparam("to_version"), number=bindparam("to_number")),
            rows,
        )
        connection.execute(_DROP_BASES, {"ids": [row["row_id"] for row in rows]})
    return settled
