"""What a supervisor decided last on something that is held, where central has not done it: not yet, or it could not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.team_tables import DONE, held_decision


@dataclass(frozen=True)
class LastDecided:
    """`decided_at` is UTC, ISO 8601. `trouble` says why central could not do it; without it it is still to be done."""

    decided: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    trouble: str | None = None


NOBODY = LastDecided()


def last_decided(conn: Connection, op_ids: Collection[str]) -> dict[str, LastDecided]:
    """By the op that is held; none for those on which nobody has decided, or on which the last decision was done."""
    query = sa.select(held_decision).order_by(held_decision.c.decided_at, held_decision.c.id)
    last = {row.held_op_id: row for row in select_in(conn, query, held_decision.c.held_op_id, op_ids)}
    return {
        op_id: LastDecided(row.decision, row.user_id, row.decided_at, row.trouble or None)
        for op_id, row in last.items()
        if row.state != DONE
    }
