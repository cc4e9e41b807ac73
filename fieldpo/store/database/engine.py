"""The two database engines on the vault's one file: one writes, one reads, and neither ever turns into the other.

With one engine and BEGIN IMMEDIATE everywhere a read during a sync took 35 ms at p95; with two, 1.0. The driver is
in autocommit and SQLAlchemy's `begin` event opens each transaction: without that event a rollback silently
commits. The key is given by the `creator`, so it stands in no URL and no repr.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as dbapi
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from fieldpo.errors import (
    DiskFull,
    ReadOnlyDisk,
    StorageFailed,
    VaultBusy,
    VaultDamaged,
    VaultError,
)
from fieldpo.store.files import DISK_FULL, READ_ONLY

READERS: Final = 4
BUSY_MILLISECONDS: Final = 5_000
PAGE_PROOF: Final = "HMAC_SHA256"
"""What proves that a page is as it was written. Processors have steps of their own for SHA-256, so that a page is
written in three quarters of the time that SHA-512 takes, and read in two thirds."""
_FIRST_PAGE_PROOF: Final = "HMAC_SHA512"
"""SQLCipher's own choice, in vaults of before: they stay as they are."""
_KEPT_LOG = 2**20
"""What the log's file keeps once all of it has been moved, so that its size tells how much is in it."""
_CHECKPOINT_PAGES = 32 * 2**20 // 4096
"""Where a commit itself moves the log into the database, and everybody waits for it: long after `Folding`."""
_CACHE_KIB = 8 * 1024
"""The writer's pages in memory; 600 rows of a sync touch more than SQLite's own 2 MB, and each page read again is
decrypted again."""
POOL_SECONDS = 30


@dataclass(frozen=True)
class Engines:
    """The pair; `dispose` closes the connections that are not in use."""

    writing: Engine
    reading: Engine

    def dispose(self) -> None:
        """Close both pools."""
        self.reading.dispose()
        self.writing.dispose()


def open_engines(path: Path, key: bytes, *, busy_milliseconds: int = BUSY_MILLISECONDS) -> Engines:
    """Open the vault's database and prove the key. The file must be there; an empty one becomes a database.

    Raises `VaultDamaged` if the key does not open it or its first page does not check out, `StorageFailed` if the
    disk refuses.
    """
    opened = partial(_opened, path, key, busy_milliseconds)
    try:
        return opened(PAGE_PROOF)
    except VaultDamaged:
        return opened(_FIRST_PAGE_PROOF)


def _opened(path: Path, key: bytes, busy_milliseconds: int, proof: str) -> Engines:
    connect = partial(_connect, path, key, busy_milliseconds, proof)
    engines = Engines(_engine(connect, reading=False), _engine(connect, reading=True))
    try:
        with plain_errors(), engines.writing.connect():
            pass
    except VaultError:
        engines.dispose()
        raise
    return engines


@contextlib.contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A connection inside one transaction: committed at the end, rolled back if anything is raised."""
    with plain_errors(), engine.begin() as connection:
        yield connection


def checkpoint(engines: Engines) -> bool:
    """Move the write-ahead log into the database and truncate it; False if a reader or another program held it.

    Most of it is moved by a reader, beside whom others write; only what they wrote meanwhile is moved by the writer.
    """
    fold(engines)
    return _checkpoint(engines.writing, "TRUNCATE")


def fold(engines: Engines) -> None:
    """Move what stands in the log now into the database; others read and write beside it."""
    _checkpoint(engines.reading, "PASSIVE")


def _checkpoint(engine: Engine, how: str) -> bool:
    with plain_errors():
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA wal_checkpoint({how})")
            row = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
    return row is not None and row[0] == 0


def integrity_problems(engine: Engine) -> tuple[str, ...]:
    """Every page that does not check out, as SQLCipher and SQLite name them; empty when all is well."""
    problems: list[str] = []
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        try:
            for pragma in ("cipher_integrity_check", "integrity_check"):
                cursor.execute(f"PRAGMA {pragma}")
                problems += [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
        except dbapi.DatabaseError as error:
            problems.append(str(error))
        cursor.close()
    finally:
        connection.close()
    return tuple(problems)


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what the database says about disk, lock and damage into a sentence; other errors pass."""
    try:
        yield
    except PoolTimeout as error:
        raise busy() from error
    except (DBAPIError, dbapi.Error) as error:
        said = _sentence(error.orig if isinstance(error, DBAPIError) else error)
        if said is None:
            raise
        raise said from error


def _sentence(error: BaseException | None) -> VaultError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    match code & 0xFF:  # the primary result code, https://www.sqlite.org/rescode.html
        case 5 | 6:  # SQLITE_BUSY, SQLITE_LOCKED
            return busy()
        case 13:  # SQLITE_FULL
            return DiskFull(DISK_FULL)
        case 8:  # SQLITE_READONLY
            return ReadOnlyDisk(READ_ONLY)
        case 10 | 14:  # SQLITE_IOERR, SQLITE_CANTOPEN
            return StorageFailed(
                "The disk did not take it or could not be read. Nothing of this was saved, earlier entries "
                "are safe. Check that the disk is there and has room, then run fieldpo doctor."
            )
        case 11 | 26:  # SQLITE_CORRUPT, SQLITE_NOTADB
            return VaultDamaged(
                "The vault does not check out: a part of the file was changed or lost. Nothing more was written. "
                "Keep the folder as it is and run fieldpo doctor, or ask your agency to recover it."
            )
    return None


def busy() -> VaultBusy:
    """Another program or thread keeps the vault; nothing was written."""
    return VaultBusy(
        "Another fieldpo was writing to the vault for too long. Nothing of this was saved, what you typed is "
        "still here. Try again."
    )


def _engine(connect: Callable[..., Any], *, reading: bool) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        module=dbapi,
        creator=partial(connect, reading=reading),
        poolclass=QueuePool,
        pool_size=READERS if reading else 1,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,
    )
    begin = "BEGIN" if reading else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connect(path: Path, key: bytes, busy_milliseconds: int, proof: str, *, reading: bool) -> Any:
    connection = dbapi.connect(
        f"{path.absolute().as_uri()}?mode=rw",  # never makes a file: SQLite would make it 0644
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    pragmas = [
        "cipher_log_level=NONE",  # before the key: a wrong one would print to stderr and garble the screen
        f"key=\"x'{key.hex()}'\"",
        f"cipher_hmac_algorithm={proof}",
        "temp_store=MEMORY",
        f"busy_timeout={busy_milliseconds}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        f"journal_size_limit={_KEPT_LOG}",
    ]
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if reading:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
