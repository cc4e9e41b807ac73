"""The vault's own books beside the records, as the numbered migrations make them; none rewrites the outbox's bytes.

op: an entry of the outbox. `position` is the order of saving, never reused; `seq` counts from 1 within an incarnation,
without gaps; `inbox` is its place in central's inbox, `verdict` central's answer as JSON where that says more than that
all is done; `saved_utc` is UTC seconds by the device's clock, for people only.
op_text: the frozen op of a position, written once, and gone when the case has left and central's backup has it. The
view `frozen_op` is the outbox with the texts that stand.
base: central's last known copy of a record that local ops wait on; `body` is null where central has none.
at_central: what central has of a record that stands here: its version, its number in its partition's feed, and the load
that last brought it. Apart from the record's row, so that a verdict on a note does not write the note once more.
partition: a feed that this device pulls, and how far; `hash` is of the base copy, 64 hexadecimal digits.
act: an act of the officer, for undo: its words, and whether it has been taken back. Its ops name it.
draft: a form not yet saved. Its id becomes the entry's id, so that a double submit is one entry.
audit: the hash-chained log of what was done and read; `text` is frozen JSON. Under `audit_sent` stands in `meta` the
last row that central has.
search_row: what a row of the full-text index speaks of.
search_due: records that came down and are not yet in the index; worked off in slices.
"""

from __future__ import annotations

import enum

from sqlalchemy import Column, Integer, MetaData, String, Table


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
OPEN = f"({', '.join(repr(state.value) for state in OPEN_STATES)})"
"""The same as a list in SQL."""

BASE = Table(
    "base",
    MetaData(),
    Column("id", String, primary_key=True),
    *(Column(name, String) for name in ("kind", "partition")),
    *(Column(name, Integer) for name in ("version", "number")),
    Column("body", String),
)

AT_CENTRAL = Table(
    "at_central",
    MetaData(),
    Column("id", String, primary_key=True),
    *(Column(name, Integer) for name in ("version", "number", "generation")),
)
