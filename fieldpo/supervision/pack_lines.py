"""Where each key of a TOML text stands, so that an error in a pack can name its line."""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_TABLE = re.compile(r"^\[(?P<many>\[)?\s*(?P<name>[\w.\-\"]+)\s*\]")
_KEY = re.compile(r"^(?P<key>[\w\-]+|\"[^\"]*\")\s*=\s*(?P<value>.*)$")


def lines_of(text: str) -> dict[Path, int]:
    """Map each path, such as ``("outcomes", 3)`` or ``("labels", "client")``, to its line, counted from 1.

    Knows tables, arrays of tables, and arrays with one inline table a line: the ways a pack is written.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[str, int] = {}
    array: Path | None = None
    item = 0
    fence = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        if array is not None:
            if line.startswith("{"):
                found[(*array, item)] = number
                item += 1
            elif line.startswith("]"):
                array = None
        elif header := _TABLE.match(line):
            name = header["name"].strip('"')
            if header["many"]:
                table = (name, counts.get(name, 0))
                counts[name] = counts.get(name, 0) + 1
            else:
                table = tuple(name.split("."))
            found[table] = number
        elif pair := _KEY.match(line):
            here = (*table, pair["key"].strip('"'))
            found[here] = number
            if pair["value"].startswith("[") and "]" not in pair["value"]:
                array, item = here, 0
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                fence = mark
                break
    return found


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of a path, or of the nearest part of the file that holds it; None for the file as a whole."""
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
