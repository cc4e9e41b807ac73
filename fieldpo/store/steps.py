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

MOST = 600
"""Rows in one transaction, whoever waits: who comes late waits for its commit, and another program cannot be seen."""


@dataclass(frozen=True)
class Steps(Generic[T]):
    """How many rows a step has, what writes them, and what is written with the last of them."""

    rows: int
    write: Callable[[Connection, Sequence[T]], None]
    end: Callable[[Connection], None]


def write_in_steps(vault: Vault, items: Sequence[T], steps: Steps[T]) -> None:
    """Write all items in order, and at last what ends them; each transaction holds whole steps. Raises as `writing`."""
    at = 0
    while True:
        began = at
        with vault.writing() as connection:
            while at < len(items):
                steps.write(connection, items[at : at + steps.rows])
                at += steps.rows
                if vault.waited_for or at - began >= MOST:
                    break
            if at >= len(items):
                steps.end(connection)
                return
