"""Many rows at once, the same on SQLite and PostgreSQL: read by keys, insert, insert or replace."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Row

Values = Mapping[str, Any]

_ROWS_A_WRITE = 10_000


class Clash(enum.Enum):
    """What becomes of a row whose key a new one has."""

    ERROR = enum.auto()
    STAYS = enum.auto()
    GOES = enum.auto()


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


def insert_rows(conn: Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert; a row whose key stands already is an error."""
    _write(conn, table, Clash.ERROR, rows)


def insert_new_rows(conn: Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert; a row whose key stands already is left as it is."""
    _write(conn, table, Clash.STAYS, rows)


def upsert_rows(conn: Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert, or set every column of the row that has the key."""
    _write(conn, table, Clash.GOES, rows)


def insert_tuples(
    conn: Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    clash: Clash = Clash.ERROR,
) -> None:
    """Rows by their places, for what comes by the thousand: a dictionary a row takes as long as to insert it.

    Columns that are not named are NULL.
    """
    suffix = _suffix(table, clash)
    for slice_ in _sliced(rows, _ROWS_A_WRITE):
        conn.exec_driver_sql(_words(table, columns, suffix, _mark(conn)), slice_)


@cache
def _suffix(table: sa.Table, clash: Clash) -> str:
    if clash is Clash.ERROR:
        return ""
    if clash is Clash.STAYS:
        return " ON CONFLICT DO NOTHING"
    keys = ", ".join(column.name for column in table.primary_key.columns)
    others = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.columns if not column.primary_key)
    return f" ON CONFLICT ({keys}) " + (f"DO UPDATE SET {others}" if others else "DO NOTHING")


@cache
def _words(table: sa.Table, columns: tuple[str, ...], suffix: str, mark: str) -> str:
    """The statement in the driver's own words."""
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}){suffix}"  # noqa: S608 - our names


@cache
def _statement(table: sa.Table, suffix: str, mark: str) -> tuple[str, Callable[[Values], tuple[Any, ...]]]:
    """The statement for all columns, and what makes its parameters of a row."""
    names = tuple(column.name for column in table.columns)
    return _words(table, names, suffix, mark), itemgetter(*names)


def _mark(conn: Connection) -> str:
    return "%s" if conn.dialect.name == "postgresql" else "?"


def _write(conn: Connection, table: sa.Table, clash: Clash, rows: Sequence[Values]) -> None:
    words, parameters = _statement(table, _suffix(table, clash), _mark(conn))
    for slice_ in _sliced(rows, _ROWS_A_WRITE):
        conn.exec_driver_sql(words, [parameters(row) for row in slice_])


def _sliced(rows: Sequence[Any], size: int) -> Iterator[Any]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def texts(values: Iterable[str | None]) -> set[str]:
    """The values that are there."""
    return {value for value in values if value}
