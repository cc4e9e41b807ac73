"""The taking half of an exchange, one transaction.

The device's row, then the counter rows of every partition touched in id order, the raw ops into the inbox, the
decisions, their effects and the verdicts.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Collection, Mapping, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central import observed
from fieldpo.central.books import partitions
from fieldpo.central.books.database import writing
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_new_rows
from fieldpo.central.books.tables import quarantine
from fieldpo.central.caller import Caller
from fieldpo.central.deciding import flush, inbox, load
from fieldpo.central.deciding.decide import decide, refuse_unit, units
from fieldpo.central.deciding.devices import Device, append_audit, hold_device, note_received, store_device
from fieldpo.central.deciding.feed import just_written, seen_through
from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.waking import look_again
from fieldpo.central.deciding.world import Received, Standing, World
from fieldpo.central.exchanging.answer import Taken
from fieldpo.central.log_lines import event, failure
from fieldpo.sync.protocol.exchange import Problem, SyncRequest, caseload_partition

log = logging.getLogger(__name__)

TRIES = 3
"""How often an exchange is tried that PostgreSQL undid for another transaction's sake."""

_PASSING = frozenset({"40001", "40P01"})
"""PostgreSQL's serialization failure and deadlock."""


class _MorePartitions(Exception):
    """A partition that is not locked turned out to be needed."""

    def __init__(self, ids: set[str]) -> None:
        self.ids = ids


def take(engine: Engine, caller: Caller, request: SyncRequest, ops: list[Received], now: dt.datetime) -> Taken:
    """Store and decide what came. Raises what the database does where it cannot be taken as a whole."""
    more: set[str] = set()
    tries = 0
    while True:
        try:
            with writing(engine) as conn:
                return take_in(conn, caller, request, ops, now, more)
        except _MorePartitions as needed:
            more |= needed.ids
        except sa.exc.OperationalError as failed:
            tries += 1
            if tries >= TRIES or getattr(failed.orig, "sqlstate", None) not in _PASSING:
                raise
            observed.note_undone()


def take_in(
    conn: Connection,
    caller: Caller,
    request: SyncRequest,
    ops: list[Received],
    now: dt.datetime,
    more: Collection[str] = (),
) -> Taken:
    """The same within the caller's transaction; `more` are partitions to lock beside those that the ops name."""
    return _Script(conn, caller, request, now, more).run(ops)


class _Script:
    """The writing transaction of one exchange."""

    def __init__(
        self, conn: Connection, caller: Caller, request: SyncRequest, now: dt.datetime, more: Collection[str]
    ) -> None:
        self.conn, self.caller, self.request, self.now, self.more = conn, caller, request, now, more
        self.taken = Taken()
        self.life = f"{caller.device_id} {request.incarnation}"
        self.seen: dict[str, int] = {}
        """Partition → the feed number up to which the device has it."""
        self.new: set[str] = set()
        """Ops that came for the first time."""

    def run(self, came: list[Received]) -> Taken:
        conn, caller, taken = self.conn, self.caller, self.taken
        held = hold_device(conn, caller.device_id, caller.user_id, self.now)
        kept = inbox.keep(conn, came, caller.device_id, caller.user_id, self.now)
        seqs = [(one.seq, one.op_id) for one in came]
        taken.known_through, taken.forked = note_received(conn, held.id, self.request.incarnation, seqs, kept.sent)
        if taken.forked:  # which of the twins asks cannot be told
            self.life += f" {secrets.token_hex(6)}"
        taken.problems = append_audit(conn, held, self.request.audit)
        taken.audit_through = held.audit_through
        fresh = self._fresh(kept)
        again = inbox.waiting_ops(conn, held.id, fresh)
        ops = [*fresh, *again]
        if ops:
            self._decide(held, ops)
        store_device(conn, held, self.request.incarnation, self.now)
        return taken

    def _fresh(self, kept: inbox.Kept) -> list[Received]:
        """The ops that are to be decided: not those decided before, nor other bytes."""
        before = {
            op_id: entry.sha if entry.device_id == self.caller.device_id else ""
            for op_id, entry in load.entries(self.conn, kept.before).items()
        }
        self.taken.earlier = set(before)
        fresh: dict[str, Received] = {}
        changed: list[Received] = []
        for one in kept.ops:
            first = before.setdefault(one.op_id, one.sha)
            if first != one.sha:
                changed.append(one)
            elif one.op_id not in self.taken.earlier:
                fresh.setdefault(one.op_id, one)
        self._keep_changed(changed)
        self.new = fresh.keys() - kept.before
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
                    "arrived_at": stamp(self.now),
                }
                for one in changed
            ],
        )

    def _decide(self, held: Device, ops: list[Received]) -> None:
        conn = self.conn
        named = load.named_by(ops, self.new)
        needed = load.touched(conn, self.caller.user_id, named).union(self.more)
        counters = partitions.lock(conn, needed)
        before = held.verdict_rev
        try:
            with conn.begin_nested():
                self._decide_together(held, counters, named)
        except (_MorePartitions, sa.exc.OperationalError):
            raise
        except Exception as failed:  # noqa: BLE001 - one op that nobody foresaw must not delay the others
            log_trouble("a batch did not fit; each group on its own", held.id, failed)
            held.verdict_rev = before
            self.taken.own.clear()
            self.taken.given.clear()
            self._decide_apart(held, needed, ops)
            self.taken.just_written.clear()  # of the last unit alone

    def _decide_together(self, held: Device, counters: dict[str, partitions.Counter], named: load.Named) -> None:
        world = self._world(counters, named)
        before, began = dict(world.records), {each.id: each.number for each in counters.values()}
        decide(world, named.ops)
        self.taken.given += flush.flush(self.conn, world, held)
        self._note_own(world, before)
        self.taken.just_written = just_written(world, began, self.taken.own)

    def _decide_apart(self, held: Device, needed: set[str], ops: list[Received]) -> None:
        for unit in units(ops):
            before = held.verdict_rev
            try:
                with self.conn.begin_nested():
                    self._decide_together(held, partitions.lock(self.conn, needed), load.named_by(unit))
                    continue
            except (_MorePartitions, sa.exc.OperationalError):
                raise
            except Exception as failed:  # noqa: BLE001 - as above
                log_trouble("an op goes to quarantine", held.id, failed)
                held.verdict_rev = before
            try:
                with self.conn.begin_nested():
                    world = self._world(partitions.lock(self.conn, needed), load.named_by(unit))
                    refuse_unit(world, unit, problem("not-applicable"))
                    self.taken.given += flush.flush(self.conn, world, held)
            except sa.exc.OperationalError:
                raise
            except Exception as failed:  # noqa: BLE001 - as above
                log_trouble("an op is left for the next try", held.id, failed)
                held.verdict_rev = before
                self.taken.retry += unit
                look_again(self.conn, {(held.id, one.op_id) for one in unit})

    def _world(self, counters: dict[str, partitions.Counter], named: load.Named) -> World:
        caller = self.caller
        world = load.load(self.conn, caller.user_id, caller.device_id, self.now, counters, named)
        world.life = self.life
        used = {each.partition for each in world.records.values()} | set(world.places.values())
        if not used <= counters.keys():
            raise _MorePartitions(used - counters.keys())
        return world

    def _note_own(self, world: World, before: Mapping[str, Standing]) -> None:
        """Changes whose outcome the device knows: in its feed they come without their bodies."""
        for record_id in world.written:
            was = before.get(record_id)
            known = was is None or record_id in self.taken.own or self._has_seen(was)
            if record_id in world.unclean or not known:
                self.taken.own.pop(record_id, None)
            else:
                self.taken.own[record_id] = world.records[record_id].version

    def _has_seen(self, was: Standing) -> bool:
        """Whether the device's cursor is past the record's last change. The same version is no proof of the same
        record: after central went back, other changes have got the numbers of those that were lost.
        """
        at = self.seen.get(was.partition)
        if at is None:
            cursor = self.request.cursors.get(was.partition, "")
            at = self.seen[was.partition] = seen_through(self.conn, was.partition, cursor)
        return was.number <= at


def log_trouble(what: str, device_id: str, failed: Exception) -> None:
    """Log where it went wrong, without the message: a database's message may quote a case's text."""
    event(log, logging.ERROR, "exchange_trouble", what=what, device=device_id, **failure(failed))


def _encoded(value: Problem) -> str:
    return msgspec.json.encode(value).decode()
