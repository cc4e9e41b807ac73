"""A group of which one member lost: none is applied, and what each says is kept as a question of its own."""

from __future__ import annotations

from dataclasses import replace

from fieldpo.central.deciding.apply import Outcome, kind_of
from fieldpo.central.deciding.conflicts import keep_losses, open_rows, put_row, resolve
from fieldpo.central.deciding.world import Standing, World
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import CREATED, DELETED, FieldConflict, VerdictKind
from fieldpo.sync.protocol.merge import Loss
from fieldpo.sync.protocol.ops import Edit, Op


def lose_whole(world: World, op: Op, partition: str) -> Outcome:
    """Keep all that the op says as losing values; nothing is applied. `partition` is where it would have stood."""
    standing = world.records.get(op.record_id) or _unmade(op, partition)
    edit = op.edit() if op.verb == "edit" else Edit()
    kept = keep_losses(world, op, standing, kind_of(op), _losses(op, standing, edit), edit)
    resolve(world, op)
    told = tuple(FieldConflict(one.conflict_id, one.field, yours=True, current=False) if one.field == CREATED else one
                 for one in kept)  # fmt: skip
    return Outcome(VerdictKind.CONFLICT, standing.partition, conflicts=told)


def answers_only(world: World, op: Op) -> bool:
    """Whether the op lets go a record that its group kept from being made; then its question is ended, no more."""
    if op.verb != "delete" or op.record_id in world.records:
        return False
    asked = [row for row in open_rows(world, op.record_id) if row.field == CREATED and _answers(op, row.id, row.op_id)]
    for row in asked:
        put_row(world, replace(row, closed_by=op.op_id))
    return bool(asked)


def _answers(op: Op, conflict_id: str, op_id: str) -> bool:
    return op.resolves == conflict_id or op.undoes == op_id


def _losses(op: Op, standing: Standing, edit: Edit) -> tuple[Loss, ...]:
    if op.verb == "create":
        return (Loss(CREATED, None, op.body, None),)
    if op.verb == "delete":
        return (Loss(DELETED, old=False, yours=True, current=False),)
    kind = kind_of(op)
    now: dict[str, Json] = {} if standing.deleted else standing.body
    fields = [
        Loss(name, change.old, change.new, None if standing.deleted else kind.value(now, name))
        for name, change in edit.fields.items()
    ]
    sets = [
        Loss(name, None, {"add": edit.add.get(name, []), "remove": edit.remove.get(name, [])}, now.get(name))
        for name in dict.fromkeys((*edit.add, *edit.remove))
    ]
    return (*fields, *sets)


def _unmade(op: Op, partition: str) -> Standing:
    person = op.record_id if op.record_kind == "person" else op.body.get("person_id")
    return Standing(
        id=op.record_id,
        kind=op.record_kind,
        partition=partition,
        person_id=person if isinstance(person, str) else None,
        version=0,
        number=0,
        writer="",
        writer_since=0,
        deleted=False,
        body={},
    )
