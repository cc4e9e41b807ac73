"""One way in which a server may be wrong: what it changes of a request and of its answer on their way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = Any
SYNC, MISSING = "/v1/sync", "/v1/ops/missing"


@dataclass
class Asked:
    """One request on its way: its body as JSON where it is some, and what the server keeps from one to the next."""

    path: str
    headers: dict[bytes, bytes]
    raw: bytes
    body: Json
    kept: dict[str, Any]


@dataclass
class Answered:
    """One answer on its way back."""

    status: int
    body: Json
    headers: dict[bytes, bytes] = field(default_factory=dict)
    packed: bool = False


def op_of(text: str) -> dict[str, Json]:
    """An op's fields; none where its text is no op."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def each_op(asked: Asked, change: Callable[[dict[str, Json], str], str]) -> None:
    """Every op of an exchange changed, given its fields and its text."""
    if asked.path == SYNC and isinstance(asked.body, dict) and isinstance(asked.body.get("ops"), list):
        asked.body["ops"] = [[seq, change(op_of(text), text)] for seq, text in asked.body["ops"]]


class Fault:
    """One way to be wrong. `breaks` are the clauses that fail, `only` the families that a short run tries."""

    breaks: frozenset[str] = frozenset()
    only: tuple[str, ...] = ()

    def before(self, asked: Asked) -> None:
        """Change the request."""

    def after(self, asked: Asked, answered: Answered) -> None:
        """Change the answer; called for the two exchanges only."""
