"""Real prose for the races: Jane Austen's six novels, cut into notes of about a thousand characters.

The texts are in the public domain (Project Gutenberg's); Julia Silge's R package janeaustenr (MIT) carries them, and
Debian packs it as r-cran-janeaustenr. It is downloaded when a benchmark needs it and kept in the user's cache folder.
"""

from __future__ import annotations

import itertools
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.kept import kept_folder
from benchmarks.timing import Skipped

PACKAGE = "r-cran-janeaustenr"
NOTE = 1_000
"""Characters of a note, about; each ends with a word."""
_STRING, _STRINGS = 9, 16
"""R's types of a string and of a vector of them, in its serialization format."""


def named() -> str:
    """What the prose is and where it is from, for the results."""
    return f"Jane Austen's six novels, from Debian's {PACKAGE} (texts in the public domain, package MIT)"


def notes() -> Iterator[str]:
    """Notes without end. After all six novels, some 4,000 notes, the cuts lie elsewhere, so that hardly one is twice.

    A passage comes again after 4 MB, and no compression here looks back so far (gzip: 32 KB).
    """
    text = _novels()
    for lap in itertools.count():
        at, size = 0, NOTE - 6 + lap * 37 % 101 - 50 * (lap > 0)
        while at + 2 * NOTE < len(text):
            end = text.index(" ", at + size)
            yield text[at:end].strip()
            at = end


@cache
def _novels() -> str:
    file = kept_folder() / "austen.txt"
    if not file.exists():
        texts = [_paragraphs(lines) for lines in _unpacked(_lazy_data())]
        made = file.with_suffix(".new")
        made.write_text("\n".join(texts), "utf-8")
        made.replace(file)
    return file.read_text("utf-8")


def _paragraphs(lines: list[str]) -> str:
    """Lines joined to paragraphs, as an officer's note has them."""
    return "\n".join(" ".join(line.strip() for line in run) for said, run in itertools.groupby(lines, key=bool) if said)


def _lazy_data() -> bytes:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Skipped(f"the prose comes from Debian's package {PACKAGE}, and this machine has no apt-get")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.deb"))
        if not found:
            raise Skipped(f"apt-get could not download {PACKAGE}: {done.stderr.strip().splitlines()[-1:]}")
        subprocess.run(["dpkg-deb", "-x", str(found[0]), folder], check=True, capture_output=True)
        return next(Path(folder).rglob("janeaustenr/data/Rdata.rdb")).read_bytes()


def _unpacked(raw: bytes) -> Iterator[list[str]]:
    """Each novel's lines: R keeps one object after another, each its length and a zlib stream."""
    at = 0
    while at < len(raw):
        inflater = zlib.decompressobj()
        made = inflater.decompress(raw[at + 4 :])
        yield _strings(made)
        at = len(raw) - len(inflater.unused_data)


def _strings(made: bytes) -> list[str]:
    """The lines of a serialized vector of strings (R Internals, 1.8; format version 3, big-endian)."""
    name = struct.unpack_from(">i", made, 14)[0]
    at = 18 + name
    kind, count = struct.unpack_from(">ii", made, at)
    assert kind & 0xFF == _STRINGS
    at += 8
    lines = []
    for _ in range(count):
        kind, length = struct.unpack_from(">ii", made, at)
        assert kind & 0xFF == _STRING
        at += 8
        lines.append(made[at : at + length].decode("utf-8"))
        at += length
    return lines
