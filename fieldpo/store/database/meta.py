"""The table `meta`: one value a key, for what the vault's database knows of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def make_meta(connection: Connection) -> None:
    """Make the table in a new database, within the caller's transaction."""
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")


def get_meta(connection: Connection, key: str) -> str | None:
    """One value of the table `meta`, or None."""
    found = connection.exec_driver_sql("SELECT value FROM meta WHERE key = ?", (key,)).scalar()
    return None if found is None else str(found)


def get_metas(connection: Connection, *keys: str) -> dict[str, str]:
    """Those of some values of the table `meta` that are there: one question costs a tenth of a millisecond."""
    marks = ", ".join("?" * len(keys))
    found = connection.exec_driver_sql(f"SELECT key, value FROM meta WHERE key IN ({marks})", keys)  # noqa: S608 - marks
    return {str(key): str(value) for key, value in found.all()}


def put_meta(connection: Connection, key: str, value: str) -> None:
    """Set one value of the table `meta`."""
    put_metas(connection, {key: value})


def put_metas(connection: Connection, values: Mapping[str, str]) -> None:
    """Set some values of the table `meta`."""
    connection.exec_driver_sql(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        list(values.items()),
    )
