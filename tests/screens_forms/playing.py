"""Playing an officer's keys, and reading what then stands in the vault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import text
from textual.pilot import Pilot

from fieldpo.store.vault import Vault
from tests.snapshots import settled

NOW = dt.datetime(2026, 11, 23, 14, 33, tzinfo=ZoneInfo("America/Chicago"))


async def settle(pilot: Pilot[Any]) -> None:
    """Until every worker has ended and every message is dealt with."""
    await pilot.pause()
    await settled(pilot)


async def play(pilot: Pilot[Any], keys: str | Iterable[str]) -> None:
    """Press keys one after another, as an officer who sees each take effect."""
    for key in keys.split() if isinstance(keys, str) else keys:
        await pilot.press(key)
        await settle(pilot)


def bodies(vault: Vault, kind: str, person_id: str | None = None) -> list[dict[str, Any]]:
    """The bodies of a kind's records, oldest first; of one person where given."""
    with vault.reading() as connection:
        rows = connection.scalars(
            text(f"SELECT body FROM r_{kind} WHERE hidden = 0 AND (:p IS NULL OR person_id = :p) ORDER BY rowid"),  # noqa: S608 - a kind's name
            {"p": person_id},
        )
        return [msgspec.json.decode(row) for row in rows]


def count(vault: Vault, table: str) -> int:
    """How many rows a table has."""
    with vault.reading() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - a table's name


def painted(app: Any) -> str:
    """What the screen shows, as lines of text."""
    width, height = app.size
    console_lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip)[:width] for strip in console_lines[:height])


async def type_in(pilot: Pilot[Any], words: str) -> None:
    """Type prose."""
    named = {" ": "space", ".": "full_stop", ",": "comma", ":": "colon", "'": "apostrophe", "\n": "enter"}
    await pilot.press(*(named.get(character, character) for character in words))
    await settle(pilot)
