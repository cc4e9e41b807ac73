"""New ids: UUIDv7, so that keys made one after another stand together on disk. Nothing is judged by their time."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar

_VERSION = 7 << 76
_VARIANT = 2 << 62


Draw = Callable[[], tuple[int, bytes]]
"""Gives what an id is made of: UTC milliseconds and 10 random bytes."""


def _real() -> tuple[int, bytes]:
    return time.time_ns() // 1_000_000, os.urandom(10)


_draw: ContextVar[Draw] = ContextVar("ids", default=_real)


@contextlib.contextmanager
def ids_from(draw: Draw) -> Iterator[None]:
    """Take new ids from elsewhere until the block ends: a simulation's clock and seeded randomness."""
    before = _draw.set(draw)
    try:
        yield
    finally:
        _draw.reset(before)


def new_id(unix_ms: int | None = None, randomness: bytes | None = None) -> str:
    """A new UUIDv7 in lower-case text, of this moment (UTC ms) and 10 random bytes unless they are given."""
    if unix_ms is None or randomness is None:
        drawn_ms, drawn = _draw.get()()
        unix_ms = drawn_ms if unix_ms is None else unix_ms
        randomness = randomness or drawn
    noise = int.from_bytes(randomness, "big")
    rand_a = (noise >> 68) & 0xFFF
    rand_b = noise & ((1 << 62) - 1)
    return str(uuid.UUID(int=(unix_ms & ((1 << 48) - 1)) << 80 | _VERSION | rand_a << 64 | _VARIANT | rand_b))
