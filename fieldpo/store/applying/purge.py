"""Cases that left and are hidden: gone from this computer when nothing of the officer's waits on them.

A case is purged when each of its ops has a final verdict, no question about it is open and no draft remains. When
more than a tenth of the caseload leaves (and more than one client), it is only hidden until the officer confirms.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, bindparam, select, text, union

from fieldpo.store import audit, records, search
from fieldpo.store.applying.hiding import CONFIRMED, SLICE
from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.partitions import LEFT
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import caseload_partition

_OPEN_STATES = "('waiting', 'blocked', 'parked', 'conflict', 'rejected')"
_UNSETTLED = f"SELECT record_id FROM op WHERE state IN {_OPEN_STATES}"  # noqa: S608 - states of ours
_KEPT = text(
    f"SELECT EXISTS (SELECT 1 FROM op WHERE person_id = :id AND state IN {_OPEN_STATES}) "  # noqa: S608 - as above
    "OR EXISTS (SELECT 1 FROM draft WHERE person_id = :id)"
)
_HELD_OF_GONE = text(
    # Plus state: first who is gone, by the index of persons alone; nearly always nobody is.
    "SELECT position FROM op WHERE person_id IN "
    "(SELECT DISTINCT person_id FROM op WHERE person_id NOT IN (SELECT id FROM r_person)) "
    "AND +state IN ('done', 'answered') AND inbox BETWEEN 1 AND :durable"
)
_FORGET_ACTS = text(
    "DELETE FROM act WHERE act_id IN (SELECT act_id FROM op WHERE person_id = :id) "
    "AND NOT EXISTS (SELECT 1 FROM r_person WHERE id = :id AND partition NOT LIKE 'left:%')"
)


def _left_persons(connection: Connection) -> list[str]:
    """Whose records have left, by id."""
    whose = (
        select(table.c.id if kind == "person" else table.c.person_id).where(table.c.partition.like(f"{LEFT}%"))
        for kind, table in ((kind, sql_table(model)) for kind, model in TABLES.items())
    )
    return [person_id for person_id in connection.scalars(union(*whose)) if person_id]


def _held(connection: Connection, user_id: str) -> list[str]:
    """The own caseload's hidden persons, when they are more than a tenth of it and more than one."""
    if get_meta(connection, CONFIRMED):
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
        put_meta(connection, CONFIRMED, "1")
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


_LEFT_IN = [
    f"SELECT 1 FROM {model.__tablename__} WHERE partition >= '{LEFT}' AND partition < 'left;'"  # noqa: S608 - ours
    for model in TABLES.values()
]
_LEFT_ANYWHERE = text(f"{' UNION ALL '.join(_LEFT_IN)} LIMIT 1")


def _kept(connection: Connection, person_id: str) -> bool:
    return bool(connection.scalar(_KEPT, {"id": person_id}))


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
    connection.execute(_FORGET_ACTS, {"id": person_id})


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


def is_to_scrub(connection: Connection, durable_through: int) -> bool:
    """Whether a case has gone, or central's backup come further, since `scrub` looked through all ops."""
    return durable_through > 0 and get_meta(connection, records.SCRUBBED) != str(durable_through)


def scrub(connection: Connection, durable_through: int) -> int:
    """Take away the texts of purged cases' ops that central's verified backup holds; ids stay, so none goes twice."""
    put_meta(connection, records.SCRUBBED, str(durable_through))
    held = connection.execute(_HELD_OF_GONE, {"durable": durable_through}).all()
    if held:
        positions = [tuple(row) for row in held]
        connection.exec_driver_sql("DELETE FROM op_text WHERE position = ?", positions)
        connection.exec_driver_sql("UPDATE op SET verdict = NULL, person_id = NULL WHERE position = ?", positions)
    return len(held)
