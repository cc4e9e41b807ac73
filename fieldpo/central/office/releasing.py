"""What stands in quarantine, decided by a person: released as it stands, or refused for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import OperationalError

from fieldpo.central.books import audit, partitions
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import IS_OPEN, inbox, ledger, quarantine, review
from fieldpo.central.deciding import flush, load
from fieldpo.central.deciding.decide import decide
from fieldpo.central.deciding.devices import hold_device, store_verdicts
from fieldpo.central.deciding.inbox import waiting_ops
from fieldpo.central.deciding.places import target_partition
from fieldpo.central.deciding.received import receive
from fieldpo.central.deciding.world import Grant, Received
from fieldpo.central.log_lines import failure
from fieldpo.central.office.group_waiting import end_group, group_of, waiting_groups
from fieldpo.central.office.last_decided import NOBODY, last_decided
from fieldpo.errors import BadInput, FieldpoError, NeedsAttention, NotFound
from fieldpo.sync.protocol.exchange import Problem, VerdictKind


def in_quarantine(conn: Connection, now: dt.datetime | None = None) -> list[dict[str, str | bool | None]]:
    """Every open row, the oldest first, then each op of a group that waits for its rest: ids and why, no case text.

    With what a supervisor decided on it last, where central has not done that.
    """
    query = sa.select(quarantine).where(quarantine.c.state == "open").order_by(quarantine.c.arrived_at)
    refused = conn.execute(query).all()
    groups = waiting_groups(conn, now or dt.datetime.now(dt.UTC))
    last = last_decided(conn, {row.op_id for row in refused}.union(*(group.op_ids for group in groups)))
    rows: list[dict[str, str | bool | None]] = [
        {
            "op_id": row.op_id,
            "kind": row.kind,
            "record_id": row.record_id,
            "person_id": row.person_id,
            "user_id": row.user_id,
            "problem": msgspec.json.decode(row.problem, type=Problem).type,
            "arrived_at": row.arrived_at,
            **asdict(last.get(row.op_id, NOBODY)),
        }
        for row in refused
    ]
    for group in groups:
        decided = asdict(next((last[op_id] for op_id in group.op_ids if op_id in last), NOBODY))
        rows += [
            {
                "op_id": op_id,
                "kind": "",
                "record_id": None,
                "person_id": None,
                "user_id": group.user_id,
                "problem": f"waiting for the rest, {len(group.op_ids)} of {group.size}",
                "arrived_at": stamp(group.since),
                "overdue": group.overdue,
                **decided,
            }
            for op_id in group.op_ids
        ]
    return rows


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
    row = _decided_on(conn, op_id)
    if row is None:
        raise _not_there()
    raw = conn.execute(sa.select(inbox.c.raw).where(inbox.c.number == row.inbox)).scalar_one_or_none()
    if raw is None:
        raise NotFound("Central does not have the bytes of this entry. Nothing was changed.")
    held = hold_device(conn, row.device_id, row.user_id, now)
    one = receive(0, bytes(raw).decode(), row.inbox)
    # The rest of its group, and what waits for it, as they came: no addendum before its note.
    ops = sorted([one, *waiting_ops(conn, row.device_id, [one])], key=lambda each: each.inbox)
    named = load.named_by(ops)
    counters = partitions.lock(conn, load.touched(conn, row.user_id, named))
    world = load.load(conn, row.user_id, row.device_id, now, counters, named)
    world.life = row.device_id
    own = dict(world.grants)
    if one.op is not None:
        place, _ = target_partition(world, one.op)
        if place is not None:
            world.grants[place] = Grant(place)
    decide(world, [each for each in ops if _together(each, one)])
    world.grants = own  # nobody has read what waits for it
    decide(world, [each for each in ops if not _together(each, one)])
    entry = world.decided[op_id]
    if entry.verdict is VerdictKind.REJECTED:
        why = entry.problem.title if entry.problem else "it cannot be applied"
        raise BadInput(f"It cannot be released: {why}. Nothing was changed.")
    _close(conn, row, "released")
    flush.flush(conn, world, held)
    store_verdicts(conn, held, now)
    audit.note(conn, "quarantine release", op_id, outcome=str(entry.verdict), who=who, now=now)
    return entry.verdict


@told_where_it_fails()
def refuse(conn: Connection, op_id: str, now: dt.datetime, *, who: str = "") -> None:
    """Close an op's row in quarantine; it is kept and never applied. Raises NotFound where none is open any more.

    Once it is decided, what stands beside it under its op_id is closed, all at once. With an op of a group that waits
    for its rest the whole group is refused. Raises NeedsAttention where central fails over it: roll back then. `who` as
    in `release`.
    """
    group = group_of(conn, op_id, now)
    if group is not None:
        end_group(conn, group, now, release=False, who=who)
        return
    decided_on = _decided_on(conn, op_id)
    rows = [decided_on] if decided_on is not None else _beside(conn, op_id)
    if not rows:
        raise _not_there()
    for row in rows:
        _close(conn, row, "refused")
    audit.note(conn, "quarantine refuse", op_id, who=who, now=now)


def _close(conn: Connection, row: Row[Any], state: str) -> None:
    """Nobody is asked about these bytes any more. Others that came under the same op_id are asked about still."""
    same = (quarantine.c.op_id == row.op_id, quarantine.c.sha == row.sha, quarantine.c.user_id == row.user_id)
    conn.execute(quarantine.update().where(*same, quarantine.c.state == "open").values(state=state))
    asked = (review.c.user_id == row.user_id, review.c.op_id == row.op_id)
    conn.execute(review.update().where(IS_OPEN, *asked).values(state=state))


def _together(each: Received, one: Received) -> bool:
    """Whether it is this op, or of its group."""
    if each.op is None or one.op is None or one.op.group_id is None:
        return each is one
    return each.op.group_id == one.op.group_id


def _decided_on(conn: Connection, op_id: str) -> Row[Any] | None:
    """The bytes on which central decided, which a supervisor reads, with their place in the inbox. Others that came
    under the same op_id, from whatever laptop, stand beside them: they may be closed, never applied.
    """
    return conn.execute(_DECIDED_ON, {"op": op_id}).one_or_none()


def _beside(conn: Connection, op_id: str) -> Sequence[Row[Any]]:
    return conn.execute(_OPEN, {"op": op_id}).all()


_OPEN = sa.select(quarantine).where(quarantine.c.op_id == sa.bindparam("op"), quarantine.c.state == "open")
_DECIDED_ON = _OPEN.add_columns(ledger.c.inbox).join(
    ledger,
    (ledger.c.op_id == quarantine.c.op_id)
    & (ledger.c.sha == quarantine.c.sha)
    & (ledger.c.device_id == quarantine.c.device_id),
)


def _not_there() -> NotFound:
    return NotFound("No such entry is in quarantine; see `fieldpo central quarantine list`. Nothing was changed.")
