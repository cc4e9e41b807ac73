"""New ids: UUIDv7, so that keys made one after another stand together on disk. Nothing is judged by their time."""

from __future__ import annotations

import os
import time
import uuid

_VERSION = 7 << 76
_VARIANT = 2 << 62


def new_id(unix_ms: int | None = None, randomness: bytes | None = None) -> str:
    """A new UUIDv7 in lower-case text. A simulation hands in the clock (UTC ms) and 10 random bytes."""
    stamp = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    noise = int.from_bytes(randomness or os.urandom(10), "big")
    rand_a = (noise >> 68) & 0xFFF
    rand_b = noise & ((1 << 62) - 1)
    return str(uuid.UUID(int=(stamp & ((1 << 48) - 1)) << 80 | _VERSION | rand_a << 64 | _VARIANT | rand_b))
