"""TOML as agencies write it, before anyone asks what it means: a file of a size that can be synced, read as UTF-8, its
text free of control characters. Every error names the file, and the line where there is one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, Final

from fieldpo.errors import PolicyError
from fieldpo.plain import has_controls
from fieldpo.supervision.toml.lines import Path, lines_of, placed

LONGEST: Final = 1_000_000
"""The most characters of one file: what a sync carries to every device (`sync.protocol.kinds.PolicyPack`)."""

_BREAKS = frozenset("\r\v\f\x85\u2028\u2029")


def read_text(path: FilePath, what: str) -> str:
    """Return a file's text; a byte order mark before it is dropped.

    Raises PolicyError, naming the file as ``what``, where it cannot be read, is too long, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            # One byte more than four a character: the rest of a huge file is never read.
            read = file.read(4 * LONGEST + 1)
    except OSError as cause:
        raise PolicyError(f"The {what} {path} could not be read: {cause.strerror}.") from cause
    try:
        text = read.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        if len(read) <= 4 * LONGEST:
            line = read[: cause.start].count(b"\n") + 1
            raise PolicyError(f"The {what} {path} could not be read: line {line} is not UTF-8 text.") from cause
        text = " " * (LONGEST + 1)
    if len(text) > LONGEST:
        raise PolicyError(f"The {what} {path} could not be read: it is longer than {LONGEST:,} characters.")
    return text.replace("\r\n", "\n")


def tree_of(text: str, source: str) -> dict[str, Any]:
    """Read a TOML text; ``source`` is the file or feed that an error names.

    Raises PolicyError where it is too long, no TOML, nested beyond all reading, or holds control characters.
    """
    if len(text) > LONGEST:
        raise PolicyError(f"{source}: expected at most {LONGEST:,} characters, got {len(text):,}.")
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise PolicyError(f"{source}: this is not TOML: {cause}.") from cause
    except RecursionError as cause:
        raise PolicyError(f"{source}: its lists or tables are nested too deeply to be read.") from cause
    hidden = next(_hidden((), tree), None)
    if hidden is not None:
        said = "expected text without control or invisible characters"
        raise PolicyError(placed(source, lines_of(text), hidden, said))
    return tree


def _hidden(path: Path, value: object) -> Iterator[Path]:
    """The paths under which a key or a text hides characters that a screen would obey or not show."""
    if isinstance(value, dict):
        for key, one in value.items():
            if _hides(key):
                yield (*path, key)
            yield from _hidden((*path, key), one)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _hidden((*path, at), one)
    elif isinstance(value, str) and _hides(value):
        yield path


def _hides(text: str) -> bool:
    plain = text.isascii() and text.isprintable()
    return not plain and (has_controls(text) or not _BREAKS.isdisjoint(text))
