"""Central's inbox: every op as it came, durable whatever becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows, select_in, texts
from fieldpo.central.books.tables import inbox, ledger, waiting
from fieldpo.central.deciding.received import receive
from fieldpo.central.deciding.waking import take_woken
from fieldpo.central.deciding.world import GROUP, RECORD, Received
from fieldpo.sync.protocol.exchange import VerdictKind

_CAME = sa.select(inbox.c.op_id, inbox.c.sha, inbox.c.number, inbox.c.device_id)
_WAITING = sa.select(waiting.c.op_id).where(waiting.c.device_id == sa.bindparam("device"))
_ANY_WAITING = _WAITING.limit(1)
_BLOCKED = (
    sa.select(inbox.c.number, inbox.c.raw)
    .join(ledger, (ledger.c.op_id == inbox.c.op_id) & (ledger.c.inbox == inbox.c.number))
    .where(ledger.c.verdict == VerdictKind.BLOCKED.value)
)
_COLUMNS = ("number", "op_id", "sha", "device_id", "user_id", "received_at", "raw")


class Kept(NamedTuple):
    """Ops whose bytes stand in the inbox. `before` came before from any device, and nobody has decided another; `sent`
    are those of them that came from this one.
    """

    ops: list[Received]
    before: set[str]
    sent: set[str]


def keep(conn: Connection, ops: Sequence[Received], device_id: str, user_id: str, now: dt.datetime) -> Kept:
    """Store the bytes of the ops that are new here; gives all of them with their places in the inbox."""
    came = select_in(conn, _CAME, inbox.c.op_id, {one.op_id for one in ops})
    standing = {(row.op_id, row.sha): row.number for row in came if row.device_id == device_id}
    fresh = {(one.op_id, one.sha): one for one in ops if (one.op_id, one.sha) not in standing}
    numbers, at = _numbers(conn, len(fresh)), stamp(now)
    rows = [
        (number, one.op_id, one.sha, device_id, user_id, at, one.text.encode())
        for number, one in zip(numbers, fresh.values(), strict=True)
    ]
    insert_rows(conn, inbox, rows, _COLUMNS)
    places = standing | dict(zip(fresh, numbers, strict=True))
    placed = [replace(one, inbox=places[one.op_id, one.sha]) for one in ops]
    return Kept(placed, {row.op_id for row in came}, {op_id for op_id, _ in standing})


def waiting_ops(conn: Connection, device_id: str, ops: Collection[Received]) -> list[Received]:
    """The device's blocked ops that may go on now, or once these ops have been decided."""
    came = {one.op_id for one in ops}
    found: dict[str, Received] = {}
    next_ = take_woken(conn, device_id)
    wanted = _brought(ops) if conn.execute(_ANY_WAITING, {"device": device_id}).first() is not None else set()
    while next_ or wanted:
        next_ |= {row.op_id for row in select_in(conn, _WAITING, waiting.c.waits_for, wanted, device=device_id)}
        fresh = blocked(conn, next_ - came - found.keys())
        found |= {one.op_id: one for one in fresh}
        # What waits for one of these may go on in its turn, in the same exchange.
        next_, wanted = set(), _brought(fresh)
    return sorted(found.values(), key=lambda one: one.inbox)


def _brought(ops: Iterable[Received]) -> set[str]:
    """What others may wait for, once these have been decided."""
    read = [one.op for one in ops if one.op is not None]
    groups = {GROUP + group for group in texts(op.group_id for op in read)}
    records = {RECORD + op.record_id for op in read}
    return groups | records | {op.op_id for op in read} | texts(op.supersedes for op in read)


def blocked(conn: Connection, op_ids: Collection[str]) -> list[Received]:
    """These ops read again from the inbox, in the order in which they came."""
    rows = select_in(conn, _BLOCKED, inbox.c.op_id, op_ids)
    return [receive(0, bytes(row.raw).decode(), row.number) for row in sorted(rows, key=lambda row: row.number)]


def _numbers(conn: Connection, count: int) -> list[int]:
    if count == 0:
        return []
    if conn.dialect.name == "postgresql":
        drawn = sa.text("SELECT nextval('inbox_number') FROM generate_series(1, :count)")
        return sorted(conn.execute(drawn, {"count": count}).scalars().all())
    last = int(
        conn.execute(
            sa.text(
                "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + :count AS TEXT) WHERE key = 'inbox'"
                " RETURNING value"
            ),
            {"count": count},
        ).scalar_one()
    )
    return list(range(last - count + 1, last + 1))
