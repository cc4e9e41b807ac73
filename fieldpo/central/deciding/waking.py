"""Which blocked ops are looked at again, and when: those whose wait may be over, and no others.

Whoever brings a record or decides an op wakes what waits for it, on whatever device. An op that has just been blocked
is looked at with its device's next exchange too: what it waits for may have been under way in a transaction that ended
without seeing that something waited, as it was not seen itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import insert_rows, select_in
from fieldpo.central.books.tables import ledger, record, supersession, waiting, woken
from fieldpo.central.deciding.world import RECORD
from fieldpo.sync.protocol.exchange import VerdictKind

_BRINGING = 4_611_003
"""The advisory lock that every transaction shares which brings what others may wait for."""


_WAITING = sa.select(waiting.c.device_id, waiting.c.op_id)
_ANY_WAITING = _WAITING.limit(1)
_WOKEN = sa.select(woken).where(woken.c.device_id == sa.bindparam("device"))


def wake(conn: Connection, names: Collection[str]) -> None:
    """These have come: records (as what waits for them says it), ops that were decided or replaced."""
    if not names:
        return
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_BRINGING)))
    if conn.execute(_ANY_WAITING).first() is None:
        return
    rows = select_in(conn, _WAITING, waiting.c.waits_for, names)
    look_again(conn, {(row.device_id, row.op_id) for row in rows})


def look_again(conn: Connection, ops: Iterable[tuple[str, str]]) -> None:
    """Have these, each with its device, looked at with the device's next exchange.

    A row each time, under a key of its own: two transactions that wake the same op never wait for one another.
    """
    rows = [{"id": secrets.token_hex(8), "device_id": device, "op_id": op_id} for device, op_id in ops]
    insert_rows(conn, woken, rows)


def take_woken(conn: Connection, device_id: str) -> set[str]:
    """The device's ops whose wait may be over. They are asked about no more, unless something is under way."""
    rows = conn.execute(_WOKEN, {"device": device_id}).all()
    if not rows:
        return set()
    if _nothing_under_way(conn):
        conn.execute(sa.delete(woken).where(woken.c.id == sa.bindparam("gone")), [{"gone": row.id} for row in rows])
    return _over(conn, {row.op_id for row in rows})


def _over(conn: Connection, op_ids: Collection[str]) -> set[str]:
    """Those of the ops of which one wait at least is over."""
    rows = select_in(conn, sa.select(waiting.c.op_id, waiting.c.waits_for), waiting.c.op_id, op_ids)
    waits = {row.waits_for for row in rows}
    decided = sa.select(ledger.c.op_id).where(ledger.c.verdict != VerdictKind.BLOCKED.value)
    come = {row.op_id for row in select_in(conn, decided, ledger.c.op_id, waits)}
    come |= {row.op_id for row in select_in(conn, sa.select(supersession.c.op_id), supersession.c.op_id, waits)}
    named = {wait.removeprefix(RECORD) for wait in waits if wait.startswith(RECORD)}
    come |= {RECORD + row.id for row in select_in(conn, sa.select(record.c.id), record.c.id, named)}
    return {row.op_id for row in rows if row.waits_for in come}


def _nothing_under_way(conn: Connection) -> bool:
    """Whether at this moment no other transaction brings something that is not to be seen yet.

    On SQLite a writer is alone.
    """
    if conn.dialect.name != "postgresql":
        return True
    tried = sa.func.pg_try_advisory_lock(_BRINGING)
    return bool(
        conn.execute(sa.select(sa.case((tried, sa.func.pg_advisory_unlock(_BRINGING)), else_=False))).scalar_one()
    )
