"""The answering half of an exchange, read in one snapshot after its writes have committed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.cursors import covering_token
from fieldpo.central.books.meta import durable_through, epoch
from fieldpo.central.books.tables import device, ledger
from fieldpo.central.caller import Caller
from fieldpo.central.deciding import load
from fieldpo.central.deciding.access import grants, readable
from fieldpo.central.deciding.case_view import readable_now
from fieldpo.central.deciding.devices import verdict_feed
from fieldpo.central.deciding.feed import JustWritten, Room, pages
from fieldpo.central.deciding.world import Entry, Received
from fieldpo.sync.protocol.exchange import (
    PAGE,
    Problem,
    SyncRequest,
    SyncResponse,
    Verdict,
    VerdictKind,
)

VERDICT_PAGE = 4_000
"""The verdicts that one response carries beside those of its own ops."""


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
    just_written: dict[str, JustWritten] = field(default_factory=dict)
    retry: list[Received] = field(default_factory=list)
    given: list[Entry] = field(default_factory=list)
    """The verdicts that it brought about, by their revisions."""


def answer(
    conn: Connection,
    caller: Caller,
    request: SyncRequest,
    ops: list[Received],
    taken: Taken,
    now: dt.datetime,
    *,
    too_old: bool = False,
) -> SyncResponse:
    """The answer to a request whose ops have been taken: verdicts, grants and the feeds' next pages."""
    after, known = _verdicts_after(conn, caller.device_id, request)
    found = _given(conn, caller.device_id, after, taken.given) if known else []
    more, found = len(found) > VERDICT_PAGE, found[:VERDICT_PAGE]
    given = {entry.op_id: entry for entry in found}
    asked = {one.op_id for one in ops}
    older = load.entries(conn, asked - given.keys())
    given |= {op_id: entry for op_id, entry in older.items() if entry.device_id == caller.device_id}
    verdicts = [_verdict(entry, duplicate=entry.op_id in taken.earlier) for entry in given.values()]
    undecided = {one.op_id for one in taken.retry} - given.keys()
    verdicts += [Verdict(op_id=op_id, verdict=VerdictKind.RETRY, rev=0) for op_id in sorted(undecided)]
    granted = readable_now(conn, caller.user_id, readable(grants(conn, caller.user_id, now).values(), now), now)
    room = Room(changes=max(0, min(request.limit, PAGE)), own=taken.own, just_written=taken.just_written)
    reached = found[-1].rev if found else after
    return SyncResponse(
        verdicts=verdicts,
        verdict_rev=reached,
        verdicts_mark=covering_token(conn, verdict_feed(caller.device_id), reached),
        known_through=taken.known_through,
        audit_through=taken.audit_through,
        epoch=epoch(conn),
        fork=taken.forked,
        upgrade=too_old,
        partitions=[] if too_old else pages(conn, granted, request.cursors, room),
        granted=[] if too_old else [each for each in granted if each not in request.cursors],
        revoked=sorted(request.cursors.keys() - set(granted)),
        durable_through=durable_through(conn),
        server_time=now,
        problems=taken.problems,
        more_verdicts=more,
    )


_GIVEN = (
    sa.select(ledger)
    .where(
        ledger.c.device_id == sa.bindparam("device"), ledger.c.rev.between(sa.bindparam("low"), sa.bindparam("high"))
    )
    .order_by(ledger.c.rev)
    .limit(VERDICT_PAGE + 1)
)


def _given(conn: Connection, device_id: str, after: int, new: list[Entry]) -> list[Entry]:
    """The device's verdicts after a revision, in their order; the `new` ones, which this exchange brought about, are
    not read again. One of them that somebody has decided anew since comes with its later revision too.
    """
    first, last = (new[0].rev, new[-1].rev) if new and new[0].rev > after else (after + 1, after)
    told = new if last > after else []

    def read(low: int, high: int) -> list[Entry]:
        if high < low:
            return []
        rows = conn.execute(_GIVEN, {"device": device_id, "low": low, "high": high})
        return [load.entry(row) for row in rows.all()]

    return [*read(after + 1, first - 1), *told, *read(last + 1, _MOST_REV)]


_MOST_REV = 2**53
"""More verdicts than any device is given."""


_REV = sa.select(device.c.verdict_rev).where(device.c.id == sa.bindparam("id"))


def _verdicts_after(conn: Connection, device_id: str, request: SyncRequest) -> tuple[int, bool]:
    """Where the device's next verdicts begin, and whether they may be told: from the first where it knows of one that
    this central never gave; none where as many were given in another history, so that it hears that there is one.
    """
    asked, mark = request.verdicts_after, request.verdicts_mark
    given = conn.execute(_REV, {"id": device_id}).scalar_one_or_none() or 0
    if asked > given:
        return 0, True
    if asked > 0 and mark and covering_token(conn, verdict_feed(device_id), asked) != mark:
        return 0, False
    return asked, True


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
