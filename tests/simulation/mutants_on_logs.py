"""Deliberate defects in how laptops' logs come to central."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from fieldpo.central.books.tables import device_audit
from fieldpo.central.exchanging import taking
from fieldpo.store.applying import apply, batches
from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.protocol.exchange import AuditRow
from fieldpo.sync.protocol.log_chain import with_what_follows

from .defect import Patch, mutant, on, whole


def _noted(counted: Any) -> Patch:
    """Another count of what central has of the log, beside all else that an answer is good for."""
    plain = whole(apply, "_note")

    def note(connection: Connection, response: Any, log: batches.LogRows) -> bool:
        had = int(get_meta(connection, batches.AUDIT_SENT) or 0)
        again: bool = plain(connection, response, log)
        put_meta(connection, batches.AUDIT_SENT, str(counted(response, log.last, had)))
        return again

    return on(apply, "_note", note)


@mutant(21, "old database put back", "cloned to two laptops")
def another_lifes_log_for_ones_own() -> list[Patch]:
    """How far central has the log is believed, whoever wrote it."""
    return [_noted(lambda response, _logged, _had: response.audit_through)]


@mutant(21, "network", "no network")
def log_row_skipped() -> list[Patch]:
    """What was handed out for a request is not handed out again, though central answered another."""
    plain = VaultDisk.audit

    def once(disk: VaultDisk, after: int, most: int) -> list[AuditRow]:
        sent = getattr(disk._vault, "handed_out", 0)
        rows = plain(disk, max(after, sent), most)
        if rows:
            disk._vault.handed_out = rows[-1].n  # type: ignore[attr-defined]
        return rows

    return [on(VaultDisk, "audit", once)]


@mutant(21, "central's backup restored")
def log_sent_is_log_kept() -> list[Patch]:
    """What went up once stays counted, whatever a restored central says."""
    return [_noted(lambda _response, logged, had: max(logged, had))]


@mutant(21, "cloned to two laptops")
def one_row_for_each_place() -> list[Patch]:
    """A row whose place is taken is thrown away."""

    def free(conn: Connection, held: Any, rows: Iterable[AuditRow]) -> list[AuditRow]:
        taken = conn.scalars(sa.select(device_audit.c.n).where(device_audit.c.device_id == held.id)).all()
        return [row for row in with_what_follows(rows) if row.n not in taken]

    return [_kept(free)]


@mutant(21)
def hash_of_the_row_alone() -> list[Patch]:
    """A hash that was left out is reckoned without the row before it."""

    def alone(_conn: Connection, _held: Any, rows: Iterable[AuditRow]) -> list[AuditRow]:
        return [AuditRow(row.n, row.text, row.hash or hashlib.sha256(row.text.encode()).hexdigest()) for row in rows]

    return [_kept(alone)]


@mutant(21, "old database put back")
def fork_of_a_log_untold() -> list[Patch]:
    """Both rows are kept, and nobody hears of it."""
    plain = whole(taking, "append_audit")

    def silent(*given: Any) -> list[Any]:
        plain(*given)
        return []

    return [on(taking, "append_audit", silent)]


def _kept(kept: Callable[[Connection, Any, Iterable[AuditRow]], list[AuditRow]]) -> Patch:
    """Other rows in place of those that came."""
    plain = whole(taking, "append_audit")

    def append(conn: Connection, held: Any, came: Iterable[AuditRow]) -> Any:
        return plain(conn, held, kept(conn, held, sorted(came, key=lambda row: row.n)))

    return on(taking, "append_audit", append)
