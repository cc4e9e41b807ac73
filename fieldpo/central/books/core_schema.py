"""Migration steps of central's core: records, feeds, the ledger of ops, devices.

JSON stands as text. Raw ops stand as bytes, since text columns of PostgreSQL refuse U+0000 and everything
received has to be kept. Times are UTC in ISO 8601 text, which both databases order alike.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE partition_counter (
    id TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE feed_mark (
    partition_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    token TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (partition_id, number)
);

CREATE TABLE record (
    partition_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT,
    version BIGINT NOT NULL,
    number BIGINT NOT NULL,
    writer TEXT NOT NULL,
    writer_since BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (partition_id, id)
);
CREATE INDEX record_feed ON record (partition_id, number);
CREATE INDEX record_person ON record (partition_id, person_id);
CREATE INDEX record_id ON record (id);

CREATE TABLE leave (
    partition_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    left_at TEXT NOT NULL,
    to_partition TEXT NOT NULL,
    PRIMARY KEY (partition_id, person_id)
);
CREATE INDEX leave_feed ON leave (partition_id, number);

CREATE TABLE person_place (person_id TEXT PRIMARY KEY, partition_id TEXT NOT NULL);
CREATE INDEX person_place_partition ON person_place (partition_id);

CREATE TABLE assignment (
    partition_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT,
    PRIMARY KEY (partition_id, user_id)
);
CREATE INDEX assignment_user ON assignment (user_id);

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    verdict_rev BIGINT NOT NULL,
    audit_through BIGINT NOT NULL,
    enrolled_at TEXT NOT NULL,
    seen_at TEXT,
    revoked_at TEXT
);
CREATE TABLE device_incarnation (
    device_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    known_through BIGINT NOT NULL,
    forked BOOLEAN NOT NULL,
    PRIMARY KEY (device_id, incarnation)
);
CREATE TABLE received_seq (
    device_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    seq BIGINT NOT NULL,
    op_id TEXT NOT NULL,
    PRIMARY KEY (device_id, incarnation, seq, op_id)
);
CREATE TABLE device_audit (
    device_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    hash TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (device_id, n, hash)
);

CREATE TABLE inbox (
    number BIGINT PRIMARY KEY,
    op_id TEXT NOT NULL,
    sha TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    raw {bytes} NOT NULL
);
CREATE UNIQUE INDEX inbox_op ON inbox (op_id, sha, device_id);

CREATE TABLE ledger (
    op_id TEXT PRIMARY KEY,
    sha TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    inbox BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    rev BIGINT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT,
    partition_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    number BIGINT NOT NULL,
    group_id TEXT,
    problem TEXT,
    conflicts TEXT
);
CREATE INDEX ledger_rev ON ledger (device_id, rev);
CREATE INDEX ledger_group ON ledger (device_id, group_id);

CREATE TABLE waiting (
    op_id TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    device_id TEXT NOT NULL,
    PRIMARY KEY (op_id, waits_for)
);
CREATE INDEX waiting_for ON waiting (device_id, waits_for);

CREATE TABLE supersession (op_id TEXT PRIMARY KEY, successor TEXT NOT NULL);

CREATE TABLE conflict (
    partition_id TEXT NOT NULL,
    id TEXT NOT NULL,
    field TEXT NOT NULL,
    record_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    person_id TEXT,
    op_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    yours TEXT NOT NULL,
    current TEXT NOT NULL,
    earlier TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_by TEXT,
    PRIMARY KEY (partition_id, id, field)
);
CREATE INDEX conflict_record ON conflict (record_id);

CREATE TABLE quarantine (
    partition_id TEXT NOT NULL,
    op_id TEXT NOT NULL,
    sha TEXT NOT NULL,
    device_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT,
    person_id TEXT,
    problem TEXT NOT NULL,
    state TEXT NOT NULL,
    arrived_at TEXT NOT NULL,
    PRIMARY KEY (partition_id, op_id, sha)
);

CREATE TABLE review (
    partition_id TEXT NOT NULL,
    id TEXT NOT NULL,
    reason TEXT NOT NULL,
    op_id TEXT,
    record_id TEXT,
    person_id TEXT,
    state TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    PRIMARY KEY (partition_id, id)
)
"""


def first(conn: Connection) -> None:
    """Every table of the first version, and the database's first epoch."""
    run(conn, _FIRST)
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("CREATE SEQUENCE inbox_number")
    conn.execute(
        sa.text("INSERT INTO meta (key, value) VALUES ('epoch', :epoch), ('inbox', '0')"),
        {"epoch": secrets.token_hex(8)},
    )


def run(conn: Connection, script: str) -> None:
    """Run statements parted by `;`, with `{bytes}` standing for the database's type of raw bytes."""
    made = script.format(bytes="BYTEA" if conn.dialect.name == "postgresql" else "BLOB")
    for statement in made.split(";"):
        if statement.strip():
            conn.exec_driver_sql(statement)


def identifiers(conn: Connection) -> None:
    """The agency's identifiers of persons, by which an intake finds whom it means."""
    run(
        conn,
        """
        CREATE TABLE person_identifier (
            value TEXT NOT NULL, person_id TEXT NOT NULL, PRIMARY KEY (value, person_id)
        );
        CREATE INDEX person_identifier_person ON person_identifier (person_id)
        """,
    )


def open_rows(conn: Connection) -> None:
    """What a scrape counts, and a person looks for: rows that wait for somebody, without those that are settled."""
    run(
        conn,
        """
        CREATE INDEX quarantine_open ON quarantine (arrived_at) WHERE state = 'open';
        CREATE INDEX conflict_open ON conflict (opened_at) WHERE closed_by IS NULL
        """,
    )


def woken(conn: Connection) -> None:
    """Which blocked ops are looked at again: all of them once, then those whose wait may be over."""
    run(
        conn,
        """
        CREATE TABLE woken (id TEXT PRIMARY KEY, device_id TEXT NOT NULL, op_id TEXT NOT NULL);
        CREATE INDEX woken_device ON woken (device_id);
        CREATE INDEX waiting_name ON waiting (waits_for);
        INSERT INTO woken (id, device_id, op_id) SELECT DISTINCT op_id, device_id, op_id FROM waiting
        """,
    )


def held_by(conn: Connection) -> None:
    """Whose entries are held, so that a team's queue reads its own, and one intake is found without the others."""
    run(
        conn,
        """
        ALTER TABLE review ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
        UPDATE review SET user_id = COALESCE((SELECT user_id FROM ledger WHERE ledger.op_id = review.op_id), '');
        CREATE INDEX review_place ON review (partition_id) WHERE state = 'open';
        CREATE INDEX review_author ON review (user_id) WHERE state = 'open';
        CREATE INDEX review_entry ON review (id) WHERE state = 'open'
        """,
    )


def beyond_gaps(conn: Connection) -> None:
    """Of the numbers that a device gives its ops, only those beyond a gap are kept one by one."""
    run(
        conn,
        """
        DELETE FROM received_seq WHERE seq <= (
            SELECT known_through FROM device_incarnation AS life
            WHERE life.device_id = received_seq.device_id AND life.incarnation = received_seq.incarnation
        )
        """,
    )


STEPS: tuple[Callable[[Connection], None], ...] = (first, identifiers, open_rows, woken, held_by, beyond_gaps)
