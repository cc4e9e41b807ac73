"""Full-text search over people and notes, kept in step with the records.

What the officer saves is indexed in the same transaction. What comes down is indexed in slices afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.store.database.record_table import table_of
from fieldpo.store.records import read_record
from fieldpo.store.steps import BESIDE
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import KINDS, Json

LEAD = 14
"""Characters of an excerpt before the word that was typed."""


_UNMERGED = "search_unmerged"
"""The meta key of how many records were indexed since the parts of the index were merged."""
_MERGED_AFTER = 2_000
_MERGED_PAGES = 32
_CHANGES = text("SELECT total_changes()")


@dataclass(frozen=True)
class Hit:
    """One finding: the record, whose it is, and some words around the place."""

    record_id: str
    kind: str
    person_id: str | None
    excerpt: str


def searchable(kind: str, body: Mapping[str, Json]) -> str:
    """The text of a record that search finds; empty for kinds without prose."""
    spec = KINDS.get(kind)
    if spec is None:
        return ""
    parts: list[str] = []
    for name in spec.prose:
        value = body.get(name)
        parts.extend(value if isinstance(value, list) else [value or ""])
    if kind in ("person", "case"):
        parts.extend(body.get("agency_ids", {}).values())
    return "\n".join(part for part in parts if part)


def index_record(
    connection: Connection, kind: str, record_id: str, person_id: str | None, body: Mapping[str, Json]
) -> None:
    """Put a record's text into the index in place of what stood there."""
    words = searchable(kind, body)
    found = connection.scalar(text("SELECT row FROM search_row WHERE record_id = :id"), {"id": record_id})
    if found is not None:
        connection.execute(text("DELETE FROM search WHERE rowid = :row"), {"row": found})
        if not words:
            connection.execute(text("DELETE FROM search_row WHERE row = :row"), {"row": found})
            return
    elif not words:
        return
    else:
        found = connection.execute(
            text("INSERT INTO search_row (record_id, kind, person_id) VALUES (:id, :kind, :person)"),
            {"id": record_id, "kind": kind, "person": person_id},
        ).lastrowid
    connection.execute(text("INSERT INTO search (rowid, text) VALUES (:row, :words)"), {"row": found, "words": words})


def forget_records(connection: Connection, ids: list[str]) -> None:
    """Take records out of the index."""
    for record_id in ids:
        row = connection.scalar(text("SELECT row FROM search_row WHERE record_id = :id"), {"id": record_id})
        if row is not None:
            connection.execute(text("DELETE FROM search WHERE rowid = :row"), {"row": row})
            connection.execute(text("DELETE FROM search_row WHERE row = :row"), {"row": row})
        connection.execute(text("DELETE FROM search_due WHERE record_id = :id"), {"id": record_id})


def index_later(connection: Connection, kind: str, ids: list[str]) -> None:
    """Note records whose text is to be indexed by a later slice."""
    spec = KINDS.get(kind)
    if spec is not None and spec.prose and ids:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO search_due (record_id, kind) VALUES (?, ?)",
            [(record_id, kind) for record_id in ids],
        )


def index_slice(connection: Connection, limit: int = BESIDE.rows) -> int:
    """Index up to `limit` of the records noted; returns how many, 0 when nothing was left."""
    due = connection.execute(text("SELECT record_id, kind FROM search_due LIMIT :limit"), {"limit": limit}).all()
    if not due:
        return 0
    ids = msgspec.json.encode([row.record_id for row in due]).decode()
    _forget(connection, ids)
    rows = _to_index(connection, {row.kind for row in due}, ids)
    if rows:
        last = int(connection.scalar(text("SELECT max(row) FROM search_row")) or 0)
        connection.exec_driver_sql(
            "INSERT INTO search_row (row, record_id, kind, person_id) VALUES (?, ?, ?, ?)",
            [(at, *row[:3]) for at, row in enumerate(rows, start=last + 1)],
        )
        connection.exec_driver_sql(
            "INSERT INTO search (rowid, text) VALUES (?, ?)",
            [(at, row[3]) for at, row in enumerate(rows, start=last + 1)],
        )
    connection.execute(
        text("DELETE FROM search_due WHERE record_id IN (SELECT value FROM json_each(:ids))"), {"ids": ids}
    )
    put_meta(connection, _UNMERGED, str(_unmerged(connection) + len(due)))
    return len(due)


def is_due(connection: Connection) -> bool:
    """Whether records came that are not in the index."""
    return connection.scalar(text("SELECT 1 FROM search_due LIMIT 1")) is not None


def is_to_merge(connection: Connection) -> bool:
    """Whether so much has been indexed in parts that some save would have to merge them: 600 ms after 100,000 notes."""
    return _unmerged(connection) >= _MERGED_AFTER


def merge_index(vault: Vault) -> None:
    """Make one part of the index's many, some 30 ms a transaction. Raises as `writing`."""
    more = first = True
    while more:
        with vault.writing() as connection:
            more = _merge_step(connection, first=first)
        first = False


def _merge_step(connection: Connection, *, first: bool) -> bool:
    """Merge a little; `first` begins with all parts. Returns whether there is more."""
    before = connection.scalar(_CHANGES)
    pages = -_MERGED_PAGES if first else _MERGED_PAGES  # https://www.sqlite.org/fts5.html#the_merge_command
    connection.execute(text("INSERT INTO search (search, rank) VALUES ('merge', :pages)"), {"pages": pages})
    if int(connection.scalar(_CHANGES) or 0) - int(before or 0) >= 2:  # the command itself counts as one
        return True
    put_meta(connection, _UNMERGED, "0")
    return False


def _unmerged(connection: Connection) -> int:
    return int(get_meta(connection, _UNMERGED) or 0)


def _forget(connection: Connection, ids: str) -> None:
    """Take out what stands. Where nothing does the index is not asked: it would write out what it has gathered so
    far, and each such part has to be merged with others later.
    """
    standing = text("SELECT row FROM search_row WHERE record_id IN (SELECT value FROM json_each(:ids))")
    rows = connection.execute(standing, {"ids": ids}).all()
    if rows:
        for table, key in (("search", "rowid"), ("search_row", "row")):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE {key} = ?", [tuple(row) for row in rows])  # noqa: S608 - ours


def _to_index(connection: Connection, kinds: set[str], ids: str) -> list[tuple[str, str, str | None, str]]:
    """Record, kind, person and words."""
    found: list[tuple[str, str, str | None, str]] = []
    for kind in sorted(kinds):
        table = table_of(kind).__tablename__
        bodies = connection.execute(
            text(f"SELECT id, person_id, body FROM {table} WHERE id IN (SELECT value FROM json_each(:ids))"),  # noqa: S608 - ours
            {"ids": ids},
        )
        for record_id, person_id, body in bodies.all():
            words = searchable(kind, msgspec.json.decode(body))
            if words:
                found.append((record_id, kind, person_id, words))
    return found


def match_expression(typed: str) -> str:
    """What the officer typed, as an FTS5 query: every word, the last one as a beginning."""
    words = re.findall(r"\w+", typed)
    return " ".join(f'"{word}"' for word in words[:-1]) + (f' "{words[-1]}"*' if words else "")


def search(connection: Connection, typed: str, limit: int = 50, person_id: str | None = None) -> list[Hit]:
    """Records with all the words typed, the newest-indexed first; empty for nothing to look for."""
    expression = match_expression(typed).strip()
    if not expression:
        return []
    rows = connection.execute(
        text(
            "SELECT s.record_id, s.kind, s.person_id FROM search JOIN search_row s ON s.row = search.rowid "
            "WHERE search MATCH :expression AND (:person IS NULL OR s.person_id = :person) "
            "ORDER BY search.rowid DESC LIMIT :limit"
        ),
        {"expression": expression, "limit": limit, "person": person_id},
    ).all()
    hits = []
    for row in rows:
        record = read_record(connection, row.kind, row.record_id)
        if record is not None and not record.hidden:
            whole = searchable(row.kind, record.body)
            hits.append(Hit(row.record_id, row.kind, row.person_id, excerpt(whole, typed)))
    return hits


def excerpt(whole: str, typed: str, width: int = 120) -> str:
    """Some words around the first of the words typed, on one line; few before it, since a list may cut the end."""
    flat = " ".join(whole.split())
    words = re.findall(r"\w+", typed.casefold())
    places = [place for word in words if (place := flat.casefold().find(word)) >= 0]
    start = max(0, min(places, default=0) - LEAD)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    end = start + width
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
