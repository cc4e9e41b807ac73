"""What stands in quarantine, decided by a person: released as it stands, or refused for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import OperationalError

from fieldpo.central.books import audit, partitions
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import IS_OPEN, inbox, quarantine, review
from fieldpo.central.deciding import flush, load
from fieldpo.central.deciding.decide import decide
from fieldpo.central.deciding.devices import hold_device, store_verdicts
from fieldpo.central.deciding.inbox import waiting_ops
from fieldpo.central.deciding.places import target_partition
from fieldpo.central.deciding.received import receive
from fieldpo.central.deciding.world import Grant
from fieldpo.central.log_lines import failure
from fieldpo.central.office.group_waiting import end_group, group_of, waiting_groups
from fieldpo.errors import BadInput, FieldpoError, NeedsAttention, NotFound
from fieldpo.sync.protocol.exchange import Problem, VerdictKind


def in_quarantine(conn: Connection, now: dt.datetime | None = None) -> list[dict[str, str | bool | None]]:
    """Every open row, the oldest first, then each op of a group that waits for its rest: ids and why, no case text."""
    query = sa.select(quarantine).where(quarantine.c.state == "open").order_by(quarantine.c.arrived_at)
    waiting = [
        {
            "op_id": op_id,
            "kind": "",
            "record_id": None,
            "person_id": None,
            "user_id": group.user_id,
            "problem": f"waiting for the rest, {len(group.op_ids)} of {group.size}",
            "arrived_at": stamp(group.since),
            "overdue": group.overdue,
        }
        for group in waiting_groups(conn, now or dt.datetime.now(dt.UTC))
        for op_id in group.op_ids
    ]
    refused: list[dict[str, str | bool | None]] = [
        {
            "op_id": row.op_id,
            "kind": row.kind,
            "record_id": row.record_id,
            "person_id": row.person_id,
            "user_id": row.user_id,
            "problem": msgspec.json.decode(row.problem, type=Problem).type,
            "arrived_at": row.arrived_at,
        }
        for row in conn.execute(query)
    ]
    return [*refused, *waiting]


@contextmanager
def told_where_it_fails() -> Iterator[None]:
    """A defect of central's over one entry as a sentence: a database's own message may quote the case."""
    try:
        yield
    except (FieldpoError, OperationalError):
        raise
    except Exception as failed:
        told = failure(failed)
        at = told["at"][-1] if isinstance(told["at"], list) else ""
        raise NeedsAttention(
            f"Central failed over this entry ({told['error']} at {at}). Nothing was changed: it is kept as it came, "
            "and its laptop has it too. Tell whoever maintains fieldpo."
        ) from failed


@told_where_it_fails()
def release(conn: Connection, op_id: str, now: dt.datetime, *, who: str = "") -> VerdictKind:
    """Apply a quarantined op as it stands, wherever its author may write; its device hears with its next exchange.

    With an op of a group that waits for its rest the whole group is released, each member alone. Raises NotFound where
    it is not in quarantine any more, BadInput where it cannot be applied, NeedsAttention where central fails over it:
    roll back then. `who` decides; without it the log names the server's account.
    """
    group = group_of(conn, op_id, now)
    if group is not None:
        return end_group(conn, group, now, release=True, who=who)[group.op_ids.index(op_id)]
    row = _open(conn, op_id)
    came = conn.execute(
        sa.select(inbox.c.number, inbox.c.raw).where(inbox.c.op_id == op_id, inbox.c.sha == row.sha)
    ).one_or_none()
    if came is None:
        raise NotFound("Central does not have the bytes of this entry. Nothing was changed.")
    held = hold_device(conn, row.device_id, row.user_id, now)
    one = receive(0, bytes(came.raw).decode(), came.number)
    ops = [one, *waiting_ops(conn, row.device_id, [one])]  # the rest of its group, and what waits for it
    named = load.named_by(ops)
    counters = partitions.lock(conn, load.touched(conn, row.user_id, named))
    world = load.load(conn, row.user_id, row.device_id, now, counters, named)
    world.life = row.device_id
    if one.op is not None:
        place, _ = target_partition(world, one.op)
        if place is not None:
            world.grants[place] = Grant(place)
    world.settled[op_id] = "released"
    decide(world, ops)
    entry = world.decided[op_id]
    if entry.verdict is VerdictKind.REJECTED:
        why = entry.problem.title if entry.problem else "it cannot be applied"
        raise BadInput(f"It cannot be released: {why}. Nothing was changed.")
    flush.flush(conn, world, held)
    store_verdicts(conn, held, now)
    audit.note(conn, "quarantine release", op_id, outcome=str(entry.verdict), who=who, now=now)
    return entry.verdict


@told_where_it_fails()
def refuse(conn: Connection, op_id: str, now: dt.datetime, *, who: str = "") -> None:
    """Close a quarantine row; the op is kept and never applied. Raises NotFound where it is not open any more.

    With an op of a group that waits for its rest the whole group is refused. Raises NeedsAttention where central fails
    over it: roll back then. `who` as in `release`.
    """
    group = group_of(conn, op_id, now)
    if group is not None:
        end_group(conn, group, now, release=False, who=who)
        return
    row = _open(conn, op_id)
    conn.execute(
        quarantine.update().where(quarantine.c.op_id == op_id, quarantine.c.sha == row.sha).values(state="refused")
    )
    conn.execute(
        review.update().where(IS_OPEN, review.c.user_id == row.user_id, review.c.op_id == op_id).values(state="refused")
    )
    audit.note(conn, "quarantine refuse", op_id, who=who, now=now)


def _open(conn: Connection, op_id: str) -> Row[Any]:
    row = conn.execute(sa.select(quarantine).where(quarantine.c.op_id == op_id, quarantine.c.state == "open")).first()
    if row is None:
        raise NotFound("No such entry is in quarantine; see `fieldpo central quarantine list`. Nothing was changed.")
    return row
