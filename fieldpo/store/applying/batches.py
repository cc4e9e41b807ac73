"""What goes up: waiting ops and audit rows in order, cut to a request's size and never within a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store import partitions
from fieldpo.store.applying import replaced
from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.sync.protocol.exchange import MAX_OPS, MAX_REQUEST_BYTES, AuditRow
from fieldpo.sync.protocol.log_chain import without_what_follows
from fieldpo.sync.protocol.ops import MAX_GROUP_OPS

AUDIT_ROWS = 1_000
AUDIT_SENT = "audit_sent"
"""The meta key of the last row of the log that central has."""
_HEAD_BYTES = 256 * 1024
"""Left free for audit rows and cursors."""

_WAITING = (
    "SELECT position, op_id, seq, text, group_id FROM frozen_op "
    "WHERE state = 'waiting' AND incarnation = :incarnation AND position > :after ORDER BY position LIMIT :most"
)

PARK_AFTER = 3
"""How often an op is tried alone before it is parked: a passing fault of a proxy is not its fault."""


class Sending(NamedTuple):
    """One waiting op as it goes up, its text a JSON string. `position` is its place among those that wait."""

    position: int
    op_id: str
    seq: int
    text: bytes
    group_id: str | None


class LogRows(NamedTuple):
    """The first and the last row of the log that a request carries; 0 where it carries none."""

    first: int = 0
    last: int = 0


NO_ROWS = LogRows()


@dataclass(frozen=True)
class Batch:
    """Ops for one request. `units` counts what cannot be parted: single ops and groups. `more` ops wait after them."""

    ops: tuple[Sending, ...]
    units: int
    more: bool = False

    @property
    def last(self) -> int:
        """The position after which the next batch begins."""
        return self.ops[-1].position if self.ops else 0


def next_batch(
    connection: Connection, incarnation: str, after: int, most_units: int = MAX_OPS, most_bytes: int = MAX_REQUEST_BYTES
) -> Batch:
    """The next waiting ops after a position. A group larger than the room goes alone.

    None while a partition loads anew: central leaves out the body of what the ops in the same request changed, and an
    equal version says nothing of a copy that is not trusted. So the whole is heard first, and then they go.
    """
    if partitions.loads_anew(connection):
        return Batch((), 0)
    most_ops = min(MAX_OPS, most_units)
    waiting = _waiting(connection, incarnation, after, most_ops + 1)
    if len(waiting) > most_ops and any(one.group_id is not None for one in waiting):
        most_ops = min(MAX_OPS, most_units + MAX_GROUP_OPS)
        waiting = _waiting(connection, incarnation, after, most_ops + 1)
    taken: list[Sending] = []
    units, size, complete = 0, 0, len(waiting) <= most_ops
    for unit, last in _units(waiting):
        if last and not complete and taken:
            break  # its other members may lie beyond what was read
        weight = sum(len(one.text) + 16 for one in unit)
        full = units >= most_units or len(taken) + len(unit) > MAX_OPS or size + weight > most_bytes - _HEAD_BYTES
        if taken and full:
            break
        taken += unit
        units, size = units + 1, size + weight
    return Batch(tuple(taken), units, len(taken) < len(waiting))


def _waiting(connection: Connection, incarnation: str, after: int, most: int) -> list[Sending]:
    asked = {"incarnation": incarnation, "after": after, "most": most}
    turns = replaced.turns(connection)
    rows = connection.execute(text(replaced.IN_TURN if turns else _WAITING), asked | turns).all()
    return [
        Sending(position, op_id, seq, msgspec.json.encode(frozen), group_id)
        for position, op_id, seq, frozen, group_id in rows
    ]


def _units(waiting: Sequence[Sending]) -> list[tuple[list[Sending], bool]]:
    units: list[list[Sending]] = []
    for one in waiting:
        if units and one.group_id is not None and units[-1][-1].group_id == one.group_id:
            units[-1].append(one)
        else:
            units.append([one])
    return [(unit, unit is units[-1]) for unit in units]


def audit_rows(connection: Connection, after: int, most: int) -> list[AuditRow]:
    """The log's next rows as they are sent, in chain order; those up to `after` are on their way, or there already."""
    sent = int(get_meta(connection, AUDIT_SENT) or 0)
    rows = connection.execute(
        text("SELECT n, text, hash FROM audit WHERE n > :after ORDER BY n LIMIT :most"),
        {"after": max(sent, after), "most": most},
    )
    return [*without_what_follows(AuditRow(*row) for row in rows)]


def count_failure(connection: Connection, op_ids: Sequence[str], problem: str) -> bool:
    """An op, or a group, that central cannot take was tried alone once more; True if it is parked now.

    Parked ops stay, are shown, and are tried again by `retry_parked`; they delay no other.
    """
    parked = False
    for op_id in op_ids:
        tries = connection.scalar(
            text(
                "UPDATE op SET tries = tries + 1, problem = :problem WHERE op_id = :id AND state = 'waiting' "
                "RETURNING tries"
            ),
            {"id": op_id, "problem": problem},
        )
        parked = parked or (tries or 0) >= PARK_AFTER
    if parked:
        for op_id in op_ids:
            connection.execute(
                text("UPDATE op SET state = 'parked' WHERE op_id = :id AND state = 'waiting'"), {"id": op_id}
            )
    return parked


def retry_parked(connection: Connection, version: str) -> int:
    """After an upgrade of fieldpo, let parked ops wait again; returns how many."""
    if get_meta(connection, "parked_by") == version:
        return 0
    put_meta(connection, "parked_by", version)
    return connection.execute(
        text("UPDATE op SET state = 'waiting', tries = 0, problem = '' WHERE state = 'parked'")
    ).rowcount
