"""The agency's policy pack in force on a day, as it came with the sync.

Until central has published one, the pack that ships for demonstrations stands in, and its name says so.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, select

from fieldpo.store.migrations import sql_table
from fieldpo.store.tables import PolicyPackTable
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.pack_file import parse_pack, shipped

STAND_IN = "demo"
"""The shipped pack that stands in while central has published none."""


def main_pack(connection: Connection, on: dt.date) -> Pack:
    """The pack whose words and clock the agency uses on a local day. Raises `PolicyError` for an unsound one."""
    table = sql_table(PolicyPackTable)
    return _newest(connection, on, table.c.main.is_(True)) or shipped(STAND_IN)


def pack_named(connection: Connection, name: str, on: dt.date) -> Pack | None:
    """The version of a published pack in force on a local day; None where none is."""
    return _newest(connection, on, sql_table(PolicyPackTable).c.pack == name)


def _newest(connection: Connection, on: dt.date, which: object) -> Pack | None:
    table = sql_table(PolicyPackTable)
    body = connection.scalar(
        select(table.c.body)
        .where(which, table.c.hidden.is_(False), table.c.effective_from <= on.isoformat())  # type: ignore[arg-type]
        .order_by(table.c.effective_from.desc(), table.c.number.desc())
        .limit(1)
    )
    if body is None:
        return None
    said = msgspec.json.decode(body)
    return _read(said["text"], f"{said['pack']} {said['version']}")


@lru_cache(maxsize=16)
def _read(text: str, source: str) -> Pack:
    return parse_pack(text, source)
