"""What only the database knows, read at each scrape in one snapshot: what stands open, and for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.engine import Connection, Engine

from fieldpo import __version__
from fieldpo.central.accounts.device_flow import codes_waiting
from fieldpo.central.books.database import reading
from fieldpo.central.books.meta import backed_up_at, durable_through
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import (
    conflict,
    device,
    feed_mark,
    inbox,
    ledger,
    partition_counter,
    quarantine,
    waiting,
)
from fieldpo.central.serving.health import free_bytes

Now = Callable[[], dt.datetime]

LAST_SYNC = (
    ("hour", dt.timedelta(hours=1)),
    ("day", dt.timedelta(days=1)),
    ("3days", dt.timedelta(days=3)),
    ("week", dt.timedelta(days=7)),
    ("month", dt.timedelta(days=30)),
)
"""Devices are counted in the first of these within which they synced last; else as older, or never."""


class DatabaseState(Collector):
    """Collects from the database; where it does not answer, only that."""

    def __init__(self, engine: Engine, now: Now) -> None:
        self.engine = engine
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        build = GaugeMetricFamily("fieldpo_build_info", "Always 1.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        try:
            with reading(self.engine) as conn:
                found = [*_figures(conn, self.now())]
        except sa.exc.SQLAlchemyError:
            yield _one("fieldpo_database_up", "Whether the database answered this scrape.", 0)
            return
        yield _one("fieldpo_database_up", "Whether the database answered this scrape.", 1)
        yield from found
        free = free_bytes(self.engine)
        if free is not None:
            yield _one("fieldpo_disk_free_bytes", "Room left on the database's disk.", free)


def _figures(conn: Connection, now: dt.datetime) -> Iterator[Metric]:
    yield from _open(conn, quarantine.c.state == "open", quarantine.c.arrived_at, "quarantine", now)
    yield from _open(conn, conflict.c.closed_by.is_(None), conflict.c.opened_at, "conflicts", now)
    yield from _blocked(conn, now)
    yield _one("fieldpo_codes_waiting", "Codes of laptops that nobody has answered yet.", codes_waiting(conn, now))
    yield _devices(conn, now)
    yield from _feeds(conn, now)
    yield from _backup(conn, now)


def _open(
    conn: Connection, still: sa.ColumnElement[bool], since: sa.Column[str], name: str, now: dt.datetime
) -> Iterator[Metric]:
    row = conn.execute(sa.select(sa.func.count(), sa.func.min(since)).where(still)).one()
    yield _one(f"fieldpo_{name}_open", f"Open rows: {name}.", row[0])
    yield _one(f"fieldpo_{name}_oldest_seconds", f"How long the oldest of the {name} has been open.", _age(row[1], now))


def _blocked(conn: Connection, now: dt.datetime) -> Iterator[Metric]:
    ids = sa.select(waiting.c.op_id).distinct()
    came = sa.select(sa.func.count(), sa.func.min(inbox.c.received_at)).select_from(
        ledger.join(inbox, inbox.c.number == ledger.c.inbox)
    )
    row = conn.execute(came.where(ledger.c.op_id.in_(ids))).one()
    yield _one("fieldpo_blocked_waiting", "Ops that wait for something that has not come.", row[0])
    yield _one("fieldpo_blocked_oldest_seconds", "How long the oldest of them has waited.", _age(row[1], now))


def _devices(conn: Connection, now: dt.datetime) -> Metric:
    """How many devices synced last within which time; those that were revoked are not counted."""
    told = GaugeMetricFamily("fieldpo_devices", "Devices by how long ago they last synced.", labels=["last_sync"])
    seen = device.c.seen_at
    cases = [(seen.is_(None), "never"), *((seen >= stamp(now - span), name) for name, span in LAST_SYNC)]
    bucket = sa.case(*cases, else_="older").label("bucket")
    query = sa.select(bucket, sa.func.count()).where(device.c.revoked_at.is_(None)).group_by(bucket)
    counts = {row[0]: row[1] for row in conn.execute(query)}
    for name in (*(name for name, _ in LAST_SYNC), "older", "never"):
        told.add_metric([name], counts.get(name, 0))
    return told


def _feeds(conn: Connection, now: dt.datetime) -> Iterator[Metric]:
    total = conn.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(partition_counter.c.number), 0))).one()
    yield _one("fieldpo_partitions", "Feeds: caseloads, teams and the agency's.", total[0])
    changes = CounterMetricFamily("fieldpo_feed_changes", "Changes that all feeds have counted, ever.")
    changes.add_metric([], float(total[1]))
    yield changes
    first = (
        sa.select(feed_mark.c.made_at)
        .where(feed_mark.c.partition_id == partition_counter.c.id)
        .order_by(feed_mark.c.number)
        .limit(1)
        .scalar_subquery()
    )
    oldest = conn.execute(sa.select(sa.func.min(first)).select_from(partition_counter)).scalar_one()
    yield _one(
        "fieldpo_feed_oldest_mark_seconds", "The age of the oldest mark; retain takes them away.", _age(oldest, now)
    )


def _backup(conn: Connection, now: dt.datetime) -> Iterator[Metric]:
    at = backed_up_at(conn)
    age = _age(at, now) if at else float("inf")
    yield _one("fieldpo_backup_age_seconds", "Since the last verified backup; +Inf where there is none.", age)
    last = conn.execute(sa.select(sa.func.coalesce(sa.func.max(inbox.c.number), 0))).scalar_one()
    yield _one("fieldpo_ops_not_backed_up", "Ops above the last verified backup.", last - durable_through(conn))


def _age(since: str | None, now: dt.datetime) -> float:
    """Seconds since a stored moment; 0 for none."""
    return max(0.0, (now - dt.datetime.fromisoformat(since)).total_seconds()) if since else 0.0


def _one(name: str, text: str, value: float) -> Metric:
    made = GaugeMetricFamily(name, text)
    made.add_metric([], float(value))
    return made
