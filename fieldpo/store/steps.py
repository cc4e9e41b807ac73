"""Long writes in several transactions, short ones while the officer saves beside them.

A commit costs about as much as writing some dozens of rows, so short transactions make a long sync twice as long; one
for all would let a save wait for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from fieldpo.store.vault import Vault

T = TypeVar("T")


@dataclass(frozen=True)
class Pace:
    """How many rows of a long write one transaction has: with nobody beside it, and while somebody saves."""

    rows: int
    beside_a_save: int

    def now(self, vault: Vault) -> int:
        """Rows of the transaction that comes next."""
        return self.beside_a_save if vault.waited_for_lately else self.rows


BESIDE = Pace(rows=600, beside_a_save=30)
"""While the officer works: the first save during a sync may wait for 600 rows, those that follow for 30, about 2 ms."""

ALONE = Pace(rows=2_000, beside_a_save=2_000)
"""While nothing can be saved yet."""


@dataclass(frozen=True)
class Steps(Generic[T]):
    """How much is written at a time, what writes it, and what is written with the last of it."""

    pace: Pace
    write: Callable[[Connection, Sequence[T]], None]
    end: Callable[[Connection], None]


def write_in_steps(vault: Vault, items: Sequence[T], steps: Steps[T]) -> None:
    """Write all items in order, and at last what ends them. Raises as `writing`."""
    at = 0
    while True:
        rows = steps.pace.now(vault)
        with vault.writing() as connection:
            if some := items[at : at + rows]:
                steps.write(connection, some)
            at += rows
            if at >= len(items):
                steps.end(connection)
                return
