"""Reading one TOML text into one kind of value, with errors that name source, line and key.

Shared by a pack and what an agency writes beside it: instruments, response matrices, workload weights.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from fieldpo.errors import PolicyError
from fieldpo.supervision.toml.lines import Path, lines_of, placed
from fieldpo.supervision.toml.text import tree_of

_AT = re.compile(r"^(?P<said>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<place>\d+)\]")
_FIELD = re.compile(r"(?P<what>missing required|unknown) field `(?P<name>.+)`", re.DOTALL)
_NO_SUCH_KEY = "expected no such key"
_DATES = {
    "date": "expected a day that exists, such as 2026-11-22",
    "datetime": "expected a moment with its UTC offset, such as 2026-11-22T14:02:00-06:00",
}

T = TypeVar("T", bound=msgspec.Struct)


class Wrong(NamedTuple):
    """One thing wrong in a file: where, and what was expected there."""

    path: Path
    said: str


def parse_toml(text: str, source: str, shape: type[T], check: Callable[[T], Iterable[Wrong]]) -> T:
    """Read a TOML text as ``shape`` and check it; ``source`` is the file that an error names.

    Raises PolicyError, naming source, line and key, where the text is not TOML, has another shape, or ``check``
    finds something wrong.
    """
    return checked(tree_of(text, source), source, lines_of(text), shape, check)


def checked(
    tree: object, source: str, lines: Mapping[Path, int], shape: type[T], check: Callable[[T], Iterable[Wrong]]
) -> T:
    """Make a ``shape`` of what was read and check it; raises PolicyError as ``parse_toml`` does."""
    try:
        value = msgspec.convert(tree, shape)
    except msgspec.ValidationError as cause:
        raise PolicyError(placed(source, lines, *where_and_said(str(cause)))) from cause
    found = list(check(value))
    if found:
        more = f" (and {len(found) - 1} more in this file)" if len(found) > 1 else ""
        raise PolicyError(placed(source, lines, found[0].path, found[0].said) + more)
    return value


def unknown_key(tree: object, shape: type[msgspec.Struct]) -> Path | None:
    """Return the path of the first key that ``shape`` does not know; None where there is none, or another fault."""
    try:
        msgspec.convert(tree, shape)
    except msgspec.ValidationError as wrong:
        path, said = where_and_said(str(wrong))
        return path if said == _NO_SUCH_KEY else None
    return None


def where_and_said(message: str) -> tuple[Path, str]:
    """Read the sentence of a msgspec.ValidationError: the path that it names, and what was expected there."""
    parts = _AT.match(message)
    said, where = (parts["said"], parts["path"] or "") if parts else (message, "")
    path: Path = tuple(step["key"] or int(step["place"]) for step in _STEP.finditer(where))
    field = _FIELD.search(said)
    if field and field["what"] == "unknown":
        return (*path, field["name"]), _NO_SUCH_KEY
    if field:
        return (*path, field["name"]), "expected this key, which is missing"
    if "RFC3339" in said:
        return path, _DATES.get(said.split()[-1], "expected a time that exists")
    return path, said[:1].lower() + said[1:].replace("`", "")
