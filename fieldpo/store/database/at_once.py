"""A query whose rows come in one step of the database.

The driver gives Python's lock away for each row, and while a sync runs it has to wait for it again after each: thirty
rows took thirty turns of some 80 microseconds. Put together by the database they take one. The driver is asked without
SQLAlchemy, which takes three times as long as a short query itself: a person's screen asks some 50 of them.
"""

from __future__ import annotations

import collections
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

Asked = str | int | float | None | Sequence[str]
"""A parameter's value. Several texts are one JSON list, for `IN (SELECT value FROM json_each(:name))`."""


class AtOnce:
    """A SELECT with named parameters and named columns of text, finite numbers and NULL, its rows read together.

    For what a screen shows. What is read only until something is found, or may be more than a screen ever shows, is
    read row by row.
    """

    def __init__(self, words: str) -> None:
        self._words = words
        self._whole = ""
        self._decoder: msgspec.json.Decoder[list[Any]] | None = None

    def rows(self, connection: Connection, asked: Mapping[str, Asked] | None = None) -> list[Any]:
        """The rows in the query's order, their columns by name."""
        given = {name: _written(value) for name, value in (asked or {}).items()}
        decoder = self._decoder or self._prepared(connection, given)
        driver: Any = connection.connection.driver_connection
        return decoder.decode(driver.execute(self._whole, given).fetchone()[0])

    def first(self, connection: Connection, asked: Mapping[str, Asked] | None = None) -> Any | None:
        """The first row, None where there is none."""
        found = self.rows(connection, asked)
        return found[0] if found else None

    def values(self, connection: Connection, asked: Mapping[str, Asked] | None = None) -> list[Any]:
        """The first column alone."""
        return [row[0] for row in self.rows(connection, asked)]

    def _prepared(self, connection: Connection, given: Mapping[str, Any]) -> msgspec.json.Decoder[list[Any]]:
        columns = [*connection.exec_driver_sql(f"SELECT * FROM ({self._words}) LIMIT 0", dict(given)).keys()]  # noqa: S608 - ours
        row = collections.namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024 - named by the query
        names = ", ".join(f'"{name}"' for name in columns)
        self._whole = f"SELECT json_group_array(json_array({names})) FROM ({self._words})"  # noqa: S608 - ours
        self._decoder = msgspec.json.Decoder(list[row])
        return self._decoder


def _written(value: Asked) -> str | int | float | None:
    if value is None or isinstance(value, str | int | float):
        return value
    return msgspec.json.encode(value).decode()
