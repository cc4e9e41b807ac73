"""Where the simulation takes hold of the real code: statements of databases, ids, fsync and central's threads.

Nothing of ours is replaced by a stand-in. A statement can be made the last one that a process runs, or one that the
disk refuses; flushing to a platter is left out, since a crash here is one of the program and not of the power.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest import mock

import sqlalchemy
import sqlcipher3.dbapi2 as cipher
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import LRUCache
from starlette import _exception_handler

from fieldpo.central.accounts import routes_sign_in
from fieldpo.central.books import database
from fieldpo.central.deciding import apply as central_apply
from fieldpo.central.deciding import decide
from fieldpo.central.exchanging import routes_sync
from fieldpo.central.serving import app
from fieldpo.store import files
from fieldpo.store.database import engine as store_engine
from fieldpo.store.opening import state
from fieldpo.sync import transport
from fieldpo.sync.protocol.ids import ids_from

FULL, BUSY, READ_ONLY = 13, 5, 8
"""SQLite's result codes of a full disk, of a lock that somebody else holds, and of a disk that takes no write."""


class Killed(BaseException):
    """The process that ran the statement is gone: nothing of it goes on."""


class Stumbled(Exception):
    """Central's rules failed as nobody foresaw."""


STUMBLE = "txtSTUMBLE"
"""Central's rules stumble over an entry that holds this text."""


@dataclass
class Process:
    """A program that runs on a machine of its own: central, or fieldpo on one laptop.

    `dies_in` and `refuses_in` count its statements down; at 0 it is killed, or the disk answers `refusal` for
    `refusals` statements. `dies_in` is counted from the statement on that has `dies_after` in it.
    """

    name: str
    dies_in: int | None = None
    dies_after: str = ""
    refuses_in: int | None = None
    refusal: int = FULL
    refusals: int = 1
    dead: bool = False
    statements: int = 0
    in_write: bool = False

    def tick(self, statement: str) -> None:
        """One more statement."""
        self.statements += 1
        if statement.startswith("BEGIN"):
            self.in_write = statement != "BEGIN"
        if self.dead:
            raise Killed(self.name)
        if self.dies_after:
            self.dies_after = "" if self.dies_after in statement else self.dies_after
        elif self.dies_in is not None:
            self.dies_in -= 1
            if self.dies_in < 0:
                self.dies_in, self.dead = None, True
                raise Killed(self.name)
        if self.refuses_in is not None and self.in_write and _writes(statement):
            self.refuses_in -= 1
            if self.refuses_in < 0:
                self.refusals -= 1
                if self.refusals <= 0:
                    self.refuses_in = None
                raise _refused(self.name, self.refusal)

    def calm(self) -> None:
        """No more trouble is to come."""
        self.dies_in = self.refuses_in = None
        self.dies_after = ""


def _writes(statement: str) -> bool:
    return statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE", "COMMIT", "BEGIN ")


def _refused(name: str, code: int) -> Exception:
    """What SQLAlchemy raises for the driver's error, so that ours is translated the same way."""
    made: Any = (sqlite3 if name == "central" else cipher).OperationalError("the simulated disk refused")
    made.sqlite_errorcode = code
    return OperationalError("", None, made)


@dataclass
class Seams:
    """What is handed in. `process` is the one that runs now; `clock` gives its time in UTC milliseconds."""

    draw: Callable[[], tuple[int, bytes]]
    stack: list[Process] = field(default_factory=list)
    mended: bool = False
    """Whether central's rules have been put right, and stumble over nothing."""

    @contextlib.contextmanager
    def running(self, process: Process) -> Iterator[Process]:
        """Statements in this block are the process's."""
        self.stack.append(process)
        try:
            yield process
        finally:
            self.stack.pop()

    def tick(self, statement: str) -> None:
        """A statement is about to run."""
        if self.stack:
            self.stack[-1].tick(statement)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Everything below runs by this simulation's hand until the block ends."""
        listeners: list[tuple[str, Callable[..., Any]]] = [
            ("connect", _vault_does_not_flush),
            ("before_cursor_execute", self._before),
            ("commit", self._commit),
        ]
        for name, hear in listeners:
            event.listen(Engine, name, hear)
        before = gc.get_threshold()
        gc.set_threshold(100_000, 50, 50)  # looked through as often as usual, the garbage is a tenth of a run's time
        logging.disable(logging.CRITICAL)  # central tells of each trouble that is put in
        try:
            with (
                ids_from(self.draw),
                mock.patch.object(transport, "threading", SimpleNamespace(**{**vars(threading), "Timer": _NoTimer})),
                mock.patch.object(os, "fsync", _nothing),
                mock.patch.object(database, "_prepare_sqlite", _central_does_not_flush),
                mock.patch.object(store_engine, "create_engine", _alike),
                mock.patch.object(sqlalchemy, "create_engine", _alike),
                mock.patch.object(state, "write_private", self._write_private),
                mock.patch.object(app, "run_in_threadpool", _inline),
                mock.patch.object(routes_sync, "run_in_threadpool", _inline),
                mock.patch.object(routes_sign_in, "run_in_threadpool", _inline),
                mock.patch.object(_exception_handler, "run_in_threadpool", _inline),
                mock.patch.object(decide, "apply", self._stumbling),
            ):
                yield
        finally:
            logging.disable(logging.NOTSET)
            gc.set_threshold(*before)
            for name, hear in listeners:
                event.remove(Engine, name, hear)

    def _stumbling(self, world: Any, op: Any, partition: str) -> Any:
        """Central's rules, but for one entry over which they stumble as nobody foresaw."""
        if STUMBLE in str(op.body) and not self.mended:
            raise Stumbled
        return _apply(world, op, partition)

    def _before(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.tick(statement)

    def _commit(self, _conn: Any) -> None:
        self.tick("COMMIT")

    def _write_private(self, *given: Any) -> None:
        self.tick("file")
        _write_private(*given)


_apply = central_apply.apply
_write_private = files.write_private


def _vault_does_not_flush(raw: Any, _: Any) -> None:
    raw.execute("PRAGMA synchronous=OFF").close()


def _central_does_not_flush(raw: Any, entry: Any) -> None:
    _prepare_sqlite(raw, entry)
    raw.execute("PRAGMA synchronous=OFF").close()


def _alike(*given: Any, **more: Any) -> Engine:
    """An engine that knows the statements which any other of its kind has compiled: a fifth of a run's time."""
    engine = _create_engine(*given, **more)
    first = _FIRST.setdefault(str(more.get("module")), engine)
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = _COMPILED
    return engine


_FIRST: dict[str, Engine] = {}
_COMPILED: Any = LRUCache(5_000)
_create_engine = sqlalchemy.create_engine
_prepare_sqlite = database._prepare_sqlite


class _NoTimer:
    """The deadline of an exchange: nothing here takes any time."""

    daemon = True

    def __init__(self, *_: Any) -> None:
        """Of however many seconds."""

    def start(self) -> None:
        """Never comes."""

    def cancel(self) -> None:
        """Never came."""


def _nothing(_: int) -> None:
    return


async def _inline(call: Callable[..., Any], *given: Any) -> Any:
    return call(*given)
