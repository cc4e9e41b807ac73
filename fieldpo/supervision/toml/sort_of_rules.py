"""One sort of rules that agencies write beside a pack: a response matrix, workload weights, a laboratory's rules.

Each is one TOML file: the agency's own, or one of those that come with fieldpo, in the folder `shipped` of its room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import resources
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from fieldpo.errors import NotFound
from fieldpo.plain import clean
from fieldpo.supervision.toml.reading import Wrong, parse_toml
from fieldpo.supervision.toml.text import read_text

T = TypeVar("T", bound=msgspec.Struct)


class SortOfRules(Generic[T]):
    """How one sort is read. ``what`` names it in errors ("response matrix"); ``check`` lists what is wrong in one."""

    def __init__(self, room: str, what: str, shape: type[T], check: Callable[[T], Iterable[Wrong]]) -> None:
        self._room = room
        self._what = what
        self._shape = shape
        self._check = check
        self._read: dict[str, T] = {}

    def load(self, path: Path) -> T:
        """Read an agency's own. Raises PolicyError, naming file, line and key, where it is not sound."""
        return self.parse(read_text(path, self._what), str(path))

    def parse(self, text: str, source: str) -> T:
        """Read TOML; ``source`` is what errors name. Raises PolicyError, naming source, line and key."""
        return parse_toml(text, source, self._shape, self._check)

    def shipped_names(self) -> tuple[str, ...]:
        """Name those that come with fieldpo, in alphabetical order."""
        return shipped_names(self._room)

    def shipped(self, name: str) -> T:
        """Return one that comes with fieldpo, read once a process. Raises NotFound for another name."""
        if name not in self._read:
            if name not in self.shipped_names():
                known = ", ".join(self.shipped_names())
                said = f"No {self._what} “{clean(name)}” comes with fieldpo."
                raise NotFound(f"{said} There are: {known}; or a TOML file.")
            self._read[name] = self.parse(shipped_text(self._room, f"{name}.toml"), f"{name}.toml")
        return self._read[name]


def shipped_names(room: str) -> tuple[str, ...]:
    """Name the TOML files that ship in a room (`fieldpo.supervision.workload`), in alphabetical order."""
    folder = resources.files(room) / "shipped"
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def shipped_text(room: str, file: str) -> str:
    """Return the text of a file that ships in a room."""
    return (resources.files(room) / "shipped" / file).read_text(encoding="utf-8")
