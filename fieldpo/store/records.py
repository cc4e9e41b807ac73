"""Reading and writing one record in a transaction: the row, its base copy, and its place in the index."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Integer, Row, Select, bindparam, delete, func, literal_column, select, text

from fieldpo.store.database import touched
from fieldpo.store.database.ledger_tables import AT_CENTRAL, BASE, OPEN
from fieldpo.store.database.meta import put_meta
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import TABLES, RecordTable, own_columns, projected, table_of
from fieldpo.sync.protocol.body import Json


def json_list(values: Iterable[str]) -> str:
    """Ids as one parameter, for `IN (SELECT value FROM json_each(:ids))`: a statement with a parameter an id is put
    together anew each time, which takes longer than to run it.
    """
    return msgspec.json.encode(list(values)).decode()


class Record(msgspec.Struct, frozen=True):
    """A record as the officer sees it: central's copy with the officer's waiting edits over it.

    `version` and `number` are central's for the copy last received (0: not at central yet), `generation` is the load
    that last brought it. `waiting` counts the ops on it that central had not answered when it was read.
    """

    kind: str
    id: str
    partition: str
    person_id: str | None
    body: Mapping[str, Json]
    version: int = 0
    number: int = 0
    generation: int = 0
    waiting: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Base:
    """Central's last known copy of a record with waiting ops; `body` None where central has none."""

    kind: str
    id: str
    partition: str
    version: int
    number: int
    body: Mapping[str, Json] | None


def read_record(connection: Connection, kind: str, record_id: str) -> Record | None:
    """One record, or None."""
    row = connection.execute(_one(table_of(kind)), {"record": record_id}).one_or_none()
    return _record(kind, row) if row is not None else None


@functools.cache
def _one(model: type[RecordTable]) -> Select[tuple[Any, ...]]:
    """One record whole: its row, what central has of it, and how many ops wait."""
    table = sql_table(model)
    central = (func.coalesce(AT_CENTRAL.c[name], 0).label(name) for name in ("version", "number", "generation"))
    open_on_it = f"(SELECT count(*) FROM op WHERE record_id = {table.name}.id AND +state IN {OPEN})"  # noqa: S608 - ours
    waiting = literal_column(open_on_it, Integer).label("waiting")
    found = select(table, *central, waiting).outerjoin(AT_CENTRAL, AT_CENTRAL.c.id == table.c.id)
    return found.where(table.c.id == bindparam("record"))


def _record(kind: str, row: Row[tuple[object, ...]]) -> Record:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's documented way to read a row by name
    return Record(
        kind=kind or str(values.get("kind", "")),
        id=values["id"],
        partition=values["partition"],
        person_id=values["person_id"],
        body=msgspec.json.decode(values["body"]),
        version=values["version"],
        number=values["number"],
        generation=values["generation"],
        waiting=values["waiting"],
        hidden=values["hidden"],
    )


def find_record(connection: Connection, record_id: str) -> Record | None:
    """One record of whatever kind; for links that name no kind."""
    for kind in TABLES:
        if found := read_record(connection, kind, record_id):
            return found
    return None


_ENVELOPE = ("id", "partition", "person_id", "hidden", "body")


@functools.cache
def _put(table: type[RecordTable]) -> tuple[str, tuple[str, ...]]:
    """The statement that puts a row in place, new or not, and the columns that follow the envelope's."""
    own = own_columns(table)
    columns = (*_ENVELOPE, *own)
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    kept = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    into = f"INSERT INTO {table.__tablename__} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
    return f"{into} ON CONFLICT (id) DO UPDATE SET {kept}", own


def _values(record: Record, own: tuple[str, ...]) -> tuple[Json, ...]:
    columns = projected(record.kind, record.body)
    if record.kind not in TABLES:
        columns["kind"] = record.kind
    return (
        record.id,
        record.partition,
        record.person_id,
        int(record.hidden),
        msgspec.json.encode(record.body).decode(),
        *[int(one) if (one := columns[name]) is True or one is False else one for name in own],
    )


def write_records(connection: Connection, kind: str, records: list[Record]) -> None:
    """Put records of one kind in place, whole, new or not."""
    if records:  # by the driver: SQLAlchemy's way of handing in parameters takes longer than to write the rows
        statement, own = _put(table_of(kind))
        connection.exec_driver_sql(statement, [_values(record, own) for record in records])
        note_versions(connection, [(one.id, one.version, one.number, one.generation) for one in records])
        touched.note(connection, (record.id if kind == "person" else record.person_id for record in records))


def note_versions(connection: Connection, versions: Sequence[tuple[str, int, int, int]]) -> None:
    """Note what central has of records, by id: version, number and load; nothing of one at version 0."""
    there = [one for one in versions if one[1] > 0]
    gone = [(one[0],) for one in versions if one[1] <= 0] if len(there) < len(versions) else []
    if there:
        connection.exec_driver_sql("INSERT OR REPLACE INTO at_central VALUES (?, ?, ?, ?)", there)
    if gone:
        connection.exec_driver_sql("DELETE FROM at_central WHERE id = ?", gone)


def write_record(connection: Connection, record: Record) -> None:
    """Put one record in place, whole, new or not."""
    write_records(connection, record.kind, [record])


SCRUBBED = "scrubbed_through"
"""The meta key of the backup's place up to which `purge.scrub` has looked through all ops; empty once a person goes."""


def drop_records(connection: Connection, kind: str, ids: list[str]) -> None:
    """Take records out; a child elsewhere may stay."""
    if kind == "person" and ids:
        put_meta(connection, SCRUBBED, "")
    table = sql_table(table_of(kind))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    connection.execute(delete(AT_CENTRAL).where(AT_CENTRAL.c.id.in_(ids)))


def read_base(connection: Connection, record_id: str) -> Base | None:
    """The base copy of a record with waiting ops, or None."""
    row = connection.execute(select(BASE).where(BASE.c.id == record_id)).mappings().one_or_none()
    if row is None:
        return None
    body = msgspec.json.decode(row["body"]) if row["body"] is not None else None
    return Base(row["kind"], row["id"], row["partition"], row["version"], row["number"], body)


def write_base(connection: Connection, base: Base) -> None:
    """Put a base copy in place, new or not."""
    connection.execute(
        text(
            "INSERT OR REPLACE INTO base (id, kind, partition, version, number, body) "
            "VALUES (:id, :kind, :partition, :version, :number, :body)"
        ),
        {
            "id": base.id,
            "kind": base.kind,
            "partition": base.partition,
            "version": base.version,
            "number": base.number,
            "body": None if base.body is None else msgspec.json.encode(base.body).decode(),
        },
    )


def keep_base(connection: Connection, record: Record, *, known: bool) -> None:
    """Keep central's copy before the officer's first waiting op on it; `known` False where it is new."""
    if read_base(connection, record.id) is None:
        body = record.body if known else None
        write_base(connection, Base(record.kind, record.id, record.partition, record.version, record.number, body))
