"""Everything that stands at central as JSON lines: records, conflicts, quarantine, and what still waits.

A text that an officer typed stands in exactly one line: where a losing value has been taken up after all, the
record has it and its conflict line does not; a quarantined op that another replaced has no body any more.
Inbox and audit rows are not exported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import conflict, inbox, ledger, quarantine, record
from fieldpo.sync.protocol.body import Json

_ROWS_AT_ONCE = 1_000


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One exported line. `version` is 0 for what was never applied."""

    kind: str
    id: str
    version: int
    partition: str
    body: dict[str, Json]
    deleted: bool = False


def export_lines(engine: Engine) -> Iterator[bytes]:
    """The lines as UTF-8, without line ends, read while they are taken: no more than a page is held.

    All of one moment. The order is by partition and id, records first. That it was asked for stands in the log.
    """
    with writing(engine) as conn:
        audit.note(conn, "export")
    encode = msgspec.json.Encoder().encode
    with reading(engine) as conn:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for part in (_records(conn), _conflicts(conn), _quarantined(conn), _blocked(conn)):
            for line in part:
                yield encode(line)


def _streamed(conn: Connection, query: sa.Select[Any]) -> Iterator[Row[Any]]:
    yield from conn.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)


def _records(conn: Connection) -> Iterator[Line]:
    query = sa.select(record).order_by(record.c.partition_id, record.c.id)
    for row in _streamed(conn, query):
        yield Line(
            kind=row.kind,
            id=row.id,
            version=row.version,
            partition=row.partition_id,
            body=msgspec.json.decode(row.body),
            deleted=bool(row.deleted),
        )


def _conflicts(conn: Connection) -> Iterator[Line]:
    query = (
        sa.select(conflict, record.c.body.label("record_body"))
        .join(
            record,
            sa.and_(record.c.id == conflict.c.record_id, record.c.partition_id == conflict.c.partition_id),
            isouter=True,
        )
        .order_by(conflict.c.partition_id, conflict.c.id, conflict.c.field)
    )
    for row in _streamed(conn, query):
        standing = msgspec.json.decode(row.record_body).get(row.field) if row.record_body else None
        yours = msgspec.json.decode(row.yours)
        earlier = [each for each in msgspec.json.decode(row.earlier) if each[1] not in (standing, yours)]
        body: dict[str, Json] = {
            "record_id": row.record_id,
            "record_kind": row.kind,
            "field": row.field,
            "op_id": row.op_id,
            "user_id": row.user_id,
            "opened_at": row.opened_at,
            "state": "closed" if row.closed_by else "open",
        }
        if yours != standing:
            body["yours"] = yours
        if earlier:
            body["earlier"] = earlier
        yield Line(kind="conflict", id=row.id, version=0, partition=row.partition_id, body=body)


def _quarantined(conn: Connection) -> Iterator[Line]:
    query = (
        sa.select(quarantine, inbox.c.raw)
        .join(
            inbox,
            sa.and_(
                inbox.c.op_id == quarantine.c.op_id,
                inbox.c.sha == quarantine.c.sha,
                inbox.c.device_id == quarantine.c.device_id,
            ),
            isouter=True,
        )
        .order_by(quarantine.c.partition_id, quarantine.c.op_id, quarantine.c.sha)
    )
    for row in _streamed(conn, query):
        body: dict[str, Json] = {
            "op_kind": row.kind,
            "record_id": row.record_id,
            "user_id": row.user_id,
            "arrived_at": row.arrived_at,
            "state": row.state,
            "problem": msgspec.json.decode(row.problem),
        }
        if row.state != "superseded":
            body["op"] = _op_body(row.raw)
        yield Line(kind="quarantine", id=row.op_id, version=0, partition=row.partition_id, body=body)


def _blocked(conn: Connection) -> Iterator[Line]:
    query = (
        sa.select(
            ledger.c.op_id, ledger.c.kind, ledger.c.record_id, ledger.c.partition_id, ledger.c.user_id, inbox.c.raw
        )
        .join(inbox, inbox.c.number == ledger.c.inbox)
        .where(ledger.c.verdict == "blocked")
        .order_by(ledger.c.op_id)
    )
    for row in _streamed(conn, query):
        body: dict[str, Json] = {
            "op_kind": row.kind,
            "record_id": row.record_id,
            "user_id": row.user_id,
            "op": _op_body(row.raw),
        }
        yield Line(kind="blocked", id=row.op_id, version=0, partition=row.partition_id, body=body)


def _op_body(raw: bytes | None) -> Json:
    """The body of an op's frozen text; its bytes as text where they cannot be read."""
    if raw is None:
        return None
    try:
        op = msgspec.json.decode(bytes(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return bytes(raw).decode("utf-8", "replace")
    body = op.get("body") if isinstance(op, dict) else op
    if isinstance(body, dict) and isinstance(body.get("fields"), dict):
        # What an edit replaces stands in the record already.
        return body | {"fields": {name: _without_old(change) for name, change in body["fields"].items()}}
    return body


def _without_old(change: Json) -> Json:
    return {name: value for name, value in change.items() if name != "old"} if isinstance(change, dict) else change
