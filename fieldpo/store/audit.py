"""The log of what was done and read, each row hashed with the one before it.

Times are UTC to a hundredth of a second. No row holds text that a person typed: only ids and codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.sync.protocol.log_chain import GENESIS, chained

HEAD = "audit_head"
"""The key in `meta` of the newest row's place and hash, so that a row taken off the end is missed too."""


@dataclass(frozen=True)
class Event:
    """One thing to log: what was done (`read`, `create`, `unlock`, ...), to which record, and the outcome."""

    what: str
    kind: str = ""
    record_id: str = ""
    outcome: str = "ok"


@dataclass(frozen=True)
class ChainBreak:
    """Where the log stops being whole."""

    n: int
    reason: str


def append(connection: Connection, who: str, where: str, at: dt.datetime, events: list[Event]) -> None:
    """Log events of user `who` on device `where`, in the caller's transaction."""
    n, previous = _head(connection)
    stamp = at.astimezone(dt.UTC)
    moment = f"{stamp:%Y-%m-%dT%H:%M:%S}.{stamp.microsecond // 10_000:02d}Z"
    rows = []
    for event in events:
        n += 1
        frozen = msgspec.json.encode(
            {
                "n": n,
                "at": moment,
                "who": who,
                "where": where,
                "what": event.what,
                "kind": event.kind,
                "record": event.record_id,
                "outcome": event.outcome,
            }
        ).decode()
        previous = chained(previous, frozen)
        rows.append({"n": n, "text": frozen, "hash": previous})
    if rows:
        connection.execute(text("INSERT INTO audit (n, text, hash) VALUES (:n, :text, :hash)"), rows)
        put_meta(connection, HEAD, f"{n}:{previous}")


def log_opening(
    connection: Connection, who: str, where: str, at: dt.datetime, failed: Iterable[dt.datetime], outcome: str = "ok"
) -> None:
    """Log that the vault was opened, after the tries that failed before, each at its own time."""
    if connection.scalar(text("SELECT 1 FROM sqlite_schema WHERE name = 'audit'")) is None:
        return  # a vault whose migration makes no books, as a restored half or a test's
    for moment in sorted(failed):
        append(connection, who, where, moment, [Event("unlock", outcome="failed")])
    append(connection, who, where, at, [Event("unlock", outcome=outcome)])


def verify(connection: Connection) -> ChainBreak | None:
    """Walk the whole log; None when every row follows from the one before it."""
    previous, expected = GENESIS, 1
    for row in connection.execute(text("SELECT n, text, hash FROM audit ORDER BY n")):
        if row.n != expected:
            return ChainBreak(expected, "a row is missing")
        if chained(previous, row.text) != row.hash:
            return ChainBreak(row.n, "the row was changed")
        previous, expected = row.hash, expected + 1
    if _head(connection) != (expected - 1, previous):
        return ChainBreak(expected, "a row is missing")
    return None


def _head(connection: Connection) -> tuple[int, str]:
    place, _, digest = (get_meta(connection, HEAD) or "").partition(":")
    if place.isdecimal():
        return int(place), digest
    last = connection.execute(text("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1")).one_or_none()
    return (last.n, last.hash) if last else (0, GENESIS)  # a vault from before the head was kept
