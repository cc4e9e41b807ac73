"""Groups that wait for a member which has not come: who sees them, and how a person ends one.

A device that was lost in the middle of a push, or a vault put back, may never send the rest.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import audit, partitions
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import upsert_rows
from fieldpo.central.books.tables import inbox, ledger, quarantine, waiting
from fieldpo.central.books.team_tables import ended_group
from fieldpo.central.deciding import flush, load
from fieldpo.central.deciding.decide import REFUSED, RELEASED, decide
from fieldpo.central.deciding.devices import hold_device, store_verdicts
from fieldpo.central.deciding.inbox import blocked
from fieldpo.central.deciding.received import receive
from fieldpo.central.deciding.world import GROUP
from fieldpo.errors import NotFound
from fieldpo.sync.protocol.exchange import VerdictKind

LONG = dt.timedelta(days=7)
"""After this a group that waits is called overdue."""


@dataclass(frozen=True)
class GroupWaiting:
    """The members of a group that central has, in the order in which they came."""

    group_id: str
    device_id: str
    user_id: str
    op_ids: tuple[str, ...]
    size: int
    since: dt.datetime
    overdue: bool


def waiting_groups(conn: Connection, now: dt.datetime, users: Collection[str] | None = None) -> list[GroupWaiting]:
    """Every group that waits for its rest, the oldest first; of some users where given."""
    return _groups(conn, now, () if users is None else (ledger.c.user_id.in_(list(users)),))


def _groups(conn: Connection, now: dt.datetime, which: Collection[sa.ColumnElement[bool]]) -> list[GroupWaiting]:
    query = (
        sa.select(
            ledger.c.op_id, ledger.c.device_id, ledger.c.user_id, ledger.c.group_id, inbox.c.raw, inbox.c.received_at
        )
        .join(inbox, inbox.c.number == ledger.c.inbox)
        # From what waits to its ops: SQLite would else begin at the ledger, with every op that ever came.
        .where(ledger.c.op_id.in_(sa.select(waiting.c.op_id).where(waiting.c.waits_for.like(f"{GROUP}%"))))
        .where(ledger.c.verdict == VerdictKind.BLOCKED.value, *which)
    )
    groups = defaultdict(list)
    for row in conn.execute(query.order_by(inbox.c.number)):
        groups[row.device_id, row.group_id].append(row)
    found = []
    for (device_id, group_id), rows in groups.items():
        op = receive(0, bytes(rows[0].raw).decode()).op
        since = dt.datetime.fromisoformat(rows[0].received_at)
        size = (op.group_size if op is not None else None) or 0
        ids = tuple(row.op_id for row in rows)
        found.append(GroupWaiting(group_id, device_id, rows[0].user_id, ids, size, since, now - since >= LONG))
    return found


def group_of(conn: Connection, op_id: str, now: dt.datetime) -> GroupWaiting | None:
    """The waiting group that an op is a member of. No other is read: a supervisor may decide on a thousand at once."""
    row = conn.execute(sa.select(ledger.c.device_id, ledger.c.group_id).where(ledger.c.op_id == op_id)).one_or_none()
    if row is None or row.group_id is None:
        return None
    its = (ledger.c.device_id == row.device_id, ledger.c.group_id == row.group_id)
    return next((one for one in _groups(conn, now, its) if op_id in one.op_ids), None)


def end_group(
    conn: Connection, group: GroupWaiting, now: dt.datetime, *, release: bool, who: str = ""
) -> list[VerdictKind]:
    """End the waiting: its members stand each alone, or are refused; and so is any that comes later.

    Its device hears with the next exchange. Raises NotFound where the rest came at the same moment.
    """
    held = hold_device(conn, group.device_id, group.user_id, now)
    ops = blocked(conn, group.op_ids)
    if len(ops) != len(group.op_ids):
        raise NotFound("The rest of this group has come meanwhile. Nothing was changed.")
    state = RELEASED if release else REFUSED
    key = {"device_id": group.device_id, "group_id": group.group_id}
    upsert_rows(conn, ended_group, [{**key, "state": state, "ended_at": stamp(now)}])
    named = load.named_by(ops)
    counters = partitions.lock(conn, load.touched(conn, group.user_id, named))
    world = load.load(conn, group.user_id, group.device_id, now, counters, named)
    world.life = group.device_id
    decide(world, ops)
    flush.flush(conn, world, held)
    if not release:  # decided already: they are kept, and ask nobody any more
        theirs = (quarantine.c.op_id.in_(group.op_ids), quarantine.c.sha.in_([one.sha for one in ops]))
        conn.execute(quarantine.update().where(*theirs, quarantine.c.state == "open").values(state="refused"))
    store_verdicts(conn, held, now)
    audit.note(conn, f"group {'release' if release else 'refuse'}", group.group_id, who=who, now=now)
    return [world.decided[op_id].verdict for op_id in group.op_ids]
