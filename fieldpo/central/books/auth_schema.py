"""Migration steps of users, tokens, device codes and imports, in order; see `migrations`.

Only hashes of secrets stand here: Argon2id of passwords, sha256 of the random tokens and codes. Times are UTC in
ISO 8601 text.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Connection

from fieldpo.central.books.core_schema import run

_FIRST = """
CREATE TABLE app_user (
    user_id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created_at TEXT NOT NULL,
    disabled_at TEXT
);

CREATE TABLE enrolment (device_id TEXT PRIMARY KEY, posture TEXT NOT NULL);

CREATE TABLE device_code (
    sha TEXT PRIMARY KEY,
    user_code TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    posture TEXT NOT NULL,
    state TEXT NOT NULL,
    user_id TEXT,
    device_id TEXT,
    pause BIGINT NOT NULL,
    polled_at TEXT,
    expires_at TEXT NOT NULL
);

CREATE TABLE bearer (
    sha TEXT PRIMARY KEY,
    device_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    generation BIGINT NOT NULL,
    state TEXT NOT NULL,
    used_at TEXT,
    expires_at TEXT NOT NULL
);
CREATE INDEX bearer_device ON bearer (device_id, generation);

CREATE TABLE page_session (
    sha TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    csrf TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE throttle (
    bucket TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    since TEXT NOT NULL
);

CREATE TABLE imported (
    agency TEXT NOT NULL,
    system TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record_id TEXT NOT NULL,
    body TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (agency, system, kind, key)
);

CREATE TABLE import_kept (
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    theirs TEXT NOT NULL,
    current TEXT NOT NULL,
    PRIMARY KEY (record_id, field, imported_at)
)
"""


def first(conn: Connection) -> None:
    """Users, sign-in, tokens, and what earlier imports brought."""
    run(conn, _FIRST)


_AGAIN = """
ALTER TABLE device_code ADD COLUMN generation BIGINT NOT NULL DEFAULT 0
"""


def again(conn: Connection) -> None:
    """A code may be one by which an enrolled device signs in again: its tokens are another generation."""
    run(conn, _AGAIN)


_CLAIMS = """
ALTER TABLE person_identifier ADD COLUMN claimed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE person_identifier SET claimed = TRUE
WHERE NOT EXISTS (
    SELECT 1 FROM imported
    WHERE imported.kind = 'person' AND imported.record_id = person_identifier.person_id
        AND imported.key = person_identifier.value
)
"""


def claims(conn: Connection) -> None:
    """An agency's ID that no file has brought is a claim; nothing is matched by it without a person."""
    run(conn, _CLAIMS)


_SOURCES = """
ALTER TABLE device_code ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE INDEX device_code_ends ON device_code (expires_at);
CREATE INDEX device_code_source ON device_code (source)
"""


def sources(conn: Connection) -> None:
    """From where a code was asked for, so that one address does not take them all."""
    run(conn, _SOURCES)


STEPS: tuple[Callable[[Connection], None], ...] = (first, again, claims, sources)
