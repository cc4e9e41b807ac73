"""The keys that a newer fieldpo wrote and this one does not know, taken out of what a laptop pulled."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fieldpo.supervision.toml.lines import Path, spelled
from fieldpo.supervision.toml.reading import unknown_key

MOST: Final = 200
"""How many keys are passed over: each is looked for by reading the whole tree. More are no newer fieldpo's."""


def pass_over(tree: dict[str, Any], shape: type[msgspec.Struct]) -> tuple[str, ...]:
    """Take out of a tree every key that its shape does not know; name them, as ``outcomes.colour``, from A to Z.

    The entries of one list are of one shape: what one of them may not have, none may. Raises nothing: what else is
    wrong, or one key more than `MOST`, is found when the tree is read.
    """
    taken: set[str] = set()
    while len(taken) < MOST and (path := unknown_key(tree, shape)) is not None and _taken_out(tree, path):
        taken.add(spelled(tuple(step for step in path if isinstance(step, str))))
    return tuple(sorted(taken))


def _taken_out(node: Any, path: Path) -> bool:
    step, rest = path[0], path[1:]
    if isinstance(node, list):
        return sum(_taken_out(one, rest) for one in node) > 0
    if not isinstance(node, dict) or step not in node:
        return False
    if rest:
        return _taken_out(node[step], rest)
    del node[step]
    return True
