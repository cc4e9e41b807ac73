from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from fieldpo.central.books.database import open_database
from fieldpo.central.books.migrations import migrate
from tests.central_agency.serving import Serving, serving

IN_PROGRESS = "fieldpo_requests_in_progress"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised SQLite database."""
    path = tmp_path_factory.mktemp("stopping") / "central.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@contextmanager
def held(file: Path) -> Iterator[sqlite3.Connection]:
    """The database's write lock, so that a request that writes is under way until it is given back."""
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield conn


def asking(central: Serving, came: list[int]) -> threading.Thread:
    """Somebody asks for a code; `came` gets the answer's status, or 0 for none."""

    def ask() -> None:
        words = {"label": "Laptop", "posture": "keyring"}
        try:
            came.append(httpx.post(central.url + "/oauth/device_authorization", data=words, timeout=60).status_code)
        except httpx.TransportError:
            came.append(0)

    thread = threading.Thread(target=ask)
    thread.start()
    central.await_count(IN_PROGRESS, 1)
    return thread


def codes(file: Path) -> int:
    """How many codes wait."""
    with closing(sqlite3.connect(file)) as conn:
        return int(conn.execute("SELECT count(*) FROM device_code").fetchone()[0])


def test_sigterm_is_not_ready_at_once_and_finishes_what_is_under_way(file: Path) -> None:
    """Readiness answers 503 while a request is still being answered; that one gets its 200, and the exit code is 0."""
    with serving(f"sqlite:///{file}") as central, held(file) as lock:
        central.await_ready(200)
        came: list[int] = []
        asked = asking(central, came)
        central.signal()
        central.await_ready(503)
        assert httpx.get(central.metrics_url + "/health/live").text == "ok\n"
        assert came == []
        lock.execute("ROLLBACK")
        asked.join()
        assert came == [200]
        assert central.end() == 0
    assert codes(file) == 1
    assert [line["event"] for line in central.lines if line["event"] in ("stopping", "stopped")] == [
        "stopping",
        "stopped",
    ]


def _only_scraped(central: Serving) -> None:
    """With a port of their own the counts are not on the main one, and that port has nothing else but health."""
    assert httpx.get(central.url + "/metrics").status_code == 404
    for path in ("/device", "/v1/me", "/openapi.json", "/oauth/token"):
        assert httpx.get(central.metrics_url + path).status_code == 404
    assert httpx.get(central.metrics_url + "/health/live").status_code == 200


def test_draining_takes_requests_and_a_second_signal_stops_at_once(file: Path) -> None:
    """A load balancer sees the 503 on the port itself, and who comes late is served; then what hangs is given up."""
    before = codes(file)
    with serving(f"sqlite:///{file}", "--drain-seconds", "600") as central, held(file):
        _only_scraped(central)
        central.signal(signal.SIGINT)
        central.await_ready(503)
        assert httpx.get(central.url + "/health/ready").status_code == 503
        assert httpx.get(central.url + "/device").status_code == 200
        came: list[int] = []
        asked = asking(central, came)
        central.signal()
        assert central.end() == 128 + signal.SIGTERM
        asked.join()
        assert came == [0]
    assert codes(file) == before


def test_a_stop_does_not_wait_for_ever(file: Path) -> None:
    """A statement that hangs is given up in the end; the process says so, and nothing of it is stored."""
    before = codes(file)
    soon = "from fieldpo.central.serving import server; server.STOP_SECONDS = server.GIVE_UP_SECONDS = 0.1"
    with serving(f"sqlite:///{file}", first=soon) as central, held(file):
        came: list[int] = []
        asked = asking(central, came)
        central.signal()
        assert central.end() == 1
        asked.join()
        assert came == [0]
    assert central.lines[-1]["event"] == "given_up"
    assert codes(file) == before
