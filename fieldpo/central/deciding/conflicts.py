"""Conflict rows: the losing values, kept for good, until the officer has answered."""

from __future__ import annotations

import uuid
from dataclasses import replace

from fieldpo.central.books.moments import stamp
from fieldpo.central.deciding.world import ConflictRow, Standing, World
from fieldpo.sync.protocol.body import Kind
from fieldpo.sync.protocol.exchange import FieldConflict
from fieldpo.sync.protocol.merge import Loss
from fieldpo.sync.protocol.ops import Edit, Op


def put_row(world: World, row: ConflictRow) -> None:
    """Put a new or changed conflict row into the working set."""
    others = tuple(
        each
        for each in world.conflicts.get(row.record_id, ())
        if (each.partition, each.id, each.field) != (row.partition, row.id, row.field)
    )
    world.put(world.conflicts, row.record_id, (*others, row))
    world.put(world.conflict_rows, (row.partition, row.id, row.field), row)


def open_rows(world: World, record_id: str) -> list[ConflictRow]:
    """The record's conflicts that nobody has answered."""
    return [row for row in world.conflicts.get(record_id, ()) if row.closed_by is None]


def keep_losses(
    world: World, op: Op, standing: Standing, kind: Kind, losses: tuple[Loss, ...], edit: Edit
) -> tuple[FieldConflict, ...]:
    """Keep what lost. A value that follows the device's own losing one joins its row: one question, not two.

    A field that now holds what its open question asked about, or that the officer has set to central's value,
    ends that question.
    """
    lost = {loss.field for loss in losses}
    for row in open_rows(world, standing.id):
        change = edit.fields.get(row.field)
        if change is not None and row.field not in lost and _follows(row, op, change.old):
            put_row(world, replace(row, closed_by=op.op_id))
    ids: dict[frozenset[str], str] = {}
    kept: list[FieldConflict] = []
    for loss in losses:
        row = _row_for(world, op, standing, loss, ids, _legal_group(kind, loss.field))
        put_row(world, row)
        kept.append(FieldConflict(row.id, loss.field, loss.yours, loss.current))
    return tuple(kept)


def close_answered(world: World, op: Op, standing: Standing, edit: Edit) -> Edit:
    """For an undo: close the rows of what had lost anyway, and leave those fields out of the inverse."""
    closed = {
        row.field: row
        for row in open_rows(world, standing.id)
        if op.undoes in (row.op_id, *(earlier for earlier, _ in row.earlier))
    }
    for row in closed.values():
        put_row(world, replace(row, closed_by=op.op_id))
    return Edit(
        {name: change for name, change in edit.fields.items() if name not in closed},
        {name: members for name, members in edit.add.items() if name not in closed},
        {name: members for name, members in edit.remove.items() if name not in closed},
    )


def resolve(world: World, op: Op) -> None:
    """End the conflict that the op answers, all fields of it."""
    if op.resolves is None:
        return
    for row in open_rows(world, op.record_id):
        if row.id == op.resolves:
            put_row(world, replace(row, closed_by=op.op_id))


def _follows(row: ConflictRow, op: Op, old: object) -> bool:
    return row.device_id == op.device_id and row.yours == old


def _legal_group(kind: Kind, field: str) -> frozenset[str]:
    return next((group for group in kind.legal if field in group), frozenset({field}))


def _row_for(
    world: World, op: Op, standing: Standing, loss: Loss, ids: dict[frozenset[str], str], group: frozenset[str]
) -> ConflictRow:
    for row in open_rows(world, standing.id):
        if row.field == loss.field and _follows(row, op, loss.old):
            ids.setdefault(group, row.id)
            return _joined(row, op, loss)
    # From the op_id, so that the same op always makes the same row.
    named = ids.setdefault(group, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{op.op_id} {sorted(group)}")))
    for row in world.conflicts.get(standing.id, ()):
        if (row.partition, row.id, row.field) == (standing.partition, named, loss.field):
            return _joined(row, op, loss)  # another field of the question was followed: this one's value stays too
    return ConflictRow(
        partition=standing.partition,
        id=named,
        field=loss.field,
        record_id=standing.id,
        kind=standing.kind,
        person_id=standing.person_id,
        op_id=op.op_id,
        device_id=op.device_id,
        user_id=op.author_id,
        yours=loss.yours,
        current=loss.current,
        earlier=(),
        opened_at=stamp(world.now),
    )


def _joined(row: ConflictRow, op: Op, loss: Loss) -> ConflictRow:
    """The row with one more losing value, and open."""
    if row.op_id == op.op_id:
        return row
    return replace(
        row,
        op_id=op.op_id,
        yours=loss.yours,
        current=loss.current,
        earlier=(*row.earlier, (row.op_id, row.yours)),
        closed_by=None,
    )
