"""What one exchange knows while it decides: rows read under the partitions' locks, and what it changes.

Nothing here reads or writes the database: `load` fills it, `decide` changes it, `flush` writes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from fieldpo.central.books.partitions import Counter
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import FieldConflict, Problem, VerdictKind
from fieldpo.sync.protocol.ops import Op

K = TypeVar("K")
V = TypeVar("V")

RECORD, GROUP = "record:", "group:"
"""What an op may wait for beside an op_id: a record that central does not have, the rest of its group."""

LATE = dt.timedelta(days=30)
"""How long after a leave central still takes what was written before it."""


class Standing(msgspec.Struct, frozen=True):
    """A record as it stands. `writer` wrote last, alone since version `writer_since`."""

    id: str
    kind: str
    partition: str
    person_id: str | None
    version: int
    number: int
    writer: str
    writer_since: int
    deleted: bool
    body: dict[str, Json]

    def clean_for(self, life: str, base_version: int) -> bool:
        """Whether nobody but this life of the device has changed the record since it knew that version."""
        return self.version == base_version or (self.writer == life and self.writer_since <= base_version)


@dataclass(frozen=True)
class Leave:
    """A person left a partition at its feed's `number`."""

    number: int
    left_at: dt.datetime


@dataclass(frozen=True)
class Grant:
    """A user may write into a partition; an ended one only what was `seen` at or before `until_number`."""

    partition: str
    until: dt.datetime | None = None
    until_number: int = 0


@dataclass(frozen=True)
class ConflictRow:
    """One field's losing value, kept for good; open until an op resolves it."""

    partition: str
    id: str
    field: str
    record_id: str
    kind: str
    person_id: str | None
    op_id: str
    device_id: str
    user_id: str
    yours: Json
    current: Json
    earlier: tuple[tuple[str, Json], ...]
    opened_at: str
    closed_by: str | None = None


class Received(msgspec.Struct, frozen=True):
    """One op as it came: its bytes, and what they say where they can be read."""

    op_id: str
    sha: str
    text: str
    seq: int
    inbox: int
    op: Op | None
    problem: Problem | None = None


class Entry(msgspec.Struct, frozen=True):
    """One op's row in the ledger: central's stored verdict."""

    op_id: str
    sha: str
    device_id: str
    user_id: str
    inbox: int
    verdict: VerdictKind
    kind: str = ""
    record_id: str | None = None
    partition: str = ""
    version: int = 0
    number: int = 0
    rev: int = 0
    group_id: str | None = None
    problem: Problem | None = None
    conflicts: tuple[FieldConflict, ...] = ()

    @property
    def applied(self) -> bool:
        """Whether the op has had its effect, so that what depends on it may go on."""
        return self.verdict in APPLIED and (self.version > 0 or self.verdict is not VerdictKind.CONFLICT)


APPLIED = frozenset({VerdictKind.ACCEPTED, VerdictKind.MERGED, VerdictKind.CONFLICT})


@dataclass(frozen=True)
class Quarantined:
    """An op that was not applied, kept for a person to decide."""

    partition: str
    op_id: str
    sha: str
    kind: str
    record_id: str | None
    person_id: str | None
    problem: Problem


@dataclass(frozen=True)
class ReviewItem:
    """Something for the supervisor's queue of a partition."""

    partition: str
    id: str
    reason: str
    op_id: str | None
    record_id: str | None
    person_id: str | None


@dataclass(frozen=True)
class HeldNow:
    """Something that is held, as it stands: who wrote it, and the officer whose supervisor decides on it."""

    author: str
    officer: str
    is_intake: bool
    open: bool
    """Nobody has decided on it, or central could not do what was decided."""
    decided: str = ""
    """What a supervisor has decided on it, where that stands."""
    offered: frozenset[str] = frozenset()
    """Who may be the one not listed: the persons of that ID."""


@dataclass
class World:
    """The working set of one exchange for one user's device."""

    user_id: str
    device_id: str
    now: dt.datetime
    counters: dict[str, Counter]
    life: str = ""
    """Who writes: the device in one life of its vault. A clone, or an old vault put back, does not know what
    another life of the same device wrote."""
    grants: dict[str, Grant] = field(default_factory=dict)
    records: dict[str, Standing] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    leaves: dict[tuple[str, str], Leave] = field(default_factory=dict)
    record_leaves: dict[tuple[str, str], Leave] = field(default_factory=dict)
    """(Partition, record) of single records that left, as someone not listed does when matched."""
    supervised: frozenset[str] = frozenset()
    """The officers whose work the user looks over; read where an op asks for it."""
    authors: dict[str, str] = field(default_factory=dict)
    """Who wrote a report that an op decides on, or a step that it takes back."""
    held: dict[str, HeldNow] = field(default_factory=dict)
    """What is held, by its op; read where an op decides on it."""
    held_places: dict[str, str] = field(default_factory=dict)
    """Person → the officer in whose caseload they stand, of those to whom someone not listed is matched."""
    ended_groups: dict[str, str] = field(default_factory=dict)
    """Groups whose rest did not come, as a person ended them: released, each op alone, or refused."""
    ledger: dict[str, Entry] = field(default_factory=dict)
    successors: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, tuple[ConflictRow, ...]] = field(default_factory=dict)
    by_agency_id: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """An agency's ID → who carries it, as central itself knows."""
    claimed_ids: frozenset[str] = frozenset()
    """An agency's IDs that an officer says a person carries, and nobody else."""

    decided: dict[str, Entry] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    """Changed record → its version before this exchange, 0 for a new one."""
    unclean: set[str] = field(default_factory=set)
    """Changed records that hold more than the device knows: their bodies go back with the answer."""
    new_places: dict[str, str] = field(default_factory=dict)
    waits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    new_successors: dict[str, str] = field(default_factory=dict)
    conflict_rows: dict[tuple[str, str, str], ConflictRow] = field(default_factory=dict)
    quarantined: dict[tuple[str, str], Quarantined] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    """Quarantined op → the state that this exchange gives it."""
    reviews: dict[str, ReviewItem] = field(default_factory=dict)
    cases_shown: dict[str, str] = field(default_factory=dict)
    """Op → the partition of the whole case that its author may read from now on, for some days."""
    held_decisions: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Held op → the record of the decision on it, and what is decided; central carries it out after the commit."""
    _journal: list[Callable[[], None]] | None = None

    def put(self, mapping: dict[K, V], key: K, value: V) -> None:
        """Set a key so that `take_back` can undo it."""
        if self._journal is not None:
            had = key in mapping
            before: Any = mapping.get(key)
            self._journal.append(lambda: _restore(mapping, key, had=had, before=before))
        mapping[key] = value

    def begin(self) -> None:
        """Start remembering changes, for a group that goes all or nothing."""
        self._journal = []

    def keep(self) -> None:
        """The group stands."""
        self._journal = None

    def take_back(self) -> None:
        """Undo every change since `begin`."""
        journal, self._journal = self._journal or [], None
        for undo in reversed(journal):
            undo()

    def write(self, after: Standing, *, clean: bool) -> Standing:
        """Put a changed record, with its feed number and the partition's hash; tells how it stands now."""
        counter = self.counters[after.partition]
        before = self.records.get(after.id)
        number = counter.next()
        if before is not None and not before.deleted:
            counter.take_away(before.id, before.version)
        if not after.deleted:
            counter.add(after.id, after.version)
        if self._journal is not None:
            self._journal.append(lambda: self._unwrite(before, after))
        standing = replace(after, number=number)
        self.put(self.records, after.id, standing)
        if after.id not in self.written:
            self.put(self.written, after.id, before.version if before else 0)
        if not clean:
            self.unclean.add(after.id)
        return standing

    def _unwrite(self, before: Standing | None, after: Standing) -> None:
        counter = self.counters[after.partition]
        if not after.deleted:
            counter.take_away(after.id, after.version)
        if before is not None and not before.deleted:
            counter.add(before.id, before.version)


def _restore(mapping: dict[K, V], key: K, *, had: bool, before: V) -> None:
    if had:
        mapping[key] = before
    else:
        del mapping[key]
