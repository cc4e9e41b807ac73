"""The officer's view of one record: central's copy with the officer's own waiting ops replayed over it.

The row holds the view, the base copy holds what central last sent. Whatever changes either of them, or the ops
between them, ends by calling `rebuild`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace
from sqlalchemy import Connection, text

from fieldpo.store import records, search
from fieldpo.store.partitions import LEFT
from fieldpo.store.records import Base, Record
from fieldpo.sync.protocol.body import KINDS, Body, Json, Kind, Merging
from fieldpo.sync.protocol.merge import apply_over
from fieldpo.sync.protocol.ops import Op, thaw


@dataclass(frozen=True)
class View:
    """What the officer sees of a record; `body` None where nothing of it stands."""

    body: Mapping[str, Json] | None
    hidden: bool = False


def replayed(kind: Kind, base: Mapping[str, Json] | None, ops: Iterable[Op], shown: Mapping[str, Json]) -> View:
    """Central's copy with the waiting ops over it.

    `shown` is the view so far: an edit of a record that central has deleted meanwhile stays visible over it until
    central has answered.
    """
    body, hidden = base, False
    for op in ops:
        match op.verb:
            case "create":
                body, hidden = (body if body is not None else op.body), False
            case "edit":
                body = apply_over(kind, body if body is not None else shown, op.edit())
            case _:
                hidden = True
    return View(body, hidden)


def kind_of(name: str) -> Kind:
    """The kind's declaration, or for an unknown kind one whose fields merge each on its own."""
    return KINDS.get(name) or Kind(name, Body, Merging.FIELDS)


def rebuild(connection: Connection, kind: str, record_id: str) -> Record | None:
    """Bring the row to base and waiting ops; without any left the base copy goes. Returns the row, None if it went.

    A new record that central refused to take stays as it was typed, held for review. One that central has deleted while
    the officer changed it is kept hidden until the officer has answered.
    """
    base = records.read_base(connection, record_id)
    row = records.read_record(connection, kind, record_id)
    if base is None:
        return row
    ops = open_ops(connection, record_id)
    left = base.partition.startswith(LEFT)
    if not ops and base.body is None:
        _drop_base(connection, record_id)
        held_for_review = any(_asked_of(connection, record_id, state, "%.create") for state in ("rejected", "conflict"))
        if row is not None and (held_for_review or _asked_of(connection, record_id, "conflict", "%")):
            held = replace(row, version=0, hidden=left or not held_for_review)
            records.write_record(connection, held)
            return held
        records.drop_records(connection, kind, [record_id])
        search.forget_records(connection, [record_id])
        return None
    if row is None and base.body is None and not any(op.verb == "create" for op in ops):
        return None  # changes of what is not here: central's copy has to come first
    view = replayed(kind_of(kind), base.body, ops, row.body if row else {})
    if view.body is None:  # only a delete waits on what central has deleted too
        view = View(row.body if row else {}, hidden=True)
    made = _row(base, row, view, left=left)
    records.write_record(connection, made)
    if row is None or row.body != made.body:
        search.index_later(connection, kind, [record_id])
    if not ops:
        _drop_base(connection, record_id)
    return made


def _row(base: Base, row: Record | None, view: View, *, left: bool) -> Record:
    person = base.id if base.kind == "person" else (view.body or {}).get("person_id")
    return Record(
        kind=base.kind,
        id=base.id,
        partition=base.partition,
        person_id=person or (row.person_id if row else None),
        body=view.body or {},
        version=base.version if base.body is not None else 0,
        number=base.number,
        generation=row.generation if row else 0,
        hidden=view.hidden or left,
    )


def open_ops(connection: Connection, record_id: str) -> list[Op]:
    """The ops on a record that central has not finally answered, in the order of saving. One in whose place another of
    them stands says nothing any more: both wait where central went back.
    """
    texts = connection.scalars(
        text(
            "SELECT text FROM frozen_op WHERE record_id = :id AND state IN ('waiting', 'blocked', 'parked') "
            "ORDER BY position"
        ),
        {"id": record_id},
    )
    ops = [thaw(frozen) for frozen in texts]
    replaced = {op.supersedes for op in ops}
    return [op for op in ops if op.op_id not in replaced]


def _asked_of(connection: Connection, record_id: str, state: str, verb: str) -> bool:
    return bool(
        connection.scalar(
            text("SELECT 1 FROM op WHERE record_id = :id AND state = :state AND kind LIKE :verb"),
            {"id": record_id, "state": state, "verb": verb},
        )
    )


def _drop_base(connection: Connection, record_id: str) -> None:
    connection.execute(text("DELETE FROM base WHERE id = :id"), {"id": record_id})
