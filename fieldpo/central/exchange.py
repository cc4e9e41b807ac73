"""The transaction script of `POST /v1/sync`.

One transaction: the device's row, then the counter rows of every partition touched in id order, the raw ops
into the inbox, the decisions, their effects and the verdicts. The feed's pages are read after its commit,
in one snapshot. Where the transaction fails as a whole, the raw ops are stored alone and answered `retry`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central import flush, inbox, load, partitions
from fieldpo.central.caller import Caller
from fieldpo.central.database import reading, writing
from fieldpo.central.decide import decide, refuse_unit, units
from fieldpo.central.devices import (
    Device,
    append_audit,
    grants,
    hold_device,
    note_received,
    readable,
    store_device,
)
from fieldpo.central.feed import Room, pages
from fieldpo.central.received import receive
from fieldpo.central.refusals import problem
from fieldpo.central.rows import insert_new_rows
from fieldpo.central.tables import ledger, quarantine
from fieldpo.central.world import Entry, Received, World
from fieldpo.errors import BadInput, FieldpoError
from fieldpo.sync.protocol.exchange import (
    MAX_OPS,
    PAGE,
    Problem,
    SyncRequest,
    SyncResponse,
    Verdict,
    VerdictKind,
    caseload_partition,
)

log = logging.getLogger(__name__)

VERDICT_PAGE = 4_000
"""The verdicts that one response carries beside those of its own ops."""

_MOST_SEQ = 2**53


class Unavailable(FieldpoError):
    """Central cannot keep the ops as they came, or cannot answer; the device has them still."""


class _MorePartitions(Exception):
    """A partition that is not locked turned out to be needed."""

    def __init__(self, ids: set[str]) -> None:
        self.ids = ids


@dataclass
class Taken:
    """What the writing half of an exchange has stored."""

    known_through: int = 0
    audit_through: int = 0
    forked: bool = False
    problems: list[Problem] = field(default_factory=list)
    earlier: set[str] = field(default_factory=set)
    """Ops of this request that central had decided before."""
    own: dict[str, int] = field(default_factory=dict)
    retry: list[Received] = field(default_factory=list)


def exchange(engine: Engine, caller: Caller, request: SyncRequest, now: dt.datetime) -> SyncResponse:
    """Take a device's ops and audit rows, and answer with verdicts and what is new to it.

    `now` is central's clock, aware. Raises BadInput for a request that breaks the contract as a whole, and
    Unavailable when nothing of it could be kept.
    """
    _check(caller, request)
    ops = [receive(seq, text) for seq, text in request.ops]
    try:
        taken = _take(engine, caller, request, ops, now)
    except FieldpoError:
        raise
    except Exception as failed:  # whatever it was: the ops come first
        log.exception("an exchange of device %s failed as a whole", caller.device_id)
        taken = _keep_alone(engine, caller, request, ops, now, failed)
    try:
        with reading(engine) as conn:
            return _answer(conn, caller, request, ops, taken, now)
    except sa.exc.DBAPIError as failed:
        log.exception("an exchange of device %s could not be answered", caller.device_id)
        raise Unavailable("Central cannot answer now; send the same again.") from failed


def _check(caller: Caller, request: SyncRequest) -> None:
    if request.device != caller.device_id:
        raise BadInput("The request names another device than its token.")
    if len(request.ops) > MAX_OPS:
        raise BadInput(f"A request carries at most {MAX_OPS} ops.")
    if any(not 0 < seq < _MOST_SEQ for seq, _ in request.ops):
        raise BadInput("The seq of an op is a positive whole number.")
    if any(not 0 < row.n < _MOST_SEQ for row in request.audit):
        raise BadInput("The place of an audit row is a positive whole number.")
    printable = (request.incarnation, *(text for row in request.audit for text in (row.hash, row.text)))
    if any("\x00" in text for text in printable):
        raise BadInput("The request holds a character that cannot be stored.")


def _take(engine: Engine, caller: Caller, request: SyncRequest, ops: list[Received], now: dt.datetime) -> Taken:
    more: set[str] = set()
    while True:
        try:
            with writing(engine) as conn:
                return _Script(conn, caller, request, now, more).run(ops)
        except _MorePartitions as needed:
            more |= needed.ids


class _Script:
    """The writing transaction of one exchange."""

    def __init__(
        self, conn: Connection, caller: Caller, request: SyncRequest, now: dt.datetime, more: set[str]
    ) -> None:
        self.conn, self.caller, self.request, self.now, self.more = conn, caller, request, now, more
        self.taken = Taken()

    def run(self, came: list[Received]) -> Taken:
        conn, caller, taken = self.conn, self.caller, self.taken
        held = hold_device(conn, caller.device_id, caller.user_id, self.now)
        seqs = [(one.seq, one.op_id) for one in came]
        taken.known_through, taken.forked = note_received(conn, held.id, self.request.incarnation, seqs)
        taken.problems = append_audit(conn, held, self.request.audit)
        taken.audit_through = held.audit_through
        fresh = self._fresh(came)
        again = inbox.waiting_ops(conn, held.id, fresh)
        ops = [*fresh, *again]
        if ops:
            self._decide(held, ops)
        store_device(conn, held, self.request.incarnation, self.now)
        return taken

    def _fresh(self, came: list[Received]) -> list[Received]:
        """Store the bytes; give the ops that are to be decided: not those decided before, nor other bytes."""
        conn, caller = self.conn, self.caller
        came = inbox.with_places(came, inbox.keep(conn, came, caller.device_id, caller.user_id, self.now))
        before = {
            op_id: entry.sha if entry.device_id == caller.device_id else ""
            for op_id, entry in load.entries(conn, {one.op_id for one in came}).items()
        }
        self.taken.earlier = set(before)
        fresh: dict[str, Received] = {}
        changed: list[Received] = []
        for one in came:
            first = before.setdefault(one.op_id, one.sha)
            if first != one.sha:
                changed.append(one)
            elif one.op_id not in self.taken.earlier:
                fresh.setdefault(one.op_id, one)
        self._keep_changed(changed)
        return list(fresh.values())

    def _keep_changed(self, changed: Sequence[Received]) -> None:
        """Other bytes under an op_id that stands: refused beside the verdicts, and kept."""
        caller = self.caller
        self.taken.problems += [problem("op-changed", op_id=one.op_id) for one in changed]
        insert_new_rows(
            self.conn,
            quarantine,
            [
                {
                    "partition_id": caseload_partition(caller.user_id),
                    "op_id": one.op_id,
                    "sha": one.sha,
                    "device_id": caller.device_id,
                    "user_id": caller.user_id,
                    "kind": one.op.kind if one.op else "",
                    "record_id": one.op.record_id if one.op else None,
                    "person_id": None,
                    "problem": _encoded(problem("op-changed", op_id=one.op_id)),
                    "state": "open",
                    "arrived_at": partitions.stamp(self.now),
                }
                for one in changed
            ],
        )

    def _decide(self, held: Device, ops: list[Received]) -> None:
        conn = self.conn
        needed = load.touched(conn, self.caller.user_id, ops) | self.more
        counters = partitions.lock(conn, needed)
        before = held.verdict_rev
        try:
            with conn.begin_nested():
                self._decide_together(held, counters, ops)
        except (_MorePartitions, sa.exc.OperationalError):
            raise
        except Exception:  # one op that nobody foresaw must not delay the others
            log.exception("a batch of device %s did not fit; each group on its own", held.id)
            held.verdict_rev = before
            self.taken.own.clear()
            self._decide_apart(held, needed, ops)

    def _decide_together(self, held: Device, counters: dict[str, partitions.Counter], ops: list[Received]) -> None:
        world = self._world(counters, ops)
        decide(world, ops)
        flush.flush(self.conn, world, held)
        self._note_own(world)

    def _decide_apart(self, held: Device, needed: set[str], ops: list[Received]) -> None:
        for unit in units(ops):
            before = held.verdict_rev
            try:
                with self.conn.begin_nested():
                    self._decide_together(held, partitions.lock(self.conn, needed), unit)
                    continue
            except (_MorePartitions, sa.exc.OperationalError):
                raise
            except Exception:
                log.exception("an op of device %s goes to quarantine", held.id)
                held.verdict_rev = before
            try:
                with self.conn.begin_nested():
                    world = self._world(partitions.lock(self.conn, needed), unit)
                    refuse_unit(world, unit, problem("not-applicable"))
                    flush.flush(self.conn, world, held)
            except sa.exc.OperationalError:
                raise
            except Exception:
                log.exception("an op of device %s is left for the next try", held.id)
                held.verdict_rev = before
                self.taken.retry += unit

    def _world(self, counters: dict[str, partitions.Counter], ops: Sequence[Received]) -> World:
        caller = self.caller
        world = load.load(self.conn, caller.user_id, caller.device_id, self.now, counters, ops)
        used = {each.partition for each in world.records.values()} | set(world.places.values())
        if not used <= counters.keys():
            raise _MorePartitions(used - counters.keys())
        return world

    def _note_own(self, world: World) -> None:
        """Changes whose outcome the device knows: in its feed they come without their bodies."""
        for record_id in world.written:
            if record_id in world.unclean:
                self.taken.own.pop(record_id, None)
            else:
                self.taken.own[record_id] = world.records[record_id].version


def _keep_alone(
    engine: Engine,
    caller: Caller,
    request: SyncRequest,
    ops: list[Received],
    now: dt.datetime,
    failed: Exception,
) -> Taken:
    """Only the raw ops, in a transaction of their own, so that they are durable whatever went wrong."""
    taken = Taken(retry=ops)
    try:
        with writing(engine) as conn:
            held = hold_device(conn, caller.device_id, caller.user_id, now)
            inbox.keep(conn, ops, caller.device_id, caller.user_id, now)
            seqs = [(one.seq, one.op_id) for one in ops]
            taken.known_through, taken.forked = note_received(conn, held.id, request.incarnation, seqs)
            taken.audit_through = held.audit_through
    except Exception as again:
        log.exception("the ops of device %s could not be kept", caller.device_id)
        raise Unavailable("Central cannot store anything now; everything is still on the device.") from (
            again if ops else failed
        )
    return taken


def _answer(
    conn: Connection, caller: Caller, request: SyncRequest, ops: list[Received], taken: Taken, now: dt.datetime
) -> SyncResponse:
    rows = conn.execute(
        sa.select(ledger)
        .where(ledger.c.device_id == caller.device_id, ledger.c.rev > request.verdicts_after)
        .order_by(ledger.c.rev)
        .limit(VERDICT_PAGE + 1)
    ).all()
    more, rows = len(rows) > VERDICT_PAGE, rows[:VERDICT_PAGE]
    given = {row.op_id: load.entry(row) for row in rows}
    asked = {one.op_id for one in ops}
    older = load.entries(conn, asked - given.keys())
    given |= {op_id: entry for op_id, entry in older.items() if entry.device_id == caller.device_id}
    verdicts = [_verdict(entry, duplicate=entry.op_id in taken.earlier) for entry in given.values()]
    undecided = {one.op_id for one in taken.retry} - given.keys()
    verdicts += [Verdict(op_id=op_id, verdict=VerdictKind.RETRY, rev=0) for op_id in sorted(undecided)]
    granted = readable(grants(conn, caller.user_id, now).values(), now)
    room = Room(changes=max(0, min(request.limit, PAGE)), own=taken.own)
    revs = [row.rev for row in rows]
    return SyncResponse(
        verdicts=verdicts,
        verdict_rev=revs[-1] if revs else request.verdicts_after,
        known_through=taken.known_through,
        audit_through=taken.audit_through,
        epoch=partitions.epoch(conn),
        fork=taken.forked,
        partitions=pages(conn, granted, request.cursors, room),
        granted=[each for each in granted if each not in request.cursors],
        revoked=sorted(request.cursors.keys() - set(granted)),
        server_time=now,
        problems=taken.problems,
        more_verdicts=more,
    )


def _verdict(entry: Entry, *, duplicate: bool) -> Verdict:
    return Verdict(
        op_id=entry.op_id,
        verdict=entry.verdict,
        rev=entry.rev,
        inbox=entry.inbox,
        record_id=entry.record_id,
        partition=entry.partition,
        version=entry.version,
        number=entry.number,
        duplicate=duplicate,
        problem=entry.problem,
        conflicts=list(entry.conflicts),
    )


def _encoded(value: Problem) -> str:
    return msgspec.json.encode(value).decode()
