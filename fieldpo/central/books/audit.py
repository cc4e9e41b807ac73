"""Central's own log: sign-ins, enrolments and what administrators did. Who, what, when, with which outcome (CJIS AU-2).

Rows are written within the transaction of what they tell, so that neither stands without the other; only a failed
sign-in has nothing beside it. No row holds what a person typed, but for the names of users that there are: ids and
codes only. The database refuses to change or delete a row, whoever asks, short of changing its schema.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.moments import stamp

audit = sa.Table(
    "central_audit",
    sa.MetaData(),
    sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
)

_COLUMNS = "at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL"
_SQLITE = (
    f"CREATE TABLE central_audit (n INTEGER PRIMARY KEY AUTOINCREMENT, {_COLUMNS})",
    *(
        f"CREATE TRIGGER central_audit_no_{act} BEFORE {act.upper()} ON central_audit "
        "BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END"
        for act in ("update", "delete")
    ),
)
_POSTGRES = (
    f"CREATE TABLE central_audit (n BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {_COLUMNS})",
    """CREATE FUNCTION central_audit_stays() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION 'the log is only added to'; END$$""",
    """CREATE TRIGGER central_audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON central_audit
    EXECUTE FUNCTION central_audit_stays()""",
)


def first(conn: Connection) -> None:
    """The log, and what keeps it whole."""
    for statement in _POSTGRES if conn.dialect.name == "postgresql" else _SQLITE:
        conn.exec_driver_sql(statement)


STEPS: tuple[Callable[[Connection], None], ...] = (first,)


@dataclass(frozen=True)
class Row:
    """One row: `at` is UTC, ISO 8601 with milliseconds; `who` a user's id, or `shell:` and an account of the server."""

    n: int
    at: str
    who: str
    what: str
    subject: str
    outcome: str


def note(
    conn: Connection,
    what: str,
    subject: str = "",
    *,
    who: str = "",
    outcome: str = "ok",
    now: dt.datetime | None = None,
) -> None:
    """Add a row in the caller's transaction; without `who`, in the name of the server's account that runs this."""
    row = {
        "at": stamp(now or dt.datetime.now(dt.UTC)),
        "who": who or operator(),
        "what": what,
        "subject": subject,
        "outcome": outcome,
    }
    conn.execute(sa.insert(audit), [row])


def rows(conn: Connection, after: int = 0) -> list[Row]:
    """Every row after the n-th, oldest first."""
    query = sa.select(audit).where(audit.c.n > after).order_by(audit.c.n)
    return [Row(*row) for row in conn.execute(query)]


def operator() -> str:
    """The server's account by which a command runs; not what the environment claims, where the system knows better."""
    try:
        import pwd
    except ModuleNotFoundError:  # Windows
        import getpass

        return f"shell:{getpass.getuser()}"
    try:
        return f"shell:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"shell:{os.getuid()}"
