"""Long writes in short steps: one transaction while nobody else wants to write, ended at the next step when they do.

A commit costs about as much as writing some dozens of rows, so a step a commit would make a long sync twice as long;
and one commit for all would let a save wait for all of it.
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
    """How much a long write does at a time: rows in a step, rows in one transaction whoever waits, rows in a step of
    the search index, of which a transaction has `INDEX_STEPS`, and rows in a transaction while somebody saves.
    """

    rows: int
    most: int
    indexed: int
    beside_a_save: int


BESIDE = Pace(rows=200, most=600, indexed=50, beside_a_save=50)
"""While the officer works: a step takes about 5 ms. Who comes late waits for the transaction's commit, and another
program that waits cannot be seen."""

ALONE = Pace(rows=2_000, most=2_000, indexed=2_000, beside_a_save=2_000)
"""While nothing can be saved yet."""

INDEX_STEPS = 5


@dataclass(frozen=True)
class Steps(Generic[T]):
    """How much is written at a time, what writes it, and what is written with the last of it."""

    pace: Pace
    write: Callable[[Connection, Sequence[T]], None]
    end: Callable[[Connection], None]


def write_in_steps(vault: Vault, items: Sequence[T], steps: Steps[T]) -> None:
    """Write all items in order, and at last what ends them; each transaction holds whole steps. Raises as `writing`."""
    at = 0
    while True:
        began, lately = at, vault.waited_for_lately
        rows = steps.pace.beside_a_save if lately else steps.pace.rows
        with vault.writing() as connection:
            while at < len(items):
                steps.write(connection, items[at : at + rows])
                at += rows
                if lately or vault.waited_for or at - began >= steps.pace.most:
                    break
            if at >= len(items):
                steps.end(connection)
                return
