"""Reading a policy pack from TOML: from a file, from a text that came with a sync, or one that ships with
fieldpo.

What an author checks or an administrator publishes is read strictly, so that a misspelt key is told; what a laptop
pulled may be of a newer fieldpo, so that an unknown key is passed over and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import msgspec

from fieldpo.errors import NotFound, PolicyError
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.checks import problems
from fieldpo.supervision.standards.policies import whole
from fieldpo.supervision.toml.lines import Path, lines_of, placed
from fieldpo.supervision.toml.newer_keys import pass_over
from fieldpo.supervision.toml.reading import Wrong, checked
from fieldpo.supervision.toml.text import read_text, tree_of

# What a pack never takes from the one that it extends.
_OWN = frozenset(
    {"id", "version", "title", "effective_from", "effective_to", "policies", "quirks", "score_bands", "uses"}
)

# Lists that a pack once had to have and nothing asks for: passed over wherever they stand.
_GONE = frozenset({"collateral_kinds"})


class Pulled(NamedTuple):
    """A pack as a laptop reads it, and the keys of a newer fieldpo that it passed over."""

    pack: Pack
    passed_over: tuple[str, ...]


def load_pack(path: FilePath) -> Pack:
    """Read and check the pack in a file.

    Raises PolicyError, naming file, line and key, where the file cannot be read, is not TOML, or is not a
    sound pack.
    """
    text = read_text(path, "policy pack")
    return parse_pack(text, str(path))


def parse_pack(text: str, source: str) -> Pack:
    """Read and check a pack's text; ``source`` is the file or feed that an error names.

    Raises PolicyError, naming source, line and key, where the text is not TOML or not a sound pack.
    """
    tree, lines = _tree_and_lines(text, source)
    return _checked(tree, source, lines)


def parse_pulled(text: str, source: str) -> Pulled:
    """Read a pack's text that came with a sync, passing over what only a newer fieldpo knows.

    Raises PolicyError as ``parse_pack`` does for what is known here and wrong.
    """
    tree, lines = _tree_and_lines(text, source)
    passed_over = pass_over(tree, Pack)
    return Pulled(_checked(tree, source, lines), passed_over)


def _tree_and_lines(text: str, source: str) -> tuple[dict[str, Any], Mapping[Path, int]]:
    own = tree_of(text, source)
    lines = lines_of(text)
    tree = _on_base(own, source, lines)
    return {key: value for key, value in tree.items() if key not in _GONE}, lines


def _checked(tree: dict[str, Any], source: str, lines: Mapping[Path, int]) -> Pack:
    pack = checked(tree, source, lines, Pack, _problems)
    return msgspec.structs.replace(pack, policies=whole(pack.policies))


def _problems(pack: Pack) -> Iterator[Wrong]:
    yield from problems(pack)
    if pack.has_rules:
        # Only here: every start of the app reads a pack, and few packs bring rules.
        from fieldpo.supervision.packs.rules_checks import rules_problems

        yield from rules_problems(pack)


def _on_base(tree: dict[str, Any], source: str, lines: Mapping[Path, int]) -> dict[str, Any]:
    """Fill in, list by list, what a pack leaves to the shipped pack that it extends; its policies are its own."""
    name = tree.get("extends")
    if not isinstance(name, str) or not name:
        return tree
    if name not in shipped_packs():
        names = ", ".join(shipped_packs())
        said = f"expected a pack that comes with fieldpo ({names}), got “{name}”"
        raise PolicyError(placed(source, lines, ("extends",), said))
    base = tree_of(shipped_text(name), f"{name}.toml")
    if base.get("extends"):
        said = f"“{name}” itself extends a pack; name one that stands alone"
        raise PolicyError(placed(source, lines, ("extends",), said))
    return {key: value for key, value in base.items() if key not in _OWN} | tree


def shipped_packs() -> tuple[str, ...]:
    """Name the packs that come with fieldpo, in alphabetical order."""
    folder = resources.files("fieldpo.supervision.packs") / "shipped"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def shipped_text(name: str) -> str:
    """Return the TOML of a pack that comes with fieldpo, as central serves it; raises NotFound for another
    name."""
    if name not in shipped_packs():
        raise NotFound(f"No policy pack named “{name}” comes with fieldpo. There are: {', '.join(shipped_packs())}.")
    return (resources.files("fieldpo.supervision.packs") / "shipped" / f"{name}.toml").read_text(encoding="utf-8")


@cache
def shipped(name: str) -> Pack:
    """Return a pack that comes with fieldpo, read once a process; raises NotFound for another name."""
    return parse_pack(shipped_text(name), f"{name}.toml")
