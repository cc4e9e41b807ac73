"""The worked cases that a pack carries: a pack's own tests, in a `cases/` folder beside it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fieldpo.errors import BadInput
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.reading import load_pack, shipped, shipped_packs


class CasesFile(NamedTuple):
    """One file of cases, decoded, and the name that an error gives it."""

    name: str
    tree: Any


class CarriedPack(NamedTuple):
    """A pack and the files of worked cases that it carries."""

    pack: Pack
    files: tuple[CasesFile, ...]


def open_pack(name: str) -> CarriedPack:
    """Read a pack that comes with fieldpo, or one in a TOML file, with its cases.

    For FILE.toml they stand in `cases/FILE.json` or `cases/FILE/*.json` beside it. Raises NotFound, PolicyError or
    BadInput.
    """
    path = Path(name)
    if name in shipped_packs() or not (name.endswith(".toml") or path.is_file()):
        folder = resources.files("fieldpo.supervision.packs") / "shipped" / "cases"
        return CarriedPack(shipped(name), tuple(_found(folder, name)))
    pack = load_pack(path)
    return CarriedPack(pack, tuple(_found(path.parent / "cases", path.stem)))


def read_cases(path: Traversable, name: str) -> CasesFile:
    """Decode a JSON file. Raises BadInput where it cannot be read, or is no JSON."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) else "it is not UTF-8 text"
        raise BadInput(f"{name} could not be read: {reason}.") from cause
    try:
        return CasesFile(name, msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError) as cause:
        raise BadInput(f"{name} is not JSON: {cause}.") from cause


def _found(folder: Traversable, stem: str) -> Iterator[CasesFile]:
    single = folder / f"{stem}.json"
    if single.is_file():
        yield read_cases(single, single.name)
    within = folder / stem
    if within.is_dir():
        for file in sorted(within.iterdir(), key=lambda one: one.name):
            if file.name.endswith(".json"):
                yield read_cases(file, f"{stem}/{file.name}")
