"""Rows that come together are the rows that come one by one."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, text

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.vault import Vault

_HARD: list[tuple[Any, ...]] = [
    (1, 'Ana “Ñ” Ørsted\n\t\\ "quoted" 😀', 0.1 + 0.2, None),
    (2, "nul\x00 inside, \x1b[31m", -1.5e300, 2**53),
    (3, "", 0.0, -(2**62)),
    (4, "[1, 2]", 1e-9, 0),
]


def _fill(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE tried (n INTEGER, words TEXT, real REAL, other)"))
    connection.exec_driver_sql("INSERT INTO tried VALUES (?, ?, ?, ?)", _HARD)


def test_each_value_comes_as_the_driver_gives_it(bare_vault: Vault) -> None:
    """Text with any character, whole and real numbers and NULL are the same, in the query's order."""
    query = AtOnce("SELECT n, words, real, other FROM tried ORDER BY n DESC")
    with bare_vault.writing() as connection:
        _fill(connection)
        found = [tuple(row) for row in query.rows(connection)]
        one_by_one = [tuple(row) for row in connection.execute(text("SELECT * FROM tried ORDER BY n DESC"))]
    assert found == one_by_one == _HARD[::-1]


def test_columns_have_their_names_and_several_texts_are_one_parameter(bare_vault: Vault) -> None:
    """A row's columns are read by name; a list of texts is asked for by json_each; JSON made in SQL stays text."""
    query = AtOnce(
        "SELECT n AS place, json_extract('{\"a\":[1]}', '$.a') AS made FROM tried "
        "WHERE words IN (SELECT value FROM json_each(:words)) AND n < :below ORDER BY n"
    )
    with bare_vault.writing() as connection:
        _fill(connection)
        rows = query.rows(connection, {"words": ["", "[1, 2]", "'; DROP TABLE tried"], "below": 4})
        assert [(row.place, row.made) for row in rows] == [(3, "[1]")]
        assert query.values(connection, {"words": ["[1, 2]", ""], "below": 9}) == [3, 4]


def test_where_nothing_is_there_is_no_first_row(bare_vault: Vault) -> None:
    """No row is an empty list and no first one; the same query finds what is written later."""
    query = AtOnce("SELECT n FROM tried WHERE n >= :least LIMIT :most")
    with bare_vault.writing() as connection:
        connection.execute(text("CREATE TABLE tried (n INTEGER)"))
        assert query.rows(connection, {"least": 0, "most": 5}) == []
        assert query.first(connection, {"least": 0, "most": 5}) is None
        connection.execute(text("INSERT INTO tried VALUES (7)"))
        first = query.first(connection, {"least": 0, "most": 5})
    assert first is not None
    assert first.n == 7


def test_two_columns_of_one_name_are_refused(bare_vault: Vault) -> None:
    """A query whose columns could not be told apart is a mistake of its author, told at once."""
    with bare_vault.reading() as connection, pytest.raises(ValueError, match="identifiers"):
        AtOnce("SELECT 1 AS n, 2 AS n").rows(connection)
