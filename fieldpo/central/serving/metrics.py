"""What central counts as it goes, for Prometheus; what the database knows is read from it: `metrics_database`.

With several workers each process keeps its counts in a file of its own in one folder, and whichever of them is asked
adds them all up; a worker that died has its counts there still. No label is anything that a device or a person sent.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from prometheus_client.values import close_all_multiprocess_files
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from fieldpo.central.observed import Observed

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client learns of the folder. The program sets it for its own workers."""
EXCHANGE = "/v1/sync"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


# A series more each, of no use: the files of several workers have none either.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Meters:
    """The counts of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        reg = self.registry
        self.requests = Counter("fieldpo_requests", "Requests answered.", ["method", "route", "status"], registry=reg)
        self.exchanges = Histogram(
            "fieldpo_exchange_seconds", "How long an exchange took, its answer sent.", buckets=_SECONDS, registry=reg
        )
        self.ops = Counter("fieldpo_ops_received", "Ops in exchanges, those sent again among them.", registry=reg)
        self.repeated = Counter("fieldpo_ops_repeated", "Ops sent again that had their verdict.", registry=reg)
        self.verdicts = Counter("fieldpo_verdicts", "Verdicts given, by kind.", ["verdict"], registry=reg)
        self.undone = Counter(
            "fieldpo_transactions_undone",
            "Transactions undone by the database for another's sake (serialization, deadlock), and tried again.",
            registry=reg,
        )
        self.in_progress = Gauge(
            "fieldpo_requests_in_progress", "Requests under way.", multiprocess_mode="livesum", registry=reg
        )
        self.connections = Gauge(
            "fieldpo_database_connections_in_use",
            "Connections to the database in use.",
            multiprocess_mode="livesum",
            registry=reg,
        )
        self.connections_most = Gauge(
            "fieldpo_database_connections_max",
            "The most connections that the pools may open.",
            multiprocess_mode="livesum",
            registry=reg,
        )

    def count(self, method: str, route: str, status: int, seconds: float, seen: Observed) -> None:
        """Count one request that has ended."""
        self.requests.labels(method, route, str(status)).inc()
        if route == EXCHANGE and status == 200:
            self.exchanges.observe(seconds)
        self.ops.inc(seen.ops)
        self.repeated.inc(seen.repeated)
        self.undone.inc(seen.undone)
        for verdict, number in seen.verdicts.items():
            self.verdicts.labels(verdict).inc(number)

    def watch_pool(self, engine: Engine) -> None:
        """Count the engine's connections from now on."""
        pool = engine.pool
        if isinstance(pool, QueuePool):
            self.connections_most.set(pool.size() + max(0, pool._max_overflow))  # noqa: SLF001 - not told otherwise
        event.listen(engine, "checkout", lambda *_: self.connections.inc())
        event.listen(engine, "checkin", lambda *_: self.connections.dec())

    def text(self, state: Collector) -> bytes:
        """Every count of every worker, and the state, as Prometheus reads it."""
        whole = CollectorRegistry()
        folder = os.environ.get(FOLDER, "")
        counts: Collector = self.registry
        if folder:
            counts = MultiProcessCollector(None, folder)  # type: ignore[no-untyped-call]
        whole.register(counts)
        whole.register(state)
        return generate_latest(whole)


def close_files() -> None:
    """A worker's end."""
    close_all_multiprocess_files()  # type: ignore[no-untyped-call]


class Restarts:
    """The parent's one count: workers that died and were started again.

    Its own file in the folder, since the parent may have loaded prometheus_client before there was a folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = MmapedDict(str(folder / "counter_parent.db"))  # type: ignore[no-untyped-call]
        name = "fieldpo_workers_restarted"
        self._key = mmap_key(name, f"{name}_total", [], [], "Workers that died and were started again.")
        self._died = 0
        self._write()

    def add(self, pid: int) -> None:
        """A worker died: its counts stay, what it had under way is no more."""
        mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
        self._died += 1
        self._write()

    def close(self) -> None:
        """The parent's end."""
        self._file.close()  # type: ignore[no-untyped-call]

    def _write(self) -> None:
        self._file.write_value(self._key, float(self._died), 0.0)  # type: ignore[no-untyped-call]
