"""Bodies out of their codings: whole ones as they were, hostile ones refused before they cost anything."""

from __future__ import annotations

import contextlib
import gzip
import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.sync.protocol.codings import (
    GZIP,
    IDENTITY,
    READ,
    WINDOW_LOG,
    ZSTD,
    Damaged,
    Inflater,
    TooLarge,
    chosen,
    inflated,
    packed,
    said,
)
from tests.coded import zstd

BODY = b'{"ops":[[1,"' + b"met at home, 3 pm. " * 40 + b'"]]}'
MOST = 1_000_000
ZSTD_PLAIN = zstd.compress(BODY)
SKIPPED = struct.pack("<II", 0x184D2A50, 4) + b"skip"
LEARNED = zstd.train_dict([b"seen at home %d, reports no change" % n for n in range(5_000)], 1_000)


def far_back(log: int) -> bytes:
    """A small frame that asks for a window of 2^log bytes."""
    options = {zstd.CompressionParameter.window_log: log}
    frame = zstd.ZstdCompressor(options=options)  # type: ignore[arg-type]
    return frame.compress(BODY, zstd.ZstdCompressor.FLUSH_BLOCK) + frame.flush()


@pytest.mark.parametrize("coding", READ)
@given(body=st.binary(max_size=3_000), piece=st.integers(1, 700))
def test_what_was_packed_comes_out_again(coding: str, body: bytes, piece: int) -> None:
    """Whatever the bytes, and in whatever pieces they come."""
    coded = packed(body, coding, 6)
    out = Inflater(coding, MOST)
    for at in range(0, len(coded), piece):
        out.feed(coded[at : at + piece])
    assert out.whole() == body


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        (GZIP, b""),
        (GZIP, BODY),
        (GZIP, gzip.compress(BODY, mtime=0)[:-5]),
        (GZIP, gzip.compress(BODY, mtime=0) + b"more"),
        (GZIP, gzip.compress(BODY, mtime=0) * 2),
        (GZIP, ZSTD_PLAIN),
        (ZSTD, b""),
        (ZSTD, BODY),
        (ZSTD, ZSTD_PLAIN[:-1]),
        (ZSTD, ZSTD_PLAIN + b"more"),
        (ZSTD, ZSTD_PLAIN * 2),
        (ZSTD, ZSTD_PLAIN + SKIPPED),
        (ZSTD, SKIPPED + ZSTD_PLAIN),
        (ZSTD, gzip.compress(BODY, mtime=0)),
        (ZSTD, zstd.compress(BODY, zstd_dict=LEARNED)),
        (ZSTD, far_back(WINDOW_LOG + 1)),
        (ZSTD, far_back(27)),
    ],
)
@pytest.mark.parametrize("piece", [1, 1_000_000])
def test_what_is_not_one_whole_body_is_refused(coding: str, coded: bytes, piece: int) -> None:
    """Another thing, cut, followed by more, of a strange dictionary, or with too far a look back."""
    out = Inflater(coding, MOST)
    with pytest.raises(Damaged):  # noqa: PT012 - in whichever piece it shows
        for at in range(0, len(coded), piece):
            out.feed(coded[at : at + piece])
        out.whole()


@pytest.mark.parametrize("coding", READ)
def test_a_flipped_bit_is_found(coding: str) -> None:
    """Both codings carry a checksum: nothing that changed on the way is taken for what was typed."""
    body = b"".join(b"%d" % n for n in range(300))
    coded = bytearray(packed(body, coding, 6))
    read = []
    for at in range(len(coded)):
        coded[at] ^= 4
        with contextlib.suppress(Damaged):
            read.append(inflated(bytes(coded), coding, MOST))
        coded[at] ^= 4
    assert set(read) <= {body}  # a bit that says nothing, as of when a file was made
    assert len(read) < 20


def test_the_widest_window_of_the_web_is_read() -> None:
    """8 MiB, as RFC 9659 has it, and no more."""
    assert inflated(far_back(WINDOW_LOG), ZSTD, MOST) == BODY


@pytest.mark.parametrize("coding", [IDENTITY, *READ])
def test_a_body_of_the_most_bytes_is_taken_and_one_more_refused(coding: str) -> None:
    """The limit is of the body as it is read."""
    for more, body in ((0, b" " * MOST), (1, b" " * (MOST + 1))):
        coded = body if coding == IDENTITY else packed(body, coding, 6)
        if more:
            with pytest.raises(TooLarge):
                inflated(coded, coding, MOST)
        else:
            assert inflated(coded, coding, MOST) == body


@pytest.mark.parametrize("coding", READ)
def test_a_bomb_costs_no_memory(coding: str) -> None:
    """64 MiB in a few thousand bytes: refused at the limit, whatever would still come."""
    bomb = packed(b"\x00" * (64 << 20), coding, 9)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            inflated(bomb, coding, MOST)
        assert tracemalloc.get_traced_memory()[1] < 8 * MOST
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("coding", "head", "empty"),
    [
        (GZIP, gzip.compress(b"", mtime=0)[:10], b"\x00\x00\x00\xff\xff"),
        (ZSTD, far_back(20)[:6], b"\x00\x00\x00"),
    ],
)
def test_blocks_without_anything_in_them_come_to_an_end(coding: str, head: bytes, empty: bytes) -> None:
    """A body that never says anything and never ends is refused once it is longer than any body."""
    out = Inflater(coding, 30_000)
    out.feed(head)
    with pytest.raises(TooLarge):  # noqa: PT012 - after some
        for _ in range(10_001):
            out.feed(empty)


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        (None, IDENTITY),
        ("", IDENTITY),
        ("gzip", GZIP),
        ("zstd", ZSTD),
        ("gzip, zstd", ZSTD),
        ("GZIP , ZStd", ZSTD),
        ("zstd;q=0, gzip", GZIP),
        ("zstd;q=0.5, gzip;q=0.9", GZIP),
        ("zstd; q=0.001", ZSTD),
        ("*", ZSTD),
        ("*;q=0", IDENTITY),
        ("*, zstd;q=0", GZIP),
        ("gzip;q=0", IDENTITY),
        ("br, deflate", IDENTITY),
        ("notgzip", IDENTITY),
        ("zstd;q=nan", IDENTITY),
        ("zstd;q=1e9, gzip;q=0.1", GZIP),
        ("zstd;level=3, gzip", GZIP),
    ],
)
def test_the_best_coding_that_is_taken_is_chosen(header: str | None, coding: str) -> None:
    """By weight (RFC 9110, 12.5.3), then zstd before gzip; what is no weight is none."""
    assert chosen(header) == coding


@given(st.text(max_size=60))
def test_any_header_is_read(header: str) -> None:
    """Nothing in a header stops a request."""
    assert chosen(header) in (IDENTITY, *READ)
    assert said(header) in (None, IDENTITY, *READ)
