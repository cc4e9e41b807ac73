"""Who may work where: grants and covers, which partitions a user may write, and which their devices pull.

Every function works inside the caller's transaction (`database.writing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import audit
from fieldpo.central.books.cursors import number_at
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import upsert_rows
from fieldpo.central.books.tables import assignment
from fieldpo.central.deciding.world import Grant
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.protocol.exchange import AGENCY, caseload_partition

OWN = "own"
COVER = "cover"

_OF_USER = sa.select(assignment).where(assignment.c.user_id == sa.bindparam("user"))


def cover(
    conn: Connection, partition: str, user_id: str, until: dt.datetime, *, now: dt.datetime | None = None
) -> None:
    """Let a colleague work in a caseload until a moment (aware). Raises BadInput for one that is past."""
    began = now or dt.datetime.now(dt.UTC)
    if until <= began:
        raise BadInput("A cover ends after now. Nothing was changed.")
    _grant(conn, partition, user_id, COVER, began, until)


def grant(conn: Connection, partition: str, user_id: str, *, now: dt.datetime | None = None) -> None:
    """Let a user work in a partition without an end."""
    _grant(conn, partition, user_id, OWN, now or dt.datetime.now(dt.UTC), None)


def end(conn: Connection, partition: str, user_id: str, *, now: dt.datetime | None = None) -> None:
    """End a grant or a cover now. Raises NotFound where there is none."""
    ended = conn.execute(
        assignment.update()
        .where(assignment.c.partition_id == partition, assignment.c.user_id == user_id)
        .values(until=stamp(now or dt.datetime.now(dt.UTC)))
    )
    if ended.rowcount == 0:
        raise NotFound("This user has no grant there to end.")
    audit.note(conn, "access end", f"{partition} {user_id}", now=now)


def grants(conn: Connection, user_id: str, now: dt.datetime) -> dict[str, Grant]:
    """Where a user may write: their own caseload, and what they are or were assigned."""
    own = caseload_partition(user_id)
    found = {own: Grant(own)}
    for row in conn.execute(_OF_USER, {"user": user_id}):
        if row.partition_id == own:
            continue
        until = dt.datetime.fromisoformat(row.until) if row.until else None
        ended = until is not None and until <= now
        number = number_at(conn, row.partition_id, row.until) if ended else 0
        found[row.partition_id] = Grant(row.partition_id, until, number)
    return found


def readable(given: Iterable[Grant], now: dt.datetime) -> list[str]:
    """The partitions that a device pulls: every grant that has not ended, and `agency`."""
    return sorted({AGENCY, *(each.partition for each in given if each.until is None or each.until > now)})


def granted(conn: Connection, user_id: str, now: dt.datetime) -> list[str]:
    """The partitions that the user may read now, the agency's among them."""
    return readable(grants(conn, user_id, now).values(), now)


def _grant(
    conn: Connection, partition: str, user_id: str, role: str, since: dt.datetime, until: dt.datetime | None
) -> None:
    upsert_rows(
        conn,
        assignment,
        [
            {
                "partition_id": partition,
                "user_id": user_id,
                "role": role,
                "since": stamp(since),
                "until": stamp(until) if until else None,
            }
        ],
    )
    audit.note(conn, "access cover" if until else "access grant", f"{partition} {user_id}", now=since)
