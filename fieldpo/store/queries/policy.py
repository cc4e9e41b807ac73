"""The agency's policy pack in force on a day, as it came with the sync.

Until central has published one, the pack that ships for demonstrations stands in, and its name says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, select

from fieldpo.errors import PolicyError
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.tables import PolicyPackTable
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.pack_file import Pulled, parse_pulled, shipped

STAND_IN = "demo"
"""The shipped pack that stands in while central has published none."""


@dataclass(frozen=True)
class PulledPack:
    """How this fieldpo reads a version that central published: its name, the keys passed over, or why it cannot."""

    name: str
    passed_over: tuple[str, ...] = ()
    trouble: str = ""


def main_pack(connection: Connection, on: dt.date) -> Pack:
    """The pack whose words and clock the agency uses on a local day. Raises `PolicyError` for an unsound one.

    On a day before the first published version that one: its own policies say from when on anything is due.
    """
    which = sql_table(PolicyPackTable).c.main.is_(True)
    return _newest(connection, on, which) or _first(connection, which) or shipped(STAND_IN)


def pack_named(connection: Connection, name: str, on: dt.date) -> Pack | None:
    """The version of a published pack in force on a local day; None where none is."""
    return _newest(connection, on, sql_table(PolicyPackTable).c.pack == name)


def _newest(connection: Connection, on: dt.date, which: ColumnElement[bool]) -> Pack | None:
    columns = sql_table(PolicyPackTable).c
    begun = _published(which).where(columns.effective_from <= on.isoformat())
    return _pack(connection.scalar(begun.order_by(columns.effective_from.desc(), columns.number.desc()).limit(1)))


def _first(connection: Connection, which: ColumnElement[bool]) -> Pack | None:
    columns = sql_table(PolicyPackTable).c
    return _pack(connection.scalar(_published(which).order_by(columns.effective_from, columns.number.desc()).limit(1)))


def _published(*which: ColumnElement[bool]) -> Select[str]:
    columns = sql_table(PolicyPackTable).c
    return select(columns.body).where(*which, columns.hidden.is_(False))


def pulled_packs(connection: Connection) -> list[PulledPack]:
    """Every version that this laptop has, the oldest first."""
    columns = sql_table(PolicyPackTable).c
    bodies = connection.scalars(_published().order_by(columns.effective_from, columns.number))
    return [_how_read(*_text_and_name(body)) for body in bodies]


def _how_read(text: str, name: str) -> PulledPack:
    try:
        return PulledPack(name, passed_over=_read(text, name).passed_over)
    except PolicyError as wrong:
        return PulledPack(name, trouble=wrong.message)


def _pack(body: str | None) -> Pack | None:
    return None if body is None else _read(*_text_and_name(body)).pack


def _text_and_name(body: str) -> tuple[str, str]:
    said = msgspec.json.decode(body)
    return said["text"], f"{said['pack']} {said['version']}"


@lru_cache(maxsize=16)
def _read(text: str, source: str) -> Pulled:
    return parse_pulled(text, source)
