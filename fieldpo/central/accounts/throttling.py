"""Counting failures of passwords and codes: five in fifteen minutes, then a rest (CJIS AC-7)."""

from __future__ import annotations

import datetime as dt
import ipaddress

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.auth_tables import throttle
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import upsert_rows

MOST_FAILURES = 5
WINDOW = dt.timedelta(minutes=15)

_SPACE = 4_611_002
"""Keeps these advisory locks apart from any other's."""


def source_of(host: str) -> str:
    """The address as failures are counted by it: of IPv6 its network, since whoever has one has 2⁶⁴ addresses there."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def is_blocked(conn: Connection, bucket: str, now: dt.datetime, *, most: int = MOST_FAILURES) -> bool:
    """Whether the bucket has had its failures for now.

    Who looks and counts in one transaction does so alone: tries at the same moment, in whatever thread or worker, go
    one after another, and none slips through between the look and the count.
    """
    _alone(conn, bucket)
    row = conn.execute(sa.select(throttle).where(throttle.c.bucket == bucket)).one_or_none()
    return row is not None and row.failures >= most and row.since > stamp(now - WINDOW)


def count_failure(conn: Connection, bucket: str, now: dt.datetime) -> None:
    """Count one more failure; the window begins anew with the first one after a quiet time."""
    _alone(conn, bucket)
    row = conn.execute(sa.select(throttle).where(throttle.c.bucket == bucket)).one_or_none()
    if row is None or row.since <= stamp(now - WINDOW):
        upsert_rows(conn, throttle, [{"bucket": bucket, "failures": 1, "since": stamp(now)}])
        conn.execute(sa.delete(throttle).where(throttle.c.since <= stamp(now - WINDOW)))
    else:
        conn.execute(sa.update(throttle).where(throttle.c.bucket == bucket).values(failures=throttle.c.failures + 1))


def forget_failures(conn: Connection, bucket: str) -> None:
    """After a success, or when an administrator releases the user."""
    conn.execute(sa.delete(throttle).where(throttle.c.bucket == bucket))


def _alone(conn: Connection, bucket: str) -> None:
    """On SQLite a writer is alone already."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(bucket, _SPACE))))
