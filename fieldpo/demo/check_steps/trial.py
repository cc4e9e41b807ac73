"""What the steps share: the training ground, the laptops, and the checker's own list of what was typed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldpo.demo.ground import Ground, Wish
from fieldpo.demo.serving import Central
from fieldpo.store.vault import Vault

Line = Mapping[str, Any]
"""A line of `central export --json`."""

Export = Callable[[Ground], Sequence[Line]]
"""Reads all that stands at central."""


class Failed(Exception):
    """A step saw something that must not be."""


@dataclass(frozen=True)
class Typed:
    """A text that an officer typed, in which record it stands, and every record that its act made or changed."""

    what: str
    text: str
    kind: str
    record_id: str
    made: tuple[str, ...] = ()


@dataclass
class Trial:
    """One run of the main job."""

    ground: Ground
    wish: Wish
    export: Export
    central: Central
    vault: Vault | None = None
    second: Vault | None = None
    saved: list[Typed] = field(default_factory=list)
    """What the program said is saved."""
    unsure: list[Typed] = field(default_factory=list)
    """What was being written when the program was killed: there or not there, never half or twice."""

    @property
    def laptop(self) -> Vault:
        """The officer's open vault."""
        if self.vault is None:
            raise Failed("the laptop has no open vault")
        return self.vault

    def close(self) -> None:
        """Close the vaults and end central."""
        for vault in (self.vault, self.second):
            if vault is not None:
                vault.close()
        self.vault = self.second = None
        self.central.stop()


@contextlib.contextmanager
def closing(trial: Trial) -> Iterator[Trial]:
    """The trial, with everything closed at the end."""
    try:
        yield trial
    finally:
        trial.close()


def require(condition: object, otherwise: str) -> None:
    """Raise `Failed` with what is wrong, unless the condition holds."""
    if not condition:
        raise Failed(otherwise)
