"""Where each key of a TOML text stands, so that an error in a pack can name its line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fieldpo.plain import clean

Path = tuple[str | int, ...]

_FENCES = ('"""', "'''")
_BARE = r"[\w\-]+|\"[^\"]*\"|'[^']*'"
_DOTTED = rf"(?:{_BARE})(?:\s*\.\s*(?:{_BARE}))*"
_PART = re.compile(_BARE)
_TABLE = re.compile(rf"^\[(?P<many>\[)?\s*(?P<name>{_DOTTED})\s*\]")
_KEY = re.compile(rf"^(?P<key>{_DOTTED})\s*=\s*(?P<value>.*)$")


def lines_of(text: str) -> dict[Path, int]:
    """Map each path, such as ``("outcomes", 3)`` or ``("labels", "client")``, to its line, counted from 1.

    Knows tables, arrays of tables, and arrays with one inline table a line: the ways a pack is written.
    """
    walk = _Walk()
    fence = ""
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        walk.read(line, number)
        fence = next((mark for mark in _FENCES if line.count(mark) % 2), "")
    return walk.found


class _Walk:
    """A walk down the lines of a TOML text, knowing which table and array it stands in."""

    def __init__(self) -> None:
        self.found: dict[Path, int] = {}
        self._table: Path = ()
        self._tables: dict[Path, int] = {}
        self._array: Path | None = None
        self._items = 0

    def read(self, line: str, number: int) -> None:
        """Take the next line, stripped."""
        if self._array is not None:
            if line.startswith("{"):
                self.found[(*self._array, self._items)] = number
                self._items += 1
            elif line.startswith("]"):
                self._array = None
        elif header := _TABLE.match(line):
            self._enter(_parts(header["name"]), many=bool(header["many"]), number=number)
        elif pair := _KEY.match(line):
            here = (*self._table, *_parts(pair["key"]))
            self.found[here] = number
            for end in range(len(self._table) + 1, len(here)):
                self.found.setdefault(here[:end], number)
            if pair["value"].startswith("[") and "]" not in pair["value"]:
                self._array, self._items = here, 0

    def _enter(self, parts: Path, *, many: bool, number: int) -> None:
        path: Path = ()
        for part in parts if not many else parts[:-1]:
            # `[policies.assessment]` stands in the latest of the [[policies]] above it.
            path = (*path, part)
            if path in self._tables:
                path = (*path, self._tables[path] - 1)
        if many:
            path = (*path, parts[-1])
            self._tables[path] = self._tables.get(path, 0) + 1
            path = (*path, self._tables[path] - 1)
        self._table = path
        self.found[path] = number


def _parts(name: str) -> Path:
    """The parts of a dotted key, without their quotes."""
    return tuple(part.strip("\"'") for part in _PART.findall(name))


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of a path, or of the nearest part of the file that holds it; None for the file as a
    whole."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def spelled(path: Path) -> str:
    """Write a path as authors read it: ``outcomes[3].key``, list places counted from 0 as TOML tools do."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else step
    return words


def placed(source: str, lines: Mapping[Path, int], path: Path, said: str) -> str:
    """Write an error: the file or feed, the line where there is one, the key, and what was expected there."""
    line = line_of(lines, path)
    place = f"{source}, line {line}" if line else source
    return f"{place}: {clean(spelled(path))}: {said}." if path else f"{place}: {said}."
