"""Central went back in time: entries that its backup may lack wait again, exactly as they were saved."""

from __future__ import annotations

from sqlalchemy import Connection, text

from fieldpo.store import records
from fieldpo.store.replay import rebuild
from fieldpo.store.state import counter_in


def reopen(connection: Connection, durable_through: int) -> int:
    """Set acknowledged ops above central's last verified backup back to waiting. Returns how many.

    Each record gets its present copy as base; the reload that follows brings central's. What the officer has since
    answered or been asked comes back too: the newest epoch's verdict wins.
    """
    rows = connection.execute(
        text(
            "SELECT position, incarnation, kind, record_id FROM op WHERE text <> '' AND inbox > :durable "
            "AND state NOT IN ('waiting', 'parked') ORDER BY position"
        ),
        {"durable": durable_through},
    ).all()
    incarnation = counter_in(connection).incarnation
    last = connection.scalar(text("SELECT max(seq) FROM op WHERE incarnation = :now"), {"now": incarnation}) or 0
    for row in rows:
        kind = row.kind.rpartition(".")[0]
        record = records.read_record(connection, kind, row.record_id)
        if record is not None:
            records.keep_base(connection, record, known=record.version > 0)
        if row.incarnation != incarnation:
            last += 1
            connection.execute(
                text("UPDATE op SET incarnation = :now, seq = :seq WHERE position = :position"),
                {"now": incarnation, "seq": last, "position": row.position},
            )
    connection.execute(
        text(
            "UPDATE op SET state = 'waiting', tries = 0 WHERE text <> '' AND inbox > :durable "
            "AND state NOT IN ('waiting', 'parked')"
        ),
        {"durable": durable_through},
    )
    for kind, record_id in dict.fromkeys((row.kind.rpartition(".")[0], row.record_id) for row in rows):
        if records.read_base(connection, record_id) is None:  # central had deleted it: the ops may bring it back
            continue
        rebuild(connection, kind, record_id)
    return len(rows)
