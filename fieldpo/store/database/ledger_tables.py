"""The vault's own books beside the records: ops, base copies, partitions, undo, drafts, the log, the index.

Made by numbered migrations; outbox bytes are never rewritten by one.
"""

from __future__ import annotations

import enum

from sqlmodel import Field, SQLModel


class OpState(enum.StrEnum):
    """Where an entry is on its way. The first three still wait for central's final answer."""

    WAITING = "waiting"
    BLOCKED = "blocked"
    PARKED = "parked"
    DONE = "done"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    ANSWERED = "answered"
    """A conflict or rejection that the officer has since answered by another op."""


OPEN_STATES = (OpState.WAITING, OpState.BLOCKED, OpState.PARKED)


class OpTable(SQLModel, table=True):
    """The outbox. `position` is the order of saving, never reused.

    `seq` counts from 1 within an incarnation, without gaps. `verdict` is central's answer as JSON, `inbox`
    its place in central's inbox and `epoch` central's history at the time.
    """

    __tablename__ = "op"
    position: int | None = Field(default=None, primary_key=True)
    op_id: str = Field(unique=True)
    incarnation: str = Field(index=True)
    seq: int
    kind: str
    record_id: str = Field(index=True)
    person_id: str | None = Field(default=None, index=True)
    partition: str = ""
    group_id: str | None = None
    act_id: str = Field(index=True)
    state: str = Field(default=OpState.WAITING, index=True)
    tries: int = 0
    problem: str = ""
    verdict: str | None = None
    inbox: int = 0
    epoch: str = ""
    saved_utc: float = 0.0
    """UTC seconds by the device's clock, for people only."""


class OpTextTable(SQLModel, table=True):
    """The frozen ops by their position: written once, and gone when the case has left and central's backup has them.

    The view `frozen_op` is the outbox with the texts that stand.
    """

    __tablename__ = "op_text"
    position: int | None = Field(default=None, primary_key=True)
    text: str


class BaseTable(SQLModel, table=True):
    """Central's last known copy of a record that local ops wait on. `body` is None where central has none."""

    __tablename__ = "base"
    id: str = Field(primary_key=True)
    kind: str
    partition: str
    version: int = 0
    number: int = 0
    body: str | None = None


class PartitionTable(SQLModel, table=True):
    """A feed that this device pulls, and how far. `hash` is of the base copy, 64 hexadecimal digits."""

    __tablename__ = "partition"
    id: str = Field(primary_key=True)
    cursor: str = ""
    number: int = 0
    generation: int = 0
    loading: bool = True
    hash: str = "0" * 64
    revoked: bool = False


class ActTable(SQLModel, table=True):
    """An officer's act, for undo: its words, and whether it has been taken back. Its ops name it."""

    __tablename__ = "act"
    position: int | None = Field(default=None, primary_key=True)
    act_id: str = Field(unique=True)
    label: str
    undone: bool = False
    undoes: str | None = None
    saved_utc: float = 0.0


class DraftTable(SQLModel, table=True):
    """A form not yet saved. `draft_id` becomes the entry's id, so that a double submit is one entry."""

    __tablename__ = "draft"
    draft_id: str = Field(primary_key=True)
    form: str
    person_id: str | None = Field(default=None, index=True)
    state: str
    saved_utc: float = 0.0


class AuditTable(SQLModel, table=True):
    """The hash-chained log of what was done and read; `text` is frozen JSON."""

    __tablename__ = "audit"
    n: int | None = Field(default=None, primary_key=True)
    text: str
    hash: str
    sent: bool = False


class SearchRowTable(SQLModel, table=True):
    """What a row of the full-text index speaks of."""

    __tablename__ = "search_row"
    row: int | None = Field(default=None, primary_key=True)
    record_id: str = Field(unique=True)
    kind: str
    person_id: str | None = Field(default=None, index=True)


class SearchDueTable(SQLModel, table=True):
    """Records that came down and are not yet in the full-text index; worked off in slices."""

    __tablename__ = "search_due"
    record_id: str = Field(primary_key=True)
    kind: str
