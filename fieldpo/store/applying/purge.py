"""Cases that left: hidden at once, and gone from this computer when nothing of the officer's waits on them.

A case is purged when each of its ops has a final verdict, no question about it is open and no draft remains. When
more than a tenth of the caseload leaves (and more than one client), it is only hidden until the officer confirms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, literal, select, text, union_all, update

from fieldpo.store import audit, records, search
from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.partitions import LEFT, Tally
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import caseload_partition

SLICE = 200
_CONFIRMED = "purge_confirmed"
_OPEN_OPS = "SELECT count(*) FROM op WHERE person_id = :id AND state IN ('waiting', 'blocked', 'parked')"
_ASKING_OPS = "SELECT count(*) FROM op WHERE person_id = :id AND state IN ('conflict', 'rejected')"
_DRAFTS = "SELECT count(*) FROM draft WHERE person_id = :id"
_HELD_OF_GONE = text(
    # Plus state: first who is gone, by the index of persons alone; nearly always nobody is.
    "SELECT position FROM op WHERE person_id IN "
    "(SELECT DISTINCT person_id FROM op WHERE person_id NOT IN (SELECT id FROM r_person)) "
    "AND +state IN ('done', 'answered') AND inbox BETWEEN 1 AND :durable"
)
_UNSETTLED = "SELECT record_id FROM op WHERE state IN ('waiting', 'blocked', 'parked', 'conflict', 'rejected')"


@dataclass(frozen=True)
class Leaving:
    """A hidden case and what keeps it here. `held` waits for the officer's word, since so many left at once."""

    person_id: str
    name: str
    unsent: int
    questions: int
    drafts: int
    held: bool


def leave(connection: Connection, partition_id: str, person_id: str) -> None:
    """Everything of the person has left the partition: hide it, in the caller's transaction."""
    tally = Tally()
    for kind, model in TABLES.items():
        table = sql_table(model)
        whose = (table.c.partition == partition_id) & ((table.c.person_id == person_id) | (table.c.id == person_id))
        rows = connection.execute(select(table.c.id, table.c.version, table.c.waiting).where(whose)).all()
        if rows:
            _hide(connection, kind, partition_id, [(row.id, row.version, row.waiting) for row in rows], tally)
    tally.store(connection)
    connection.execute(text("DELETE FROM meta WHERE key = :key"), {"key": _CONFIRMED})


def leave_alone(connection: Connection, partition_id: str, record_id: str) -> None:
    """One record has left the partition by itself: hide it; unsent work on it stays until central has answered."""
    tally = Tally()
    for kind, model in TABLES.items():
        table = sql_table(model)
        one = (table.c.partition == partition_id) & (table.c.id == record_id)
        rows = connection.execute(select(table.c.id, table.c.version, table.c.waiting).where(one)).all()
        _hide(connection, kind, partition_id, [(row.id, row.version, row.waiting) for row in rows], tally)
    tally.store(connection)


def _hide(connection: Connection, kind: str, partition_id: str, rows: list[tuple[str, int, int]], tally: Tally) -> None:
    table = sql_table(TABLES[kind])
    ids = [record_id for record_id, _, _ in rows]
    for record_id, version, waiting in rows:
        base = records.read_base(connection, record_id) if waiting else None
        if base is None:
            tally.take(partition_id, record_id, version)
        elif base.body is not None:
            tally.take(base.partition, record_id, base.version)
    for start in range(0, len(ids), SLICE):
        some = ids[start : start + SLICE]
        connection.execute(update(table).where(table.c.id.in_(some)).values(partition=LEFT + partition_id, hidden=True))
        connection.execute(
            update(records.BASE).where(records.BASE.c.id.in_(some)).values(partition=LEFT + partition_id)
        )


def revoke(vault: Vault, partition_id: str) -> None:
    """The device may no longer read a partition: hide all of it, persons first, and pull it no more."""
    with vault.writing() as connection:
        connection.execute(text("UPDATE partition SET revoked = 1 WHERE id = :id"), {"id": partition_id})
    for kind in sorted(TABLES, key=lambda name: name != "person"):
        while _hide_slice(vault, kind, partition_id):
            pass
    with vault.writing() as connection:
        connection.execute(text("DELETE FROM partition WHERE id = :id AND revoked = 1"), {"id": partition_id})


def _hide_slice(vault: Vault, kind: str, partition_id: str) -> int:
    table = sql_table(TABLES[kind])
    with vault.writing() as connection:
        rows = connection.execute(
            select(table.c.id, table.c.version, table.c.waiting).where(table.c.partition == partition_id).limit(SLICE)
        ).all()
        _hide(connection, kind, partition_id, [(row.id, row.version, row.waiting) for row in rows], Tally())
        return len(rows)


def unfinished_revocations(connection: Connection) -> list[str]:
    """Partitions whose hiding was broken off."""
    return list(connection.scalars(text("SELECT id FROM partition WHERE revoked = 1")))


def leaving(connection: Connection, user_id: str) -> list[Leaving]:
    """Every hidden case that is still here, with what keeps it."""
    held = set(_held(connection, user_id))
    found = []
    for person_id, name in _left_persons(connection).items():
        found.append(
            Leaving(
                person_id,
                name,
                _count(connection, _OPEN_OPS, person_id),
                _count(connection, _ASKING_OPS, person_id),
                _count(connection, _DRAFTS, person_id),
                person_id in held,
            )
        )
    return found


def _count(connection: Connection, query: str, person_id: str) -> int:
    return int(connection.scalar(text(query), {"id": person_id}) or 0)


def _left_persons(connection: Connection) -> dict[str, str]:
    """Whose records have left, by id; the name where the person's own record is among them."""
    persons: dict[str, str] = {}
    for kind, model in TABLES.items():
        table = sql_table(model)
        query = select(table.c.id, table.c.person_id, table.c.body).where(table.c.partition.like(f"{LEFT}%"))
        if kind != "person":
            query = (
                select(table.c.person_id, table.c.person_id, table.c.id)
                .where(table.c.partition.like(f"{LEFT}%"), table.c.person_id.is_not(None))
                .distinct()
            )
        for person_id, _, body in connection.execute(query):
            if kind == "person":
                said = msgspec.json.decode(body)
                names = (said.get("family_name", ""), said.get("given_name", ""))
                persons[person_id] = ", ".join(name for name in names if name)
            else:
                persons.setdefault(person_id, "")
    return persons


def _held(connection: Connection, user_id: str) -> list[str]:
    """The own caseload's hidden persons, when they are more than a tenth of it and more than one."""
    if get_meta(connection, _CONFIRMED):
        return []
    table = sql_table(TABLES["person"])
    own = caseload_partition(user_id)
    gone = list(connection.scalars(select(table.c.id).where(table.c.partition == LEFT + own)))
    stay = int(connection.scalar(text("SELECT count(*) FROM r_person WHERE partition = :own"), {"own": own}) or 0)
    return gone if len(gone) > 1 and len(gone) * 10 > len(gone) + stay else []


def held_back(connection: Connection, user_id: str) -> int:
    """How many clients left at once, so many that they are only hidden until the officer confirms; 0 on most days."""
    return len(_held(connection, user_id)) if _anything_left(connection) else 0


def held_back_words(clients: int) -> tuple[str, str]:
    """What happened, and what to do, for the officer."""
    happened = (
        f"{clients} clients left your caseload at once, more than a tenth of it. They are hidden, and still on this "
        "computer until you say so. What you wrote on them and is not sent yet goes to central first."
    )
    return happened, "If you know of the change, remove them here. If not, ask your supervisor and leave them."


def confirm_purge(vault: Vault, at: dt.datetime | None = None) -> int:
    """The officer's word that the cases that left may go; returns how many went."""
    with vault.writing() as connection:
        put_meta(connection, _CONFIRMED, "1")
    return purge(vault, at)


def purge(vault: Vault, at: dt.datetime | None = None) -> int:
    """Take every case off this computer that left and that nothing keeps. Returns how many went."""
    with vault.reading() as connection:
        if not _anything_left(connection):
            return 0
        held = set(_held(connection, vault.identity.user_id))
        ready = [one for one in _left_persons(connection) if one not in held and not _kept(connection, one)]
    for person_id in ready:
        for kind in TABLES:
            while _purge_slice(vault, kind, person_id):
                pass
        with vault.writing() as connection:
            _forget_person(connection, person_id)
            audit.append(
                connection,
                vault.identity.user_id,
                vault.identity.device_id,
                at or dt.datetime.now(dt.UTC),
                [audit.Event("purge", "person", person_id)],
            )
    _purge_nobodys(vault)
    return len(ready)


def _anything_left(connection: Connection) -> bool:
    """Whether any record has left, by the tables' partition indexes: on most days none has."""
    return bool(connection.scalar(_LEFT_ANYWHERE))


_LEFT_ANYWHERE = union_all(
    *(
        select(literal(1)).where(table.c.partition >= LEFT, table.c.partition < "left;")
        for table in map(sql_table, TABLES.values())
    )
).limit(1)


def _kept(connection: Connection, person_id: str) -> bool:
    return bool(
        _count(connection, _OPEN_OPS, person_id)
        or _count(connection, _ASKING_OPS, person_id)
        or _count(connection, _DRAFTS, person_id)
    )


def _purge_slice(vault: Vault, kind: str, person_id: str) -> int:
    table = sql_table(TABLES[kind])
    with vault.writing() as connection:
        ids = list(
            connection.scalars(
                select(table.c.id)
                .where(
                    (table.c.person_id == person_id) | (table.c.id == person_id),
                    table.c.partition.like(f"{LEFT}%"),
                )
                .limit(SLICE)
            )
        )
        _purge_rows(connection, kind, ids)
        return len(ids)


def _purge_rows(connection: Connection, kind: str, ids: list[str]) -> None:
    if not ids:
        return
    records.drop_records(connection, kind, ids)
    search.forget_records(connection, ids)
    connection.execute(
        text("DELETE FROM base WHERE id IN :ids").bindparams(bindparam("ids", expanding=True)), {"ids": ids}
    )


def _forget_person(connection: Connection, person_id: str) -> None:
    """The undo list names people: their acts go; the ops themselves wait for central's verified backup."""
    still = _count(
        connection, "SELECT count(*) FROM r_person WHERE id = :id AND partition NOT LIKE 'left:%'", person_id
    )
    if not still:
        connection.execute(
            text("DELETE FROM act WHERE act_id IN (SELECT act_id FROM op WHERE person_id = :id)"), {"id": person_id}
        )


def _purge_nobodys(vault: Vault) -> None:
    """Records without a person that left, such as an intake that central gave to a colleague."""
    for kind, model in TABLES.items():
        table = sql_table(model)
        gone = select(table.c.id).where(table.c.partition.like(f"{LEFT}%"), table.c.person_id.is_(None))
        while True:
            with vault.writing() as connection:
                kept = list(connection.scalars(text(_UNSETTLED)))
                ids = list(connection.scalars(gone.where(table.c.id.not_in(kept)).limit(SLICE)))
                _purge_rows(connection, kind, ids)
            if not ids:
                break


def scrub(connection: Connection, durable_through: int) -> int:
    """Take away the texts of purged cases' ops that central's verified backup holds; ids stay, so none goes twice."""
    held = connection.execute(_HELD_OF_GONE, {"durable": durable_through}).all()
    if held:
        positions = [tuple(row) for row in held]
        connection.exec_driver_sql("DELETE FROM op_text WHERE position = ?", positions)
        connection.exec_driver_sql("UPDATE op SET verdict = NULL, person_id = NULL WHERE position = ?", positions)
    return len(held)
