"""Several processes that answer requests on one port, and their parent, which starts again any that dies.

They share nothing but the listening sockets, the database, and a folder of counts for /metrics. The parent answers no
request and holds no connection; when it dies, however that happens, its workers stop in good order.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import Self

from fieldpo.central import log_lines
from fieldpo.central.serving import metrics
from fieldpo.central.serving.server import STOP_SECONDS, Sockets, run
from fieldpo.central.settings import Settings
from fieldpo.errors import FieldpoError

log = logging.getLogger(__name__)

_SOON = 5.0
"""A worker that dies within these seconds of its start may do so again: it waits before the next try."""
_MOST_PAUSE = 30.0
_spawn = multiprocessing.get_context("spawn")


@dataclass
class _Worker:
    process: SpawnProcess
    said: Connection
    since: float
    ready: bool = False


@dataclass
class _Crew:
    settings: Settings
    sockets: Sockets
    alive: list[_Worker] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    """When workers that died too soon are started again, by the monotonic clock."""
    pause: float = 0.5

    def start(self) -> None:
        hears, says = _spawn.Pipe(duplex=False)
        process = _spawn.Process(target=_work, args=(self.settings, self.sockets, says), name="fieldpo worker")
        process.start()
        says.close()
        self.alive.append(_Worker(process, hears, time.monotonic()))
        log_lines.event(log, logging.INFO, "worker_started", pid=process.pid or 0)

    def tell(self, sig: int) -> None:
        for each in self.alive:
            if each.process.pid is not None:
                _send(each.process.pid, sig)


def supervise(settings: Settings, sockets: Sockets, ready: Callable[[], None]) -> None:
    """Keep the workers at their number until told to stop; `ready` is called once all of them answer."""
    from fieldpo.central.serving.counts_folder import counts_folder

    with counts_folder() as folder, _Woken() as woken:
        os.environ[metrics.FOLDER] = str(folder)
        crew = _Crew(settings, sockets)
        restarts = metrics.Restarts(folder)
        for _ in range(settings.workers):
            crew.start()
        try:
            _watch(crew, woken, restarts, ready)
            sockets.close()
            _wait_for_all(crew, woken)
        finally:
            restarts.close()


def _watch(crew: _Crew, woken: _Woken, restarts: metrics.Restarts, ready: Callable[[], None]) -> None:
    """Until a signal comes."""
    announced = False
    while not woken.signals:
        timeout = max(0.0, min(crew.due) - time.monotonic()) if crew.due else None
        watched: list[int | Connection] = [woken.reads, *(each.process.sentinel for each in crew.alive)]
        watched += [each.said for each in crew.alive if not each.ready]
        happened = wait(watched, timeout)
        for each in list(crew.alive):
            if each.said in happened and not each.ready:
                each.ready = _heard(each.said)
            if each.process.sentinel in happened:
                _buried(crew, each, restarts)
        woken.drain()
        while crew.due and min(crew.due) <= time.monotonic():
            crew.due.remove(min(crew.due))
            crew.start()
        if not announced and len(crew.alive) == crew.settings.workers and all(each.ready for each in crew.alive):
            announced = True
            ready()


def _buried(crew: _Crew, dead: _Worker, restarts: metrics.Restarts) -> None:
    dead.process.join()
    dead.said.close()
    crew.alive.remove(dead)
    pid, code = dead.process.pid or 0, dead.process.exitcode
    log_lines.event(log, logging.ERROR, "worker_died", pid=pid, exit=code if code is not None else 0)
    restarts.add(pid)
    now = time.monotonic()
    if now - dead.since < _SOON and not dead.ready:
        crew.due.append(now + crew.pause)
        crew.pause = min(_MOST_PAUSE, crew.pause * 2)
    else:
        crew.pause = 0.5
        crew.due.append(now)


def _wait_for_all(crew: _Crew, woken: _Woken) -> None:
    """Pass every signal on: the first stops the workers in good order, the second at once."""
    passed = 0
    ends = time.monotonic() + crew.settings.drain_seconds + 2 * STOP_SECONDS
    while crew.alive:
        if woken.signals > passed:
            passed += 1
            crew.tell(signal.SIGTERM)
        if time.monotonic() > ends:
            crew.tell(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        happened = wait([woken.reads, *(each.process.sentinel for each in crew.alive)], 1.0)
        woken.drain()
        for each in [one for one in crew.alive if one.process.sentinel in happened]:
            each.process.join()
            crew.alive.remove(each)
    if woken.signals > 1:
        raise SystemExit(128 + woken.last)


def _heard(said: Connection) -> bool:
    try:
        return bool(said.recv())
    except EOFError:
        return False


def _send(pid: int, sig: int) -> None:
    try:
        os.kill(pid, sig)
    except ProcessLookupError:
        return


class _Woken:
    """Signals of the parent, as something that can be waited for."""

    def __init__(self) -> None:
        self.signals = 0
        self.last = 0
        self.reads, self._writes = os.pipe()
        os.set_blocking(self.reads, False)
        os.set_blocking(self._writes, False)

    def __enter__(self) -> Self:
        self._before = {each: signal.signal(each, self._note) for each in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)
        os.close(self.reads)
        os.close(self._writes)

    def drain(self) -> None:
        """Forget that it was woken."""
        try:
            os.read(self.reads, 1024)
        except BlockingIOError:
            return

    def _note(self, sig: int, frame: FrameType | None) -> None:
        del frame
        self.signals += 1
        self.last = sig
        os.write(self._writes, b"!")


def _work(settings: Settings, sockets: Sockets, says: Connection) -> None:
    """A worker's whole life. The parent sees by the exit code how it ended."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches every process of the terminal; the parent passes it on
    log_lines.configure(settings.log_level)
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    try:
        _answer(settings, sockets, says)
    except FieldpoError as refused:
        log_lines.event(log, logging.CRITICAL, "died", error=type(refused).__qualname__, said=refused.message)
        raise SystemExit(1) from None
    except Exception as failed:  # noqa: BLE001 - multiprocessing would print it, with what the database said
        log_lines.event(log, logging.CRITICAL, "died", **log_lines.failure(failed))
        raise SystemExit(1) from None


def _answer(settings: Settings, sockets: Sockets, says: Connection) -> None:
    from fieldpo.central.books.database import open_database
    from fieldpo.central.serving.app import create_app
    from fieldpo.central.serving.counts_folder import holding

    engine = open_database(settings.database_url, connections=connections_of(settings.workers))
    with holding(Path(os.environ[metrics.FOLDER])):
        try:
            run(create_app(settings, engine), settings, sockets, lambda: says.send(True))
        finally:
            engine.dispose()
            metrics.close_files()


def connections_of(workers: int) -> int:
    """How many connections one worker may open, so that all together stay below PostgreSQL's usual hundred."""
    return max(5, min(30, 80 // workers))


def _stop_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
