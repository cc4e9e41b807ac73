"""An op that takes another's place: what waits for the one it replaces waits for it, so it waits for none of these."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from fieldpo.sync.protocol.ops import thaw

_OPEN = text(
    "SELECT op_id, text FROM frozen_op WHERE op_id = :replaced OR state IN ('waiting', 'blocked', 'parked') "
    "ORDER BY position"
)


def deps_in_place_of(connection: Connection, replaced: str, needed: Iterable[str]) -> list[str]:
    """The open ops that must be applied before the one that replaces `replaced`: those that this one waited for, and
    those `needed` that do not wait for it themselves. Else both would wait for each other, for ever.
    """
    rows = connection.execute(_OPEN, {"replaced": replaced}).all()
    ops = {row.op_id: thaw(row.text) for row in rows}
    before = ops[replaced].deps if replaced in ops else []
    after = {replaced}
    for op_id, op in ops.items():  # in the order of saving: what an op waits for was saved before it
        if op.undoes in after or not after.isdisjoint(op.deps):
            after.add(op_id)
    return [one for one in dict.fromkeys([*before, *needed]) if one in ops and one not in after]
