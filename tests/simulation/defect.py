"""What a deliberate defect is, and how it is put into the real code for a run."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest import mock

Patch = contextlib.AbstractContextManager[Any]


@dataclass(frozen=True)
class Mutant:
    """One defect. `trouble` are the kinds that bring it out."""

    name: str
    breaks: int
    """The invariant that it violates, perhaps among others."""
    patches: Callable[[], list[Patch]]
    trouble: tuple[str, ...] = ()

    @contextlib.contextmanager
    def put_in(self) -> Iterator[None]:
        """The defect stands until the block ends."""
        with contextlib.ExitStack() as stack:
            for patch in self.patches():
                stack.enter_context(patch)
            yield


MUTANTS: dict[str, Mutant] = {}
"""By name."""


def mutant(breaks: int, *trouble: str) -> Callable[[Callable[[], list[Patch]]], None]:
    """Declare a defect, named as its function is."""

    def declare(patches: Callable[[], list[Patch]]) -> None:
        name = patches.__name__.replace("_", " ")
        MUTANTS[name] = Mutant(name, breaks, patches, trouble)

    return declare


def on(owner: Any, name: str, other: Any) -> Patch:
    """Something else in place of an attribute."""
    return mock.patch.object(owner, name, other)


def but(module: Any, **other: Any) -> Any:
    """A module as one of its users sees it, but for some names."""
    return SimpleNamespace(**{**vars(module), **other})


def whole(owner: Any, name: str) -> Any:
    """An attribute as it stands, for a defect that calls it; a module need not say that it exports it."""
    return getattr(owner, name)
