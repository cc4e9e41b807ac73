"""Tables of teams, of records that left a partition alone, of groups that a person has ended, and of what supervisors
decided on that is held.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.core_schema import run
from fieldpo.central.books.tables import metadata

team = sa.Table(
    "team",
    metadata,
    sa.Column("partition_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
)

team_member = sa.Table(
    "team_member",
    metadata,
    sa.Column("partition_id", sa.Text, primary_key=True),
    sa.Column("officer_id", sa.Text, primary_key=True),
    sa.Column("since", sa.Text, nullable=False),
)
"""An officer is in one team at most."""

record_leave = sa.Table(
    "record_leave",
    metadata,
    sa.Column("partition_id", sa.Text, primary_key=True),
    sa.Column("record_id", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("left_at", sa.Text, nullable=False),
    sa.Column("to_partition", sa.Text, nullable=False),
)

ended_group = sa.Table(
    "ended_group",
    metadata,
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text, nullable=False),
)
"""`state`: released (its members stand each alone) or refused, also for a member that comes after."""

held_decision = sa.Table(
    "held_decision",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("held_op_id", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("trouble", sa.Text, nullable=False),
    sa.Column("decided_at", sa.Text, nullable=False),
)
"""A supervisor's decision, by its record. `state`: undone until central has carried it out; then done, or failed, with
the sentence that says why."""

UNDONE, DONE, FAILED = "undone", "done", "failed"
IS_UNDONE = held_decision.c.state == sa.literal_column(f"'{UNDONE}'")
"""The word is that of the index, so that it is used."""

QUEUED = "kind IN ('case', 'condition', 'intake', 'report_step', 'violation_report', 'withdrawal', 'addendum')"
"""What a team's queue is made of; the words are those of the index, so that it is used."""


def first(conn: Connection) -> None:
    """Teams, leaves of single records, ended groups, and the index by which a queue is made."""
    run(
        conn,
        f"""
        CREATE TABLE team (partition_id TEXT PRIMARY KEY, name TEXT NOT NULL, made_at TEXT NOT NULL);
        CREATE UNIQUE INDEX team_name ON team (name);
        CREATE TABLE team_member (
            partition_id TEXT NOT NULL, officer_id TEXT NOT NULL, since TEXT NOT NULL,
            PRIMARY KEY (partition_id, officer_id)
        );
        CREATE UNIQUE INDEX team_member_officer ON team_member (officer_id);
        CREATE TABLE record_leave (
            partition_id TEXT NOT NULL, record_id TEXT NOT NULL, number BIGINT NOT NULL, left_at TEXT NOT NULL,
            to_partition TEXT NOT NULL, PRIMARY KEY (partition_id, record_id)
        );
        CREATE INDEX record_leave_feed ON record_leave (partition_id, number);
        CREATE TABLE ended_group (
            device_id TEXT NOT NULL, group_id TEXT NOT NULL, state TEXT NOT NULL, ended_at TEXT NOT NULL,
            PRIMARY KEY (device_id, group_id)
        );
        CREATE INDEX record_queued ON record (partition_id, kind) WHERE {QUEUED}
        """,
    )


def held_decisions(conn: Connection) -> None:
    """What supervisors decided on that is held; central looks for those that it has not carried out."""
    run(
        conn,
        f"""
        CREATE TABLE held_decision (
            id TEXT PRIMARY KEY, held_op_id TEXT NOT NULL, user_id TEXT NOT NULL,
            decision TEXT NOT NULL, state TEXT NOT NULL, trouble TEXT NOT NULL, decided_at TEXT NOT NULL
        );
        CREATE INDEX held_decision_op ON held_decision (held_op_id);
        CREATE INDEX held_decision_undone ON held_decision (decided_at) WHERE state = '{UNDONE}'
        """,
    )


def late_decided(conn: Connection) -> None:
    """Late entries that were decided before supervisors could wait for nobody: their queues had kept them."""
    decided = "(SELECT max(q.state) FROM quarantine q WHERE q.op_id = review.op_id AND q.user_id = review.user_id)"
    still = (
        "EXISTS (SELECT 1 FROM quarantine q "
        "WHERE q.op_id = review.op_id AND q.user_id = review.user_id AND q.state = 'open')"
    )
    run(
        conn,
        f"UPDATE review SET state = {decided} "  # noqa: S608 - our words
        f"WHERE state = 'open' AND reason = 'after-leave' AND {decided} IS NOT NULL AND NOT {still}",
    )


STEPS: tuple[Callable[[Connection], None], ...] = (first, held_decisions, late_decided)
