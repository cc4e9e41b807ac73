"""Central went back in time: entries that its backup may lack wait again, exactly as they were saved."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from fieldpo.store import records
from fieldpo.store.applying.replaced import note_replaced
from fieldpo.store.opening.state import counter_in
from fieldpo.store.partitions import LEFT
from fieldpo.store.records import Base
from fieldpo.store.replay import rebuild
from fieldpo.sync.protocol.ops import thaw


def acknowledged(connection: Connection, after: int, most: int) -> tuple[int, list[str], dict[str, str]]:
    """A page of the ops that central has answered for, after a position: the last position, their ids, and for those
    that another op stands for that op's id. Ops of which only the id is left are passed by.
    """
    rows = connection.execute(
        text(
            "SELECT position, op_id FROM frozen_op WHERE state NOT IN ('waiting', 'parked') "
            "AND position > :after ORDER BY position LIMIT :most"
        ),
        {"after": after, "most": most},
    ).all()
    ids = [str(row.op_id) for row in rows]
    return (rows[-1].position if rows else after), ids, _successors(connection, set(ids))


def _successors(connection: Connection, op_ids: set[str]) -> dict[str, str]:
    texts = connection.scalars(text("SELECT text FROM op_text WHERE text LIKE '%\"supersedes\":%'"))
    return {op.supersedes: op.op_id for op in map(thaw, texts) if op.supersedes in op_ids and op.supersedes}


def reopen(connection: Connection, durable_through: int, missing: Collection[str] | None = None) -> int:
    """Set acknowledged ops that central lacks back to waiting: those `missing`, or all above its last verified backup.
    Returns how many. What another stands for goes up after it: that central was told so may be forgotten once more.

    Each record gets its present copy as base; the reload that follows brings central's. One that is not here any more
    stays hidden until central says where it is. What the officer has since
    answered or been asked comes back too: the newest epoch's verdict wins.
    """
    lacking = None if missing is None else frozenset(missing)
    rows = [
        row
        for row in connection.execute(
            text(
                "SELECT position, op_id, incarnation, kind, record_id, partition, inbox FROM frozen_op "
                "WHERE state NOT IN ('waiting', 'parked') ORDER BY position"
            )
        )
        if (row.inbox > durable_through if lacking is None else row.op_id in lacking)
    ]
    incarnation = counter_in(connection).incarnation
    last = connection.scalar(text("SELECT max(seq) FROM op WHERE incarnation = :now"), {"now": incarnation}) or 0
    for row in rows:
        kind = row.kind.rpartition(".")[0]
        wait_again(connection, kind, row.record_id, row.partition)
        if row.incarnation != incarnation:
            last += 1
            connection.execute(
                text("UPDATE op SET incarnation = :now, seq = :seq WHERE position = :position"),
                {"now": incarnation, "seq": last, "position": row.position},
            )
    if rows:
        connection.execute(
            text("UPDATE op SET state = 'waiting', tries = 0 WHERE position = :position"),
            [{"position": row.position} for row in rows],
        )
    wait = connection.scalars(text("SELECT op_id FROM op WHERE state = 'waiting'"))
    note_replaced(connection, _successors(connection, set(wait)))
    for kind, record_id in dict.fromkeys((row.kind.rpartition(".")[0], row.record_id) for row in rows):
        rebuild(connection, kind, record_id)
    return len(rows)


def wait_again(connection: Connection, kind: str, record_id: str, partition_id: str) -> None:
    """Keep a base copy under an op that waits once more. A record that is not here any more, since it left, was deleted
    or was set aside, stays hidden until central says where it is.
    """
    record = records.read_record(connection, kind, record_id)
    if record is not None:
        records.keep_base(connection, record, known=record.version > 0)
    elif records.read_base(connection, record_id) is None:
        records.write_base(connection, Base(kind, record_id, LEFT + partition_id.removeprefix(LEFT), 0, 0, None))
