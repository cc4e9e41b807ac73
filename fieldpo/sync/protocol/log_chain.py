"""How the rows of a device's log are chained: each is hashed with the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from fieldpo.sync.protocol.exchange import AuditRow

GENESIS: Final = "0" * 64
"""What stands before the first row."""


def chained(previous: str, text: str) -> str:
    """The hash of a row, given the hash of the one before it."""
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def without_what_follows(rows: Iterable[AuditRow]) -> Iterator[AuditRow]:
    """The rows of a request as they are sent: a hash that follows from the row before is left empty."""
    before: AuditRow | None = None
    for row in rows:
        follows = before is not None and row.n == before.n + 1 and row.hash == chained(before.hash, row.text)
        yield AuditRow(row.n, row.text, "") if follows else row
        before = row


def with_what_follows(rows: Iterable[AuditRow]) -> Iterator[AuditRow]:
    """The rows of a request, in their order, each with its hash; one that was left empty follows from the row before.

    One that is empty and follows no row stays empty.
    """
    before: AuditRow | None = None
    for sent in rows:
        row = sent
        if not row.hash and before is not None and before.hash and row.n == before.n + 1:
            row = AuditRow(row.n, row.text, chained(before.hash, row.text))
        yield row
        before = row
