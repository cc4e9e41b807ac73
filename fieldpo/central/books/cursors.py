"""Places in a feed: the cursor that a device keeps, and the marks by which central knows its own again."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import secrets
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.books.tables import feed_mark

_COVERING = (
    sa.select(feed_mark.c.token)
    .where(feed_mark.c.partition_id == sa.bindparam("partition"), feed_mark.c.number >= sa.bindparam("least"))
    .order_by(feed_mark.c.number)
    .limit(1)
)

_MOST_NUMBER = 2**53
"""More than any feed counts to, and less than what a database can look for."""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """A place in one feed: `token` is that of the mark which covers `number`."""

    epoch: str
    partition: str
    number: int
    token: str

    def wire(self) -> str:
        """The opaque text that a device keeps."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """The cursor, or None for text that central never gave."""
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        found = msgspec.json.decode(raw, type=Cursor)
    except (binascii.Error, msgspec.DecodeError, ValueError, RecursionError):
        return None
    return found if abs(found.number) < _MOST_NUMBER else None


def mark(conn: Connection, reached: Sequence[tuple[str, int]], now: dt.datetime) -> None:
    """Give this commit's places in some feeds a random token each, which no other history has."""
    at = stamp(now)
    insert_rows(
        conn,
        feed_mark,
        [
            {"partition_id": feed, "number": number, "token": secrets.token_hex(6), "made_at": at}
            for feed, number in reached
        ],
    )


def covering_token(conn: Connection, partition: str, number: int) -> str:
    """The token of the first mark at or after the number; empty at 0 and where there is none."""
    if number <= 0:
        return ""
    found = conn.execute(_COVERING, {"partition": partition, "least": number}).scalar_one_or_none()
    return found or ""


def number_at(conn: Connection, partition: str, moment: str) -> int:
    """The feed's number at a stored moment."""
    found = conn.execute(
        sa.select(sa.func.max(feed_mark.c.number)).where(
            feed_mark.c.partition_id == partition, feed_mark.c.made_at <= moment
        )
    ).scalar_one_or_none()
    return int(found or 0)
