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

DEEPEST: Final = 50
"""How deep lists and tables may stand in one another; no pack comes near."""

LARGEST: Final = 100_000
"""No whole number in a pack is beyond it, in either direction: so many days from today are in the calendar."""

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

    Raises PolicyError where it is too long, no TOML, nested beyond all reading, or holds control characters or a
    number beyond all counting.
    """
    if len(text) > LONGEST:
        raise PolicyError(f"{source}: expected at most {LONGEST:,} characters, got {len(text):,}.")
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise PolicyError(f"{source}: this is not TOML: {cause}.") from cause
    except RecursionError as cause:
        raise PolicyError(f"{source}: {_TOO_DEEP}") from cause
    except ValueError as cause:
        raise PolicyError(f"{source}: one of its numbers is too long to be read.") from cause
    wrong = next(_wrong((), tree), None)
    if wrong is not None and len(wrong[0]) > DEEPEST:
        raise PolicyError(f"{source}: {_TOO_DEEP}")
    if wrong is not None:
        raise PolicyError(placed(source, lines_of(text), *wrong))
    return tree


_TOO_DEEP = "its lists or tables are nested too deeply to be read."
_UNSEEN = "expected text without control or invisible characters"


def _wrong(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    """Where something stands that none may read: keys and texts that hide characters which a screen would obey or not
    show, numbers that no calendar and no database counts to, and what is too deep to be looked at.
    """
    if len(path) > DEEPEST:
        yield path, _TOO_DEEP
    elif isinstance(value, dict):
        for key, one in value.items():
            if _hides(key):
                yield (*path, key), _UNSEEN
            yield from _wrong((*path, key), one)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _wrong((*path, at), one)
    elif isinstance(value, str) and _hides(value):
        yield path, _UNSEEN
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield path, f"expected a number of at most {LARGEST:,}"


def _hides(text: str) -> bool:
    plain = text.isascii() and text.isprintable()
    return not plain and (has_controls(text) or not _BREAKS.isdisjoint(text))
