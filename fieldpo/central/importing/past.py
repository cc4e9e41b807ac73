"""What earlier imports brought: by it a newer file's changes are told from an officer's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.auth_tables import import_kept, imported
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import upsert_rows
from fieldpo.central.importing.mapping import Mapping
from fieldpo.sync.protocol.merge import Loss


@dataclass(frozen=True)
class Past:
    """One record as a file last said it: its id, its body as JSON text, and for a person the caseload's place."""

    record_id: str
    body: str
    place: str


def read_past(conn: Connection, mapping: Mapping) -> dict[tuple[str, str, str], Past]:
    """Everything that the agency's files brought, by (system, kind, key)."""
    rows = conn.execute(sa.select(imported).where(imported.c.agency == mapping.identity.agency))
    return {(row.system, row.kind, row.key): Past(row.record_id, row.body, row.place) for row in rows}


def store_past(conn: Connection, mapping: Mapping, past: AnyMapping[tuple[str, str], Past]) -> None:
    """Remember what this file said."""
    identity = mapping.identity
    upsert_rows(
        conn,
        imported,
        [
            {
                "agency": identity.agency,
                "system": identity.system,
                "kind": kind,
                "key": key,
                "record_id": each.record_id,
                "body": each.body,
                "place": each.place,
            }
            for (kind, key), each in past.items()
        ],
    )


def store_kept(conn: Connection, lost: Iterable[tuple[str, Loss]], now: dt.datetime) -> None:
    """Keep the file's values that lost to what stands at central."""
    upsert_rows(
        conn,
        import_kept,
        [
            {
                "record_id": record_id,
                "field": loss.field,
                "imported_at": stamp(now),
                "theirs": msgspec.json.encode(loss.yours).decode(),
                "current": msgspec.json.encode(loss.current).decode(),
            }
            for record_id, loss in lost
        ],
    )
