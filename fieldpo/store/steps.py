"""Long writes in several transactions, short ones while the officer saves beside them.

A commit costs about as much as writing some dozens of rows, so short transactions make a long sync twice as long; one
for all would let a save wait for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

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


BESIDE = Pace(rows=600, beside_a_save=20)
"""While the officer works: the first save during a sync may wait for 600 rows, those that follow for 20, 1.5 ms."""

ALONE = Pace(rows=2_000, beside_a_save=2_000)
"""While nothing can be saved yet."""


class Steps:
    """One write after another, each whole in its transaction, which they share as long as it has room for rows.

    Use it in a `with`: what is under way at the end is committed, or rolled back where something is raised. Whatever
    is committed is all that came before, and nothing of what comes later. Raises as `Vault.writing`.
    """

    def __init__(self, vault: Vault, pace: Pace) -> None:
        self.vault = vault
        self._pace = pace
        self._room = 0
        self._under_way: tuple[AbstractContextManager[Connection], Connection] | None = None

    @property
    def connection(self) -> Connection:
        """The transaction under way; one begins where there is none."""
        if self._under_way is None:
            self._room = self._pace.now(self.vault)
            transaction = self.vault.writing()
            self._under_way = transaction, transaction.__enter__()
        return self._under_way[1]

    def each(self, items: Sequence[T], write: Callable[[Connection, Sequence[T]], None]) -> None:
        """Write items in their order, as many at a time as there is room for."""
        at = 0
        while at < len(items):
            connection, some = self.connection, items[at : at + self._room]
            write(connection, some)
            at += len(some)
            self.wrote(len(some))

    def wrote(self, rows: int) -> None:
        """Rows have been written: the transaction ends where it has no more room."""
        self._room -= rows
        if self._room <= 0:
            self.commit()

    def commit(self) -> None:
        """End the transaction under way: what comes next has one of its own."""
        self.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way[0].__exit__(kind, raised, trace)
