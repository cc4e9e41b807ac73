"""Devices at central: their rows, what came from each and in which order, and their audit chains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.cursors import mark
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_new_rows
from fieldpo.central.books.tables import device, device_audit, device_incarnation, received_seq
from fieldpo.central.deciding.refusals import problem
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import MAX_PLACE, AuditRow, Problem
from fieldpo.sync.protocol.log_chain import with_what_follows

_DEVICE = sa.select(device).where(device.c.id == sa.bindparam("id"))
_LOCKED_DEVICE = _DEVICE.with_for_update()
_INCARNATION = sa.select(device_incarnation).where(
    device_incarnation.c.device_id == sa.bindparam("device_id"),
    device_incarnation.c.incarnation == sa.bindparam("incarnation"),
)

_STORE = (
    device.update()
    .where(device.c.id == sa.bindparam("device"))
    .values(
        verdict_rev=sa.bindparam("rev"),
        audit_through=sa.bindparam("through"),
        incarnation=sa.bindparam("life"),
        seen_at=sa.bindparam("at"),
    )
)


@dataclass
class Device:
    """A device's row while this transaction holds it."""

    id: str
    user_id: str
    verdict_rev: int
    audit_through: int
    began: int = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.verdict_rev

    def next_rev(self) -> int:
        """The device's number of one more verdict."""
        self.verdict_rev += 1
        return self.verdict_rev


def verdict_feed(device_id: str) -> str:
    """The name under which the commits are marked that gave a device's verdicts."""
    return f"verdicts:{device_id}"


def add_device(conn: Connection, device_id: str, user_id: str, name: str, now: dt.datetime) -> None:
    """Enrol a device for a user. The same device for the same user again changes nothing.

    Raises BadInput where the device is another user's.
    """
    insert_new_rows(
        conn,
        device,
        [
            {
                "id": device_id,
                "user_id": user_id,
                "name": name,
                "incarnation": "",
                "verdict_rev": 0,
                "audit_through": 0,
                "enrolled_at": stamp(now),
                "seen_at": None,
                "revoked_at": None,
            }
        ],
    )
    owner = conn.execute(sa.select(device.c.user_id).where(device.c.id == device_id)).scalar_one()
    if owner != user_id:
        raise BadInput("This device is enrolled for another user. Nothing was changed.")


def hold_device(conn: Connection, device_id: str, user_id: str, now: dt.datetime) -> Device:
    """The device's row, locked until the transaction ends; made at its first exchange. Raises BadInput as above."""
    query = _LOCKED_DEVICE if conn.dialect.name == "postgresql" else _DEVICE
    row = conn.execute(query, {"id": device_id}).one_or_none()
    if row is None:
        add_device(conn, device_id, user_id, "", now)
        row = conn.execute(query, {"id": device_id}).one()
    if row.user_id != user_id:
        raise BadInput("This device is enrolled for another user. Nothing was changed.")
    return Device(row.id, row.user_id, row.verdict_rev, row.audit_through)


def store_device(conn: Connection, held: Device, incarnation: str, now: dt.datetime) -> None:
    """Write back what the exchange counted."""
    counted = {"rev": held.verdict_rev, "through": held.audit_through, "life": incarnation, "at": stamp(now)}
    conn.execute(_STORE, {"device": held.id, **counted})
    mark_verdicts(conn, held, now)


def mark_verdicts(conn: Connection, held: Device, now: dt.datetime) -> None:
    """Mark this commit among those that gave the device's verdicts, so that another history is told from this one."""
    if held.verdict_rev > held.began:
        mark(conn, [(verdict_feed(held.id), held.verdict_rev)], now)
        held.began = held.verdict_rev


def store_verdicts(conn: Connection, held: Device, now: dt.datetime) -> None:
    """Write back how many verdicts were given, where a person at central gave them."""
    conn.execute(device.update().where(device.c.id == held.id).values(verdict_rev=held.verdict_rev))
    mark_verdicts(conn, held, now)


def note_received(
    conn: Connection, device_id: str, incarnation: str, came: Collection[tuple[int, str]], before: Collection[str]
) -> tuple[int, bool]:
    """Count (seq, op_id) pairs in; gives the highest contiguous seq, and whether two ops claim one seq.

    `before` are the ops that the device had sent before. Up to the highest contiguous seq they are all there were, so
    that another one's is a twin's; only what lies beyond a gap is kept seq by seq.
    """
    key = {"device_id": device_id, "incarnation": incarnation}
    held = conn.execute(_INCARNATION, key).one_or_none()
    if held is None:
        insert_new_rows(conn, device_incarnation, [{**key, "known_through": 0, "forked": False}])
    known, forked = (held.known_through, bool(held.forked)) if held else (0, False)
    twin = forked or any(seq <= known and op_id not in before for seq, op_id in came)
    through = known
    if fresh := sorted({pair for pair in came if pair[0] > known}):
        if _follow([seq for seq, _ in fresh], known) and not _SEQS.beyond(conn, key, known):
            through += len(fresh)
        else:
            insert_new_rows(conn, received_seq, [(*key.values(), *pair) for pair in fresh], _RECEIVED)
            run = _SEQS.run(conn, key, known + 1)
            through, twin = run.unbroken, twin or run.twice
            conn.execute(_REACHED, {**key, "reached": through})
    if (through, twin) != (known, forked):
        conn.execute(_COUNT, {"device": device_id, "life": incarnation, "through": through, "twin": twin})
    return through, twin


def _follow(numbers: Sequence[int], after: int) -> bool:
    """Whether they are the very next ones, each once."""
    return [*numbers] == [*range(after + 1, after + 1 + len(numbers))]


class _Run(NamedTuple):
    """Numbers from one on: the last before the first gap, and whether one of them is taken twice."""

    unbroken: int
    twice: bool


class _Numbering:
    """How a device numbers what it sends, one after another; `whose` are the columns that tell whose they are."""

    def __init__(self, number: sa.Column[int], whose: Sequence[sa.Column[str]]) -> None:
        mine = [column == sa.bindparam(column.name) for column in whose]
        within = sa.and_(*mine, number.between(sa.bindparam("first"), sa.bindparam("last")))
        reached = sa.func.coalesce(sa.func.max(number), sa.bindparam("first", type_=sa.BigInteger) - 1)
        self._counted = sa.select(sa.func.count(), sa.func.count(sa.distinct(number)), reached).where(within)
        self._each = sa.select(number).where(within).order_by(number)
        self._beyond = sa.select(number).where(*mine, number > sa.bindparam("after")).limit(1)

    def beyond(self, conn: Connection, key: Mapping[str, str], after: int) -> bool:
        """Whether one stands after that number."""
        return conn.execute(self._beyond, {**key, "after": after}).first() is not None

    def run(self, conn: Connection, key: Mapping[str, str], first: int, last: int = MAX_PLACE) -> _Run:
        """How they run from the first one to the last."""
        if last < first:
            return _Run(last, twice=False)
        asked = {**key, "first": first, "last": last}
        rows, numbers, reached = conn.execute(self._counted, asked).one()
        if reached - first + 1 == numbers:
            return _Run(reached, twice=rows > numbers)
        unbroken = first - 1
        for found in conn.execute(self._each, asked).scalars():
            if found > unbroken + 1:
                break
            unbroken = found
        return _Run(unbroken, twice=rows > numbers)


_SEQS = _Numbering(received_seq.c.seq, (received_seq.c.device_id, received_seq.c.incarnation))
_AUDIT = _Numbering(device_audit.c.n, (device_audit.c.device_id,))

_RECEIVED = ("device_id", "incarnation", "seq", "op_id")
_REACHED = received_seq.delete().where(
    received_seq.c.device_id == sa.bindparam("device_id"),
    received_seq.c.incarnation == sa.bindparam("incarnation"),
    received_seq.c.seq <= sa.bindparam("reached"),
)
_COUNT = (
    device_incarnation.update()
    .where(
        device_incarnation.c.device_id == sa.bindparam("device"),
        device_incarnation.c.incarnation == sa.bindparam("life"),
    )
    .values(known_through=sa.bindparam("through"), forked=sa.bindparam("twin"))
)


def append_audit(conn: Connection, held: Device, came: Iterable[AuditRow]) -> list[Problem]:
    """Append audit rows in chain order. A row for a place that holds another is kept too, and told."""
    ordered = [*with_what_follows(sorted(came, key=lambda row: row.n))]
    if not ordered:
        return []
    key = {"device_id": held.id}
    through = held.audit_through
    follow = _follow([row.n for row in ordered], through) and not _AUDIT.beyond(conn, key, through)
    rows = [(held.id, row.n, row.hash, row.text) for row in ordered]
    insert_new_rows(conn, device_audit, rows, ("device_id", "n", "hash", "text"))
    if follow:
        held.audit_through = ordered[-1].n
        return []
    after = _AUDIT.run(conn, key, through + 1)
    again = _AUDIT.run(conn, key, ordered[0].n, through)
    held.audit_through = after.unbroken
    return [problem("audit-forked")] if after.twice or again.twice else []
