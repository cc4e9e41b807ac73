"""The feeds that this device pulls: how far each has come, which load it is in, and the hash of its base copy.

A record counts into its partition's hash while central's copy of it stands here: in its row, or in its base copy
while local ops wait. A record that has left stands under `left:` and its old partition, and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from fieldpo.sync.protocol.exchange import HASH_MODULUS, TEAM, hash_text, record_digest

LEFT = "left:"
"""Stands before the partition of a record that left it, until the record is purged."""

_FRESH = 2
"""The value of `loading` for a load over nothing."""


@dataclass(frozen=True)
class Partition:
    """One feed as this device has it. `loading` until its first or renewed load is swept; `fresh` where nothing stood
    when it began, so that nothing is to be swept.
    """

    id: str
    cursor: str
    number: int
    generation: int
    loading: bool
    fresh: bool
    hash: str


def partitions(connection: Connection) -> list[Partition]:
    """Every partition that is pulled."""
    rows = connection.execute(
        text("SELECT id, cursor, number, generation, loading, hash FROM partition WHERE revoked = 0 ORDER BY id")
    )
    return [Partition(r.id, r.cursor, r.number, r.generation, r.loading > 0, r.loading == _FRESH, r.hash) for r in rows]


def partition(connection: Connection, partition_id: str) -> Partition | None:
    """One partition, or None if it is not pulled."""
    return next((one for one in partitions(connection) if one.id == partition_id), None)


def loads_anew(connection: Connection) -> bool:
    """Whether a partition comes again whole over what stands: its hash differed, or central went back."""
    asked = text("SELECT 1 FROM partition WHERE loading = 1 AND revoked = 0 AND hash <> :none LIMIT 1")
    return connection.scalar(asked, {"none": hash_text(0)}) is not None


def supervises(connection: Connection) -> bool:
    """Whether a team's partition is granted on this computer."""
    return any(one.id.startswith(TEAM) for one in partitions(connection))


def cursors(connection: Connection) -> dict[str, str]:
    """The cursors to send; a partition that starts anew is named with an empty one."""
    return {one.id: one.cursor for one in partitions(connection)}


def grant(connection: Connection, partition_id: str) -> None:
    """Begin to pull a partition; one that is pulled already stays as it is."""
    connection.execute(
        text(
            "INSERT INTO partition (id, cursor, number, generation, loading, hash, revoked) "
            "VALUES (:id, '', 0, 0, 1, :hash, 0) ON CONFLICT (id) DO NOTHING"
        ),
        {"id": partition_id, "hash": hash_text(0)},
    )


def begin_load(connection: Connection, partition_id: str) -> None:
    """Start a load from the feed's beginning, over what stands: nothing of central's where the hash counts nothing."""
    connection.execute(
        text(
            "UPDATE partition SET generation = generation + 1, loading = CASE hash WHEN :none THEN 2 ELSE 1 END "
            "WHERE id = :id"
        ),
        {"id": partition_id, "none": hash_text(0)},
    )


def move_cursor(connection: Connection, partition_id: str, cursor: str, number: int) -> None:
    """Note how far the feed has come, in the transaction that brought the records."""
    connection.execute(
        text("UPDATE partition SET cursor = :cursor, number = :number WHERE id = :id"),
        {"id": partition_id, "cursor": cursor, "number": number},
    )


def ask_reload(connection: Connection, partition_id: str) -> None:
    """Let the next exchange bring the whole partition again."""
    connection.execute(text("UPDATE partition SET cursor = '', loading = 1 WHERE id = :id"), {"id": partition_id})


def end_load(connection: Connection, partition_id: str) -> None:
    """The load is complete and swept."""
    connection.execute(text("UPDATE partition SET loading = 0 WHERE id = :id"), {"id": partition_id})


@dataclass
class Tally:
    """What a transaction adds to and takes from the partitions' hashes."""

    changes: dict[str, int] = field(default_factory=dict)

    def add(self, partition_id: str, record_id: str, version: int) -> None:
        """Count a record that central has."""
        if version > 0:
            self.changes[partition_id] = self.changes.get(partition_id, 0) + record_digest(record_id, version)

    def take(self, partition_id: str, record_id: str, version: int) -> None:
        """Take a record out that is replaced, deleted or gone."""
        if version > 0:
            self.changes[partition_id] = self.changes.get(partition_id, 0) - record_digest(record_id, version)

    def take_all(self, partition_id: str, rows: Iterable[tuple[str, int]]) -> None:
        """Take several records of one partition out."""
        for record_id, version in rows:
            self.take(partition_id, record_id, version)

    def store(self, connection: Connection) -> None:
        """Write the new hashes, within the transaction that changed the records."""
        for partition_id, change in self.changes.items():
            found = connection.scalar(text("SELECT hash FROM partition WHERE id = :id"), {"id": partition_id})
            if found is not None and change:
                total = (int(found, 16) + change) % HASH_MODULUS
                connection.execute(
                    text("UPDATE partition SET hash = :hash WHERE id = :id"),
                    {"id": partition_id, "hash": hash_text(total)},
                )
        self.changes.clear()
