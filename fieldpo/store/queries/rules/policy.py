"""The agency's policy pack in force on a day, as it came with the sync.

Until central has published one, the pack that ships for demonstrations stands in, and its name says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, select, true

from fieldpo.errors import PolicyError
from fieldpo.store.database.ledger_tables import AT_CENTRAL
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.tables import PolicyPackTable
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.reading import parse_pulled, shipped

STAND_IN = "demo"
"""The shipped pack that stands in while central has published none."""


@dataclass(frozen=True)
class PulledPack:
    """How this fieldpo reads a version that central published: the keys that it passes over, or why it cannot."""

    name: str
    pack: Pack | None = None
    passed_over: tuple[str, ...] = ()
    trouble: str = ""


def main_pack(connection: Connection, on: dt.date) -> Pack:
    """The pack whose words and clock the agency uses on a local day; of a version that cannot be read, the one before.

    On a day before the first published version that one: its own policies say from when on anything is due.
    """
    which = sql_table(PolicyPackTable).c.main.is_(True)
    columns = sql_table(PolicyPackTable).c
    first = _published(which).order_by(columns.effective_from, AT_CENTRAL.c.number.desc())
    found = _readable(_begun(connection, on, which)) or _readable(_read_one_by_one(connection, first))
    return found or shipped(STAND_IN)


def pack_named(connection: Connection, name: str, on: dt.date) -> Pack | None:
    """The version of a published pack in force on a local day, as `main_pack` takes it; None where none is."""
    return _readable(_begun(connection, on, sql_table(PolicyPackTable).c.pack == name))


def main_trouble(connection: Connection, on: dt.date) -> PulledPack | None:
    """The version of the main pack that is in force on a local day and cannot be read; None where it can."""
    newest = next(_begun(connection, on, sql_table(PolicyPackTable).c.main.is_(True)), None)
    return newest if newest is not None and newest.trouble else None


def pulled_packs(connection: Connection) -> list[PulledPack]:
    """Every version that this laptop has, the oldest first."""
    columns = sql_table(PolicyPackTable).c
    return list(_read_one_by_one(connection, _published(true()).order_by(columns.effective_from, AT_CENTRAL.c.number)))


def _begun(connection: Connection, on: dt.date, which: ColumnElement[bool]) -> Iterator[PulledPack]:
    """The versions in force by a day, the newest first."""
    columns = sql_table(PolicyPackTable).c
    begun = _published(which & (columns.effective_from <= on.isoformat()))
    return _read_one_by_one(connection, begun.order_by(columns.effective_from.desc(), AT_CENTRAL.c.number.desc()))


def _published(which: ColumnElement[bool]) -> Select[str]:
    columns = sql_table(PolicyPackTable).c
    published = select(columns.body).join(AT_CENTRAL, AT_CENTRAL.c.id == columns.id)
    return published.where(which, columns.hidden.is_(False))


def _read_one_by_one(connection: Connection, query: Select[str]) -> Iterator[PulledPack]:
    """Nearly always the first one is enough: a pack may have a million characters."""
    for place in count():
        body = connection.scalar(query.limit(1).offset(place))
        if body is None:
            return
        said = msgspec.json.decode(body)
        yield _read(said["text"], f"{said['pack']} {said['version']}")


def _readable(versions: Iterator[PulledPack]) -> Pack | None:
    return next((one.pack for one in versions if one.pack is not None), None)


@lru_cache(maxsize=16)
def _read(text: str, name: str) -> PulledPack:
    try:
        pack, passed_over = parse_pulled(text, name)
    except PolicyError as wrong:
        return PulledPack(name, trouble=wrong.message)
    return PulledPack(name, pack, passed_over)
