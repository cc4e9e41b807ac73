"""An op that takes another's place: what waits for the one it replaces waits for it, so it waits for none of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, text

from fieldpo.sync.protocol.ops import Op, thaw

_OPEN = text("SELECT text FROM frozen_op WHERE state IN ('waiting', 'blocked', 'parked') ORDER BY position")
_ONE = text("SELECT text FROM frozen_op WHERE op_id = :id")


def deps_in_place_of(connection: Connection, replaced: str, needed: Iterable[str]) -> list[str]:
    """The open ops that must be applied before the one that replaces `replaced`: those that this one waited for, and
    those `needed` that do not wait for it themselves. Else both would wait for each other, for ever.
    """
    line = list(_line(connection, replaced))
    opened = [thaw(frozen) for frozen in connection.scalars(_OPEN)]
    before = line[0].deps if line else []
    after = {replaced, *(op.op_id for op in line)}
    for op in opened:  # in the order of saving: what an op waits for was saved before it
        if op.undoes in after or not after.isdisjoint(op.deps):
            after.add(op.op_id)
    here = {op.op_id for op in opened}
    return [one for one in dict.fromkeys([*before, *needed]) if one in here and one not in after]


def _line(connection: Connection, op_id: str | None) -> Iterator[Op]:
    """The op and those in whose place it came to stand, one after another: what waits for one of them waits for it."""
    while op_id and (frozen := connection.scalar(_ONE, {"id": op_id})):
        op = thaw(frozen)
        yield op
        op_id = op.supersedes
