"""A request's bytes: the ops compressed beforehand, the few fields that an answer decides added at the end."""

from __future__ import annotations

import zlib
from typing import Final

import msgspec

from fieldpo.store.batches import Batch
from fieldpo.sync.disk import Standing
from fieldpo.sync.protocol.exchange import AuditRow

LEVEL: Final = 6
"""zlib's level; it works while the batch before is under way."""

_GZIP: Final = 31


class Prepared:
    """A batch whose ops are compressed already; `body` may be asked more than once."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
        ops = msgspec.json.encode([(one.seq, one.text) for one in batch.ops])
        self._begun = self._deflate.compress(b'{"ops":' + ops)

    def body(self, standing: Standing, audit: list[AuditRow], limit: int) -> bytes:
        """The whole request, gzipped."""
        rest = msgspec.json.encode(
            {
                "device": standing.device,
                "incarnation": standing.incarnation,
                "audit": audit,
                "cursors": standing.cursors,
                "verdicts_after": standing.verdicts_after,
                "limit": limit,
            }
        )
        deflate = self._deflate.copy()
        return self._begun + deflate.compress(b"," + rest[1:]) + deflate.flush()
