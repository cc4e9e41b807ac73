"""Many rows at once, the same on SQLite and PostgreSQL: read by keys, insert, insert or replace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

Values = Mapping[str, Any]

_KEYS_A_QUERY = 5_000
_ROWS_A_WRITE = 10_000


def select_in(conn: Connection, query: sa.Select[Any], column: sa.Column[Any], keys: Collection[str]) -> list[Row[Any]]:
    """The query's rows whose column is one of the keys, however many keys there are."""
    found: list[Row[Any]] = []
    for slice_ in _sliced(list(keys), _KEYS_A_QUERY):
        found.extend(conn.execute(query.where(column.in_(slice_))).all())
    return found


def insert_rows(conn: Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert; a row whose key stands already is an error."""
    _write(conn, _statement(table, ""), rows)


def insert_new_rows(conn: Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert; a row whose key stands already is left as it is."""
    _write(conn, _statement(table, " ON CONFLICT DO NOTHING"), rows)


def upsert_rows(conn: Connection, table: sa.Table, rows: Sequence[Values]) -> None:
    """Insert, or set every column of the row that has the key."""
    keys = ", ".join(column.name for column in table.primary_key.columns)
    others = ", ".join(f"{column.name} = excluded.{column.name}" for column in table.columns if not column.primary_key)
    action = f"DO UPDATE SET {others}" if others else "DO NOTHING"
    _write(conn, _statement(table, f" ON CONFLICT ({keys}) {action}"), rows)


@cache
def _statement(table: sa.Table, suffix: str) -> sa.TextClause:
    names = [column.name for column in table.columns]
    marks = ", ".join(f":{name}" for name in names)
    return sa.text(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}){suffix}")  # noqa: S608 - our names


def _write(conn: Connection, statement: sa.TextClause, rows: Sequence[Values]) -> None:
    for slice_ in _sliced(rows, _ROWS_A_WRITE):
        conn.execute(statement, slice_)


def _sliced(rows: Sequence[Any], size: int) -> Iterator[Any]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def texts(values: Iterable[str | None]) -> set[str]:
    """The values that are there."""
    return {value for value in values if value}
