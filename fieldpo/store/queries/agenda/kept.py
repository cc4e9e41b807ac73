"""Answers that were worked out person by person, kept in memory while the vault is open; never on disk.

They hold for one key: the day, the pack, the caseloads. After a change only those persons are worked out anew whose
records it touched (`store.database.touched`); a record that is nobody's, such as a policy pack, or another key does
all anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from fieldpo.store.database.touched import NOBODY, last_touch, touched_since
from fieldpo.store.queries.clients.whose import People

T = TypeVar("T")
Work = Callable[[Connection, People], Mapping[str, T]]
"""Works out the answers of some persons, or of all; who has none is left out."""

MANY = 40
"""From so many touched persons on one pass over all costs less than one over each."""


@dataclass
class Kept(Generic[T]):
    """The answers of one question, for the vault that one engine reads from. Threads may share it."""

    key: object = None
    at: int = -1
    by_person: Mapping[str, T] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self, connection: Connection, key: object, work: Work[T]) -> Mapping[str, T]:
        """All answers as this connection's snapshot has them."""
        at = last_touch(connection)
        with self.lock:
            if key == self.key and at == self.at:
                return self.by_person
            if at < self.at:  # an older snapshot than the one that was kept; it is rare, and must not see newer ones
                return work(connection, None)
            touched = touched_since(connection, self.at) if key == self.key else frozenset({NOBODY})
            if NOBODY in touched or len(touched) > MANY:
                self.by_person = work(connection, None)
            else:
                rest = {person: one for person, one in self.by_person.items() if person not in touched}
                self.by_person = {**rest, **work(connection, touched)}
            self.key, self.at = key, at
            return self.by_person


_KEPT: WeakKeyDictionary[Engine, dict[str, Kept[object]]] = WeakKeyDictionary()
_LOCK = threading.Lock()
_READS_ONLY = text("PRAGMA query_only")


def kept(connection: Connection, question: str, key: object, work: Work[T]) -> Mapping[str, T]:
    """The answers to a question on the vault that is read here: what was kept, and anew what changed since.

    Within a write transaction, which sees what may never be committed, nothing is kept.
    """
    if not connection.scalar(_READS_ONLY):
        return work(connection, None)
    with _LOCK:
        held = _KEPT.setdefault(connection.engine, {})
        mine = held.setdefault(question, Kept())
    return mine.answers(connection, key, work)  # type: ignore[return-value]
