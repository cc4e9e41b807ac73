"""Content codings of the exchange: gzip (RFC 1952), and zstd (RFC 8878) where both sides have it.

A body is one gzip member or one zstd frame and nothing behind it, so that no two readers make two things of it. What
comes is inflated piece by piece under a limit.
"""

from __future__ import annotations

import re
import sys
import zlib
from typing import Final, Protocol

IDENTITY: Final = "identity"
GZIP: Final = "gzip"
ZSTD: Final = "zstd"

READ: tuple[str, ...] = (GZIP,)
"""What this program reads and writes, the best first."""

try:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
except ImportError:  # a Python that was built without it
    _BROKEN: tuple[type[Exception], ...] = (zlib.error,)
else:
    READ, _BROKEN = (ZSTD, GZIP), (zlib.error, zstd.ZstdError, EOFError)  # EOFError: the frame had ended

OFFERED: Final = ", ".join(READ)
"""`Accept-Encoding` of both sides: in a request of what may come back, in an answer of what may come next time."""

WINDOW_LOG: Final = 23
"""A frame may look back 2^23 bytes, 8 MiB: the most that RFC 9659 lets zstd have over HTTP."""

ZSTD_LEVEL: Final = 3

_GZIP_BITS: Final = 31
_WEIGHT: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)


class Damaged(Exception):
    """A body that is not what its coding says: another thing, cut short, or with something behind its end."""


class TooLarge(Exception):
    """A body of more bytes than its reader takes."""


class Compressor(Protocol):
    """A body on its way into a coding; `flush` ends it."""

    def compress(self, data: bytes, /) -> bytes:
        """What is ready."""

    def flush(self) -> bytes:
        """The rest."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def compressor(coding: str, gzip_level: int) -> Compressor:
    """One for gzip or zstd. A zstd frame carries a checksum, as gzip does."""
    if coding == GZIP:
        return zlib.compressobj(gzip_level, zlib.DEFLATED, _GZIP_BITS)
    return zstd.ZstdCompressor(options=_zstd_options())


def packed(body: bytes, coding: str, gzip_level: int) -> bytes:
    """A whole body in a coding."""
    if coding == ZSTD:  # its size known, a small body gets small tables: most of the time went into large ones
        return zstd.compress(body, options=_zstd_options())
    into = compressor(coding, gzip_level)
    return into.compress(body) + into.flush()


def _zstd_options() -> dict[int, int]:
    options = zstd.CompressionParameter
    return {int(options.compression_level): ZSTD_LEVEL, int(options.checksum_flag): 1}


class Inflater:
    """Takes a body in `IDENTITY` or a coding of `READ`, piece by piece.

    Never more than `most` bytes of it are made, nor more coded ones read: empty blocks could come for ever.
    """

    def __init__(self, coding: str, most: int) -> None:
        self._most = most
        self._came = 0
        self._made = bytearray()
        self._from = _decompressor(coding)

    def feed(self, part: bytes) -> None:
        """The next piece. Raises `Damaged`, `TooLarge`."""
        self._came += len(part)
        if self._came > self._most:
            raise TooLarge
        if self._from is None:
            self._made += part
        elif part:
            try:
                self._made += self._from.decompress(part, self._most + 1 - len(self._made))
            except _BROKEN:
                raise Damaged from None
            if len(self._made) > self._most:
                raise TooLarge
            if self._from.unused_data:
                raise Damaged

    def whole(self) -> bytes:
        """The body, now that all of it came. Raises `Damaged` where it is cut short."""
        if self._from is not None and not self._from.eof:
            raise Damaged
        return bytes(self._made)


def inflated(body: bytes, coding: str, most: int) -> bytes:
    """A whole body out of its coding. Raises `Damaged`, `TooLarge`."""
    out = Inflater(coding, most)
    out.feed(body)
    return out.whole()


def _decompressor(coding: str) -> _Decompressor | None:
    if coding == IDENTITY:
        return None
    if coding == GZIP:
        return zlib.decompressobj(_GZIP_BITS)
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG})


def said(content_encoding: str | None) -> str | None:
    """The coding that a header names, `IDENTITY` where there is none; None for one that this program does not read."""
    coding = (content_encoding or IDENTITY).strip().lower()
    return coding if coding in (IDENTITY, *READ) else None


def chosen(accept_encoding: str | None) -> str:
    """The best coding of those that an `Accept-Encoding` takes (RFC 9110, 12.5.3); `IDENTITY` where it takes none."""
    weights: dict[str, float] = {}
    for each in (accept_encoding or "").lower().split(","):
        name, _, rest = each.partition(";")
        weights[name.strip()] = _weight(rest.strip())
    best = max(READ, key=lambda coding: weights.get(coding, weights.get("*", 0.0)))
    return best if weights.get(best, weights.get("*", 0.0)) else IDENTITY


def _weight(parameter: str) -> float:
    found = _WEIGHT.fullmatch(parameter) if parameter else None
    return float(found[1]) if found else float(not parameter)
