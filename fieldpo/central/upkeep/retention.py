"""What central need not keep for ever: old places of its feeds, emptied tombstones, and what has expired.

A device whose cursor is older than the oldest mark loads that partition anew; its outbox is not touched. What officers
did is never retained away: ops as they came, verdicts, conflicts, quarantine, leaves, and both logs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.accounts.throttling import WINDOW
from fieldpo.central.accounts.tokens import long_expired
from fieldpo.central.books import audit, partitions
from fieldpo.central.books.auth_tables import bearer, device_code, page_session, throttle
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import device, feed_mark, partition_counter, record
from fieldpo.central.deciding.devices import verdict_feed
from fieldpo.errors import BadInput

LEAST_DAYS = 180
"""A device may be away this long and still gets only what is new to it (the contract's word)."""
GONE = 0
"""The feed number of a tombstone that has left its feed: a feed begins at 1."""


@dataclass(frozen=True)
class Retained:
    """How many rows went, or would go."""

    partitions: int = 0
    """Feeds of which something went."""
    marks: int = 0
    tombstones: int = 0
    tokens: int = 0
    codes: int = 0
    sessions: int = 0
    failures: int = 0

    def plus(self, other: Retained) -> Retained:
        """Both together."""
        mine, theirs = asdict(self), asdict(other)
        return Retained(**{name: mine[name] + theirs[name] for name in mine})


def retain(engine: Engine, now: dt.datetime, days: int = LEAST_DAYS, *, dry_run: bool = False) -> Retained:
    """Take away what is older than so many days, a feed at a time, while central serves; `now` is central's clock.

    Raises BadInput for fewer days than devices are promised.
    """
    if days < LEAST_DAYS:
        raise BadInput(f"Feeds are kept for {LEAST_DAYS} days at least: devices count on it. Nothing was changed.")
    before = stamp(now - dt.timedelta(days=days))
    with reading(engine) as conn:
        verdicts = [verdict_feed(each) for each in conn.execute(sa.select(device.c.id).order_by(device.c.id)).scalars()]
        ids = list(conn.execute(sa.select(partition_counter.c.id).order_by(partition_counter.c.id)).scalars())
        if dry_run:
            total = _expired(conn, now, dry_run=True)
            for each in (*ids, *verdicts):
                total = total.plus(_feed(conn, each, before, dry_run=True))
            return total
    total = Retained()
    for each in ids:
        with writing(engine) as conn:
            partitions.lock(conn, [each])
            total = total.plus(_feed(conn, each, before, dry_run=False))
    for each in verdicts:
        with writing(engine) as conn:
            total = total.plus(_feed(conn, each, before, dry_run=False))
    with writing(engine) as conn:
        total = total.plus(_expired(conn, now, dry_run=False))
        audit.note(
            conn, "retain", f"{days} days", outcome=f"{total.marks} marks, {total.tombstones} tombstones", now=now
        )
    return total


def _feed(conn: Connection, partition: str, before: str, *, dry_run: bool) -> Retained:
    """Marks below the first that is young enough, or is the feed's last; and the tombstones that they cover."""
    mine = feed_mark.c.partition_id == partition
    kept = conn.execute(
        sa.select(sa.func.min(feed_mark.c.number)).where(mine, feed_mark.c.made_at >= before)
    ).scalar_one()
    if kept is None:  # nothing new for so long: a device that has everything stays where it is
        kept = conn.execute(sa.select(sa.func.max(feed_mark.c.number)).where(mine)).scalar_one()
    reached = conn.execute(
        sa.select(sa.func.max(feed_mark.c.number)).where(mine, feed_mark.c.number < (kept or 0))
    ).scalar_one()
    if reached is None:
        return Retained()
    marks = _take(conn, feed_mark, mine & (feed_mark.c.number <= reached), dry_run=dry_run)
    dead = (
        (record.c.partition_id == partition)
        & record.c.deleted
        & (record.c.number > GONE)
        & (record.c.number <= reached)
    )
    if dry_run:
        tombstones = conn.execute(sa.select(sa.func.count()).select_from(record).where(dead)).scalar_one()
    else:
        # The row stays, empty and out of the feed, so that a late edit is a conflict and waits for nothing.
        tombstones = conn.execute(sa.update(record).where(dead).values(number=GONE, body="{}")).rowcount
    return Retained(partitions=1, marks=marks, tombstones=tombstones)


def _expired(conn: Connection, now: dt.datetime, *, dry_run: bool) -> Retained:
    """What is good for nothing any more."""
    return Retained(
        tokens=_take(conn, bearer, long_expired(now), dry_run=dry_run),
        codes=_take(conn, device_code, device_code.c.expires_at < stamp(now - dt.timedelta(hours=1)), dry_run=dry_run),
        sessions=_take(conn, page_session, page_session.c.expires_at < stamp(now), dry_run=dry_run),
        failures=_take(conn, throttle, throttle.c.since <= stamp(now - WINDOW), dry_run=dry_run),
    )


def _take(conn: Connection, table: sa.Table, rows: sa.ColumnElement[bool], *, dry_run: bool) -> int:
    if dry_run:
        return int(conn.execute(sa.select(sa.func.count()).select_from(table).where(rows)).scalar_one())
    return conn.execute(sa.delete(table).where(rows)).rowcount
