"""Reading a policy pack from TOML: from a file, from a text that came with a sync, or one that ships with
fieldpo."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path as FilePath
from typing import Any

import msgspec

from fieldpo.errors import NotFound, PolicyError
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.pack_checks import problems
from fieldpo.supervision.pack_lines import Path, line_of, lines_of, spelled
from fieldpo.supervision.standards.policies import whole

_AT = re.compile(r"^(?P<said>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<place>\d+)\]")
# What a pack never takes from the one that it extends.
_OWN = frozenset(
    {"id", "version", "title", "effective_from", "effective_to", "policies", "quirks", "score_bands", "uses"}
)
_FIELD = re.compile(r"(?P<what>missing required|unknown) field `(?P<name>[^`]+)`")


def load_pack(path: FilePath) -> Pack:
    """Read and check the pack in a file.

    Raises PolicyError, naming file, line and key, where the file cannot be read, is not TOML, or is not a
    sound pack.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) else "it is not UTF-8 text"
        raise PolicyError(f"The policy pack {path} could not be read: {reason}.") from cause
    return parse_pack(text, str(path))


def parse_pack(text: str, source: str) -> Pack:
    """Read and check a pack's text; ``source`` is the file or feed that an error names.

    Raises PolicyError, naming source, line and key, where the text is not TOML or not a sound pack.
    """
    tree = _on_base(_tree(text, source), source)
    lines = lines_of(text)
    try:
        pack = msgspec.convert(tree, Pack)
    except msgspec.ValidationError as cause:
        raise PolicyError(_convert_error(str(cause), source, lines)) from cause
    found = problems(pack)
    if found:
        more = f" (and {len(found) - 1} more in this file)" if len(found) > 1 else ""
        raise PolicyError(_placed(source, lines, found[0].path, found[0].said) + more)
    return msgspec.structs.replace(pack, policies=whole(pack.policies))


def _tree(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise PolicyError(f"{source}: this is not TOML: {cause}.") from cause


def _on_base(tree: dict[str, Any], source: str) -> dict[str, Any]:
    """Fill in, list by list, what a pack leaves to the shipped pack that it extends; its policies are its own."""
    name = tree.get("extends")
    if not isinstance(name, str) or not name:
        return tree
    if name not in shipped_packs():
        names = ", ".join(shipped_packs())
        raise PolicyError(f"{source}: extends: expected a pack that comes with fieldpo ({names}), got “{name}”.")
    base = _tree(shipped_text(name), f"{name}.toml")
    if base.get("extends"):
        raise PolicyError(f"{source}: extends: “{name}” itself extends a pack; name one that stands alone.")
    return {key: value for key, value in base.items() if key not in _OWN} | tree


def shipped_packs() -> tuple[str, ...]:
    """Name the packs that come with fieldpo, in alphabetical order."""
    folder = resources.files("fieldpo.supervision") / "packs"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """Return the TOML of a pack that comes with fieldpo, as central serves it; raises NotFound for another
    name."""
    if name not in shipped_packs():
        raise NotFound(f"No policy pack named “{name}” comes with fieldpo. There are: {', '.join(shipped_packs())}.")
    return (resources.files("fieldpo.supervision") / "packs" / f"{name}.toml").read_text(encoding="utf-8")


@cache
def shipped(name: str) -> Pack:
    """Return a pack that comes with fieldpo, read once a process; raises NotFound for another name."""
    return parse_pack(shipped_text(name), f"{name}.toml")


def _convert_error(message: str, source: str, lines: Mapping[Path, int]) -> str:
    parts = _AT.match(message)
    said, where = (parts["said"], parts["path"] or "") if parts else (message, "")
    path: Path = tuple(step["key"] or int(step["place"]) for step in _STEP.finditer(where))
    field = _FIELD.search(said)
    if field and field["what"] == "unknown":
        return _placed(source, lines, (*path, field["name"]), "expected no such key")
    if field:
        return _placed(source, lines, (*path, field["name"]), "expected this key, which is missing")
    return _placed(source, lines, path, said[:1].lower() + said[1:].replace("`", ""))


def _placed(source: str, lines: Mapping[Path, int], path: Path, said: str) -> str:
    line = line_of(lines, path)
    place = f"{source}, line {line}" if line else source
    return f"{place}: {spelled(path)}: {said}." if path else f"{place}: {said}."
