"""Many rows at once, the same on SQLite and PostgreSQL: read by keys, insert, insert or replace.

A row to write is a dictionary of all its columns. Where rows come by the thousand, a dictionary each takes as long as
to insert it: then they are tuples in the order of the `columns` that are named, and all others are NULL.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Row

Rows = Sequence[Mapping[str, Any] | tuple[Any, ...]]
Columns = tuple[str, ...] | None

_ROWS_A_WRITE = 10_000


class _Older(enum.Enum):
    """What a row that stands already does to a new one with its key."""

    REFUSES = enum.auto()
    STAYS = enum.auto()
    YIELDS = enum.auto()


def select_in(
    conn: Connection, query: sa.Select[Any], column: sa.Column[Any], keys: Collection[str], **bound: str
) -> list[Row[Any]]:
    """The query's rows whose column is one of the keys, however many keys there are; `bound` are its own parameters."""
    if not keys:
        return []
    postgres = conn.dialect.name == "postgresql"
    given = list(keys) if postgres else msgspec.json.encode(list(keys)).decode()
    return list(conn.execute(_keyed(query, column, postgres), {"keys": given, **bound}).all())


@lru_cache(200)
def _keyed(query: sa.Select[Any], column: sa.Column[Any], postgres: bool) -> sa.Select[Any]:  # noqa: FBT001 - a key
    """The query by its keys. A caller that has its query from the start gets it from here as it was made at first: to
    put a statement together takes longer than to answer it for a day's ops.
    """
    return query.where(column == sa.any_(_ARRAY)) if postgres else query.where(column.in_(_JSON))


# One parameter for all keys: a statement with a parameter a key is put together anew each time, which took longer than
# the query.
_ARRAY = sa.bindparam("keys", type_=postgresql.ARRAY(sa.Text))
_JSON = sa.select(sa.func.json_each(sa.bindparam("keys", type_=sa.Text)).table_valued("value").c.value)


def insert_rows(conn: Connection, table: sa.Table, rows: Rows, columns: Columns = None) -> None:
    """Insert; a row whose key stands already is an error."""
    _write(conn, table, _Older.REFUSES, rows, columns)


def insert_new_rows(conn: Connection, table: sa.Table, rows: Rows, columns: Columns = None) -> None:
    """Insert; a row whose key stands already is left as it is."""
    _write(conn, table, _Older.STAYS, rows, columns)


def upsert_rows(conn: Connection, table: sa.Table, rows: Rows, columns: Columns = None) -> None:
    """Insert, or set every column of the row that has the key."""
    _write(conn, table, _Older.YIELDS, rows, columns)


def _write(conn: Connection, table: sa.Table, older: _Older, rows: Rows, columns: Columns) -> None:
    names, mark = columns or _every_column(table), "%s" if conn.dialect.name == "postgresql" else "?"
    words, values = _words(table, names, older, mark), itemgetter(*names)
    for start in range(0, len(rows), _ROWS_A_WRITE):
        some: Any = rows[start : start + _ROWS_A_WRITE]
        conn.exec_driver_sql(words, some if columns else [values(row) for row in some])


@cache
def _every_column(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@cache
def _words(table: sa.Table, columns: tuple[str, ...], older: _Older, mark: str) -> str:
    """The statement in the driver's own words."""
    marks = ", ".join([mark] * len(columns))
    insert = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our names
    match older:
        case _Older.REFUSES:
            return insert
        case _Older.STAYS:
            return f"{insert} ON CONFLICT DO NOTHING"
    keys = ", ".join(column.name for column in table.primary_key.columns)
    others = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.columns if not column.primary_key)
    return f"{insert} ON CONFLICT ({keys}) " + (f"DO UPDATE SET {others}" if others else "DO NOTHING")


def texts(values: Iterable[str | None]) -> set[str]:
    """The values that are there."""
    return {value for value in values if value}
