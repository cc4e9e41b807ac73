"""Questions that the officer's own later ops have answered: a conflict resolved, a returned entry replaced."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store import records, search
from fieldpo.sync.protocol.exchange import Verdict
from fieldpo.sync.protocol.ops import Op, thaw


def mark_answered(connection: Connection, ops: Iterable[Op]) -> None:
    """Close the questions that these new ops answer, in the transaction that saves them."""
    for op in ops:
        if op.supersedes:
            _close(connection, op.supersedes)
        if op.undoes:
            _close(connection, op.undoes)
        if op.resolves:
            _close_resolved(connection, op)


def set_aside(connection: Connection, op_id: str) -> None:
    """The officer lets a question rest: central keeps what was typed, this device shows it no more."""
    row = connection.execute(
        text("SELECT kind, record_id FROM op WHERE op_id = :id AND state IN ('conflict', 'rejected')"), {"id": op_id}
    ).one_or_none()
    if row is None:
        return
    _close(connection, op_id)
    kind = row.kind.rpartition(".")[0]
    record = records.read_record(connection, kind, row.record_id)
    if record is not None and record.version == 0 and record.waiting == 0 and not _asked(connection, row.record_id):
        records.drop_records(connection, kind, [row.record_id])
        search.forget_records(connection, [row.record_id])


def set_returned_aside(connection: Connection, act_id: str) -> None:
    """The officer takes back an act: what central returned of it rests too."""
    returned = connection.scalars(
        text("SELECT op_id FROM op WHERE act_id = :id AND state = 'rejected'"), {"id": act_id}
    ).all()
    for op_id in returned:
        set_aside(connection, op_id)


def verdict_of(frozen: str | None) -> Verdict | None:
    """A stored verdict, or None."""
    return msgspec.json.decode(frozen, type=Verdict) if frozen else None


def _close(connection: Connection, op_id: str) -> None:
    connection.execute(
        text("UPDATE op SET state = 'answered' WHERE op_id = :id AND state IN ('conflict', 'rejected')"), {"id": op_id}
    )


def _close_resolved(connection: Connection, op: Op) -> None:
    """Ops whose every open conflict has been resolved by now."""
    texts = connection.scalars(text("SELECT text FROM frozen_op WHERE record_id = :id"), {"id": op.record_id})
    resolved = {one.resolves for one in map(thaw, texts) if one.resolves}
    resolved.add(op.resolves or "")
    asked = connection.execute(
        text("SELECT op_id, verdict FROM op WHERE record_id = :id AND state = 'conflict'"), {"id": op.record_id}
    ).all()
    for row in asked:
        verdict = verdict_of(row.verdict)
        if verdict is not None and all(one.conflict_id in resolved for one in verdict.conflicts):
            _close(connection, row.op_id)


def _asked(connection: Connection, record_id: str) -> bool:
    return bool(
        connection.scalar(
            text("SELECT 1 FROM op WHERE record_id = :id AND state IN ('conflict', 'rejected')"), {"id": record_id}
        )
    )
