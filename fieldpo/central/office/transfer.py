"""Moving a person with all of their cases into another officer's caseload.

Every function works inside the caller's transaction (`database.writing`).
"""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books import audit, partitions
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import upsert_rows
from fieldpo.central.books.tables import conflict, leave, person_place, quarantine, record, review
from fieldpo.central.books.team_tables import record_leave
from fieldpo.central.office.records import place_of
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import caseload_partition


def assign(conn: Connection, person_id: str, officer_id: str, *, now: dt.datetime | None = None) -> None:
    """Give a person to an officer's caseload. Raises NotFound for a person whom central does not know."""
    transfer(conn, person_id, caseload_partition(officer_id), now=now)


def transfer(conn: Connection, person_id: str, to_partition: str, *, now: dt.datetime | None = None) -> int:
    """Move a person with every record of theirs; gives how many records moved.

    The old partition keeps a leave, by which its devices hide the case; the new one's feed brings every record.
    Their versions stay. Raises NotFound for a person whom central does not know, BadInput where somebody else moved
    them at the same moment.
    """
    moment = now or dt.datetime.now(dt.UTC)
    from_partition = place_of(conn, person_id)
    if from_partition == to_partition:
        return 0
    counters = partitions.lock(conn, [from_partition, to_partition])
    if place_of(conn, person_id) != from_partition:
        raise BadInput("Somebody else moved this person at the same moment. Nothing was changed: look again.")
    old, new = counters[from_partition], counters[to_partition]
    query = sa.select(record.c.id, record.c.kind, record.c.version, record.c.deleted).where(
        record.c.partition_id == from_partition, record.c.person_id == person_id
    )
    moved = conn.execute(query.order_by(record.c.number)).all()
    for row in moved:
        if not row.deleted:
            old.take_away(row.id, row.version)
            new.add(row.id, row.version)
    if moved:
        conn.execute(
            sa.text("UPDATE record SET partition_id = :new, number = :number WHERE partition_id = :old AND id = :id"),
            [{"new": new.id, "old": old.id, "number": new.next(), "id": row.id} for row in moved],
        )
    _leave(conn, person_id, old, to_partition, moment)
    for record_id in _once_nobodys(conn, [row.id for row in moved if row.kind == "intake"], to_partition, person_id):
        leave_alone(conn, record_id, old, to_partition, moment)
    conn.execute(leave.delete().where(leave.c.partition_id == to_partition, leave.c.person_id == person_id))
    back = sa.select(record.c.id).where(record.c.partition_id == to_partition, record.c.person_id == person_id)
    conn.execute(
        record_leave.delete().where(record_leave.c.partition_id == to_partition, record_leave.c.record_id.in_(back))
    )
    upsert_rows(conn, person_place, [{"person_id": person_id, "partition_id": to_partition}])
    for table in (conflict, quarantine, review):
        conn.execute(
            table.update()
            .where(table.c.partition_id == from_partition, table.c.person_id == person_id)
            .values(partition_id=to_partition)
        )
    partitions.store(conn, counters.values(), moment)
    audit.note(conn, "transfer", f"{person_id} {to_partition}", now=moment)
    return len(moved)


def _once_nobodys(conn: Connection, intakes: list[str], to: str, person_id: str) -> list[str]:
    """Someone not listed who was matched with the person, and what hangs on that entry: a device that has not heard of
    the match has them as nobody's, and the person's leave does not take them from it.
    """
    if not intakes:
        return []
    query = sa.select(record.c.id, record.c.body).where(
        record.c.partition_id == to,
        record.c.person_id == person_id,
        record.c.kind.in_(("withdrawal", "addendum")),
        record.c.deleted.is_(False),
    )
    rows = conn.execute(query.order_by(record.c.number)).all()
    return [*intakes, *(row.id for row in rows if msgspec.json.decode(row.body).get("entry_id") in intakes)]


def leave_alone(conn: Connection, record_id: str, old: partitions.Counter, to: str, now: dt.datetime) -> None:
    """The old feed says that this one record has gone; the new one forgets that it was ever away."""
    row = {"record_id": record_id, "number": old.next(), "left_at": stamp(now), "to_partition": to}
    upsert_rows(conn, record_leave, [{"partition_id": old.id, **row}])
    conn.execute(record_leave.delete().where(record_leave.c.partition_id == to, record_leave.c.record_id == record_id))


def _leave(conn: Connection, person_id: str, old: partitions.Counter, to: str, moment: dt.datetime) -> None:
    upsert_rows(
        conn,
        leave,
        [
            {
                "partition_id": old.id,
                "person_id": person_id,
                "number": old.next(),
                "left_at": stamp(moment),
                "to_partition": to,
            }
        ],
    )
