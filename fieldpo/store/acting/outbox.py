"""The outbox: ops in the order of saving, numbered without gaps within an incarnation.

Here they are put in and counted; `apply` writes central's answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, bindparam, text

from fieldpo.errors import BadInput
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.database.ledger_tables import OPEN, OpState
from fieldpo.store.records import Record
from fieldpo.sync.protocol.body import KINDS
from fieldpo.sync.protocol.ops import MAX_GROUP_BYTES, MAX_GROUP_OPS, freeze

if TYPE_CHECKING:
    from fieldpo.store.acting.freezing import Frozen


@dataclass(frozen=True)
class Counts:
    """Entries by where they are. `not_sent` is what only this laptop has."""

    not_sent: int
    held: int
    need_answer: int


def append(connection: Connection, incarnation: str, act_id: str, frozen: Iterable[Frozen], now: dt.datetime) -> None:
    """Put an act's ops at the outbox's end, in order."""
    last = connection.scalar(
        text("SELECT max(seq) FROM op WHERE incarnation = :incarnation"), {"incarnation": incarnation}
    )
    rows = [
        {
            "op_id": made.op.op_id,
            "incarnation": incarnation,
            "seq": seq,
            "kind": made.op.kind,
            "record_id": made.record.id,
            "person_id": _person_of(made.record),
            "partition": made.record.partition,
            "group_id": made.op.group_id,
            "act_id": act_id,
            "state": OpState.WAITING,
            "at": now.timestamp(),
            "text": made.text,
        }
        for seq, made in enumerate(frozen, start=(last or 0) + 1)
    ]
    if rows:
        connection.execute(
            text(
                "INSERT INTO op (op_id, incarnation, seq, kind, record_id, person_id, partition, group_id, act_id, "
                "state, tries, problem, verdict, inbox, saved_utc) VALUES (:op_id, :incarnation, :seq, "
                ":kind, :record_id, :person_id, :partition, :group_id, :act_id, :state, 0, '', NULL, 0, :at)"
            ),
            rows,
        )
        connection.execute(
            text("INSERT INTO op_text (position, text) SELECT position, :text FROM op WHERE op_id = :op_id"), rows
        )


def _person_of(record: Record) -> str | None:
    return record.id if record.kind == "person" else record.person_id


def grouped(frozen: list[Frozen], group_id: str) -> list[Frozen]:
    """The same ops as a group that central takes whole or not at all. Raises `BadInput` if it is too large."""
    size = len(frozen)
    made = []
    for one in frozen:
        op = msgspec.structs.replace(one.op, group_id=group_id, group_size=size)
        made.append(replace(one, op=op, text=freeze(op)))
    if size > MAX_GROUP_OPS or sum(len(one.text.encode()) for one in made) > MAX_GROUP_BYTES:
        raise BadInput("This is too much for one entry and was not saved; its draft is kept. Split it in two.")
    return made


def ops_of_act(connection: Connection, act_id: str) -> list[str]:
    """The op_ids of an act, in order."""
    rows = connection.scalars(text("SELECT op_id FROM op WHERE act_id = :id ORDER BY position"), {"id": act_id})
    return [str(op_id) for op_id in rows]


def waiting_for(connection: Connection, record: Record, verb: str) -> list[str]:
    """The ops that must be applied before one on this record: the last on it, and what makes its parents."""
    needed: dict[str, None] = {}
    if verb != "create" and (last := _last_open(connection, [record.id])):
        needed.update(dict.fromkeys(last[-1:]))
    above = parents(record) if verb != "delete" else []
    needed.update(dict.fromkeys(_open_creates(connection, above)))
    return list(needed)


def parents(record: Record) -> list[str]:
    """The records that this one names, whose making has to come first."""
    spec = KINDS[record.kind]
    named = [record.body.get(name) for name in (*spec.refers, "person_id")]
    for allegation in record.body.get("allegations", []):
        named.extend(allegation.get("evidence", []))
        named.append(allegation.get("condition_id"))
    return [record_id for record_id in named if record_id]


def _last_open(connection: Connection, ids: list[str]) -> list[str]:
    return _select(connection, f"record_id IN :ids AND state IN {OPEN}", ids)


def _open_creates(connection: Connection, ids: list[str]) -> list[str]:
    if not ids:
        return []
    return _select(connection, f"record_id IN :ids AND state IN {OPEN} AND kind LIKE '%.create'", ids)


def _select(connection: Connection, where: str, ids: list[str]) -> list[str]:
    statement = text(f"SELECT op_id FROM op WHERE {where} ORDER BY position").bindparams(  # noqa: S608 - ours
        bindparam("ids", expanding=True)
    )
    return [str(op_id) for op_id in connection.scalars(statement, {"ids": ids})]


# Not of what is done: of that a vault has more every day.
_COUNTED = AtOnce(
    "SELECT state, count(*) AS n FROM op "
    "WHERE state IN ('waiting', 'parked', 'blocked', 'conflict', 'rejected') GROUP BY state"
)


def counts(connection: Connection) -> Counts:
    """How many entries wait, are held for review, or need the officer's answer."""
    found = {str(row.state): int(row.n) for row in _COUNTED.rows(connection)}
    return Counts(
        not_sent=found.get(OpState.WAITING, 0) + found.get(OpState.PARKED, 0),
        held=found.get(OpState.BLOCKED, 0),
        need_answer=found.get(OpState.CONFLICT, 0) + found.get(OpState.REJECTED, 0),
    )


def renumber(connection: Connection, incarnation: str) -> int:
    """Give every op that central has not answered for a place in a new incarnation; returns how many."""
    rows = connection.execute(
        text(f"SELECT position FROM op WHERE state IN {OPEN} ORDER BY position")  # noqa: S608 - ours
    ).all()
    if rows:
        connection.execute(
            text("UPDATE op SET incarnation = :incarnation, seq = :seq WHERE position = :position"),
            [
                {"incarnation": incarnation, "seq": seq, "position": row.position}
                for seq, row in enumerate(rows, start=1)
            ],
        )
    return len(rows)
