"""Having central's database to oneself, for what no central that serves may live through.

Whoever has the database open holds a lock of the operating system, which goes with its process: one that died, however,
is in nobody's way.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading
from fieldpo.errors import BadInput


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Raises BadInput while another program is connected. On SQLite none comes in either, until the block ends."""
    if engine.dialect.name == "postgresql":
        _refuse_others(engine)
        yield
        return
    engine.dispose()  # our own connections that nobody uses just now would be in the way
    _hold(engine)
    try:
        yield
    finally:
        with contextlib.suppress(sqlite3.Error):  # what stays then is in nobody's way, and the next one takes it away
            _let_go(engine)
        engine.dispose()  # with the connection its lock goes


def _refuse_others(engine: Engine) -> None:
    with reading(engine) as conn:
        others = conn.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        ).scalar_one()
    if others:
        raise BadInput(
            f"{others} other connections to this database are open: stop central first, and whatever else reads it. "
            "Nothing was changed."
        )


def _hold(engine: Engine) -> None:
    """Leave write-ahead logging, which SQLite allows to the only one at a database; the pool keeps the connection."""
    try:
        _say(engine, "busy_timeout=0", "locking_mode=EXCLUSIVE", "journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        engine.dispose()
        if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        raise BadInput(
            "Another program has this database open: stop central first, and whatever else reads it. Nothing was "
            "changed."
        ) from error


def _let_go(engine: Engine) -> None:
    """Take away the journal of old pages as well, which SQLite leaves after a lock held so long."""
    _say(engine, "journal_mode=DELETE", "locking_mode=NORMAL", "journal_mode=PERSIST", "journal_mode=DELETE")


def _say(engine: Engine, *pragmas: str) -> None:
    with engine.connect() as conn:
        raw: Any = conn.connection.driver_connection
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}").fetchall()
