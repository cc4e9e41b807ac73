"""Finding entries by their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.queries.clients.find_people import words_of
from fieldpo.store.search import excerpt, match_expression, searchable
from fieldpo.sync.protocol.body import Json

SHORTEST = 2
"""Letters from which notes are searched; one letter stands in all of them."""

_ENTRIES = AtOnce(
    "SELECT s.record_id, s.kind, s.person_id FROM search CROSS JOIN search_row s ON s.row = search.rowid "
    "WHERE search MATCH :expression AND s.kind != 'person' AND (:person IS NULL OR s.person_id = :person) "
    "ORDER BY search.rowid DESC LIMIT :limit"
)


@dataclass(frozen=True)
class FoundEntry:
    """An entry with all the words typed. `on` is the ISO moment or day the entry is of; empty where it has none."""

    record_id: str
    kind: str
    person_id: str
    on: str
    excerpt: str
    withheld: bool
    """Sensitive, third-party or about a third party: not for a client's eyes."""


def find_entries(connection: Connection, typed: str, limit: int = 50, person_id: str | None = None) -> list[FoundEntry]:
    """Entries with all the words typed, the last one as a beginning, the newest-indexed first."""
    words = words_of(typed)
    if len(max(words, key=len, default="")) < SHORTEST:
        return []
    # One letter begins every tenth word: as a prefix it costs 25 ms and narrows nothing down.
    expression = match_expression(" ".join(words[:-1] if len(words[-1]) < SHORTEST else words))
    rows = _ENTRIES.rows(connection, {"expression": expression, "limit": limit, "person": person_id})
    bodies = _bodies(connection, [(row.kind, row.record_id) for row in rows])
    return [
        FoundEntry(
            row.record_id,
            row.kind,
            row.person_id or "",
            _on(bodies[row.record_id]),
            excerpt(searchable(row.kind, bodies[row.record_id]), typed),
            is_withheld(row.kind, bodies[row.record_id]),
        )
        for row in rows
        if row.record_id in bodies
    ]


def is_withheld(kind: str, body: dict[str, Json]) -> bool:
    """Whether an entry is kept from the client-safe view: sensitive, or of or about a third party."""
    if kind in ("hazard", "collateral", "intake") or body.get("collateral_id"):
        return True
    return body.get("confidentiality", "normal") != "normal" or "collateral" in body.get("present", ())


def _on(body: dict[str, Json]) -> str:
    names = ("occurred_at", "written_at", "starts_at", "observed_on", "ordered_on")
    return next((body[name] for name in names if body.get(name)), "")


def _bodies(connection: Connection, wanted: list[tuple[str, str]]) -> dict[str, dict[str, Json]]:
    """The bodies of records that are not hidden, a statement a kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in wanted:
        by_kind.setdefault(kind if kind in TABLES else "", []).append(record_id)
    found = {}
    for kind, ids in by_kind.items():
        for row in _of_kind(kind).rows(connection, {"ids": ids}):
            found[row.id] = msgspec.json.decode(row.body)
    return found


@cache
def _of_kind(kind: str) -> AtOnce:
    table = TABLES[kind].__tablename__
    return AtOnce(f"SELECT id, body FROM {table} WHERE id IN (SELECT value FROM json_each(:ids)) AND hidden = 0")  # noqa: S608 - ours
