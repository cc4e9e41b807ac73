"""A request's bytes: the ops compressed beforehand, the few fields that an answer decides added at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from fieldpo.store.applying.batches import NO_ROWS, Batch, LogRows
from fieldpo.sync.disk import Standing
from fieldpo.sync.protocol.codings import GZIP, IDENTITY, compressor, inflated, packed
from fieldpo.sync.protocol.exchange import MAX_INFLATED, AuditRow

GZIP_LEVEL: Final = 6
"""It works while the batch before is under way."""


class Prepared:
    """A batch and rows of the log, compressed already; `body` is asked for once."""

    def __init__(self, batch: Batch, audit: Sequence[AuditRow] = (), coding: str = GZIP) -> None:
        self.batch = batch
        self.coding = coding
        self.log = LogRows(audit[0].n, audit[-1].n) if audit else NO_ROWS
        self._into = compressor(coding, GZIP_LEVEL)
        ops = b",".join([b"[%d,%b]" % (one.seq, one.text) for one in batch.ops])
        self._begun = self._into.compress(b'{"ops":[%b],"audit":%b' % (ops, msgspec.json.encode(audit)))

    def body(self, standing: Standing, limit: int) -> bytes:
        """The whole request in its coding."""
        rest = msgspec.json.encode(
            {
                "device": standing.device,
                "incarnation": standing.incarnation,
                "cursors": standing.cursors,
                "verdicts_after": standing.verdicts_after,
                "verdicts_mark": standing.verdicts_mark,
                "limit": limit,
            }
        )
        return self._begun + self._into.compress(b"," + rest[1:]) + self._into.flush()


def gzipped(body: bytes, coding: str = IDENTITY) -> bytes:
    """The same body in gzip, which every central reads."""
    return packed(inflated(body, coding, MAX_INFLATED), GZIP, GZIP_LEVEL)
