"""What one request turned out to be, told by whoever knows it to the log and the counts: figures and ids, no text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Observed:
    """One request while it is under way. `id` is central's own, random: nothing that the other side sent."""

    id: str
    device: str = ""
    """Whose token it was, once that is known."""
    error: str = ""
    """The class of what went wrong, never its message."""
    ops: int = 0
    repeated: int = 0
    """Ops that central had decided before."""
    undone: int = 0
    """Transactions that the database undid for another's sake and that were tried again."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """The verdicts that this request brought about, those of ops that had waited among them."""


_current: ContextVar[Observed | None] = ContextVar("observed", default=None)


def begin(request_id: str) -> Observed:
    """Everything that this task and its threads note from now on is about this request."""
    made = Observed(request_id)
    _current.set(made)
    return made


def current() -> Observed | None:
    """The request that is being answered; None outside of one."""
    return _current.get()


def note_device(device_id: str) -> None:
    """Whose request it is."""
    if (request := _current.get()) is not None:
        request.device = device_id


def note_undone() -> None:
    """The database undid a transaction for another's sake, and it is tried again."""
    if (request := _current.get()) is not None:
        request.undone += 1


def note_taken(ops: int, repeated: int, verdicts: Iterable[str]) -> None:
    """An exchange has committed."""
    if (request := _current.get()) is not None:
        request.ops += ops
        request.repeated += repeated
        request.verdicts.update(verdicts)
