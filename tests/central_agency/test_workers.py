from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.accounts import throttling
from fieldpo.central.books.database import open_database, reading, writing
from fieldpo.cli import main
from fieldpo.sync.protocol.exchange import VerdictKind
from tests.central.laptop import NOW
from tests.central_agency.devices import Wired, officer, wired
from tests.central_agency.serving import Serving, serving
from tests.central_records import every_record

pytestmark = pytest.mark.postgres

DEVICES, EXCHANGES, OPS = 4, 6, 4


@pytest.fixture
def engine(postgres_server: Any, postgres_template: str) -> Iterator[Engine]:
    """A PostgreSQL database of this test's own."""
    name = f"workers_{os.getpid()}_{threading.get_native_id()}"
    administrator = open_database(postgres_server.get_uri("postgres"))
    with administrator.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
        made = open_database(postgres_server.get_uri(name))
        yield made
        made.dispose()
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.dispose()


def url_of(engine: Engine) -> str:
    """The URL by which another process opens the same database."""
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def pids(central: Serving, number: int) -> list[int]:
    """The workers that were started, in their order."""
    return [line["pid"] for line in central.lines if line["event"] == "worker_started"][-number:]


def test_a_worker_killed_under_load_loses_and_doubles_nothing(engine: Engine) -> None:
    """Four devices write, one of two workers dies by SIGKILL and is started again; each note stands once."""
    user = officer(engine, "rivera", "doe")
    with serving(url_of(engine), "--workers", "2") as central:
        started = pids(central, 2)
        assert len(set(started)) == 2
        devices = [wired(engine, central.url, user) for _ in range(DEVICES)]
        sent: list[str] = []
        halfway = threading.Barrier(DEVICES + 1)

        def work(one: Wired) -> None:
            for number in range(EXCHANGES):
                if number == 2:
                    halfway.wait()
                ops = [one.laptop.numbered(one.laptop.contact("doe", f"Note {number}")) for _ in range(OPS)]
                one.send(*ops)
                sent.extend(text for _, text in ops)

        threads = [threading.Thread(target=work, args=(one,)) for one in devices]
        for thread in threads:
            thread.start()
        halfway.wait()
        os.kill(started[0], signal.SIGKILL)
        assert central.await_event("worker_died")["exit"] == -signal.SIGKILL
        central.await_event("worker_started")
        for thread in threads:
            thread.join(120)
        assert len(sent) == DEVICES * EXCHANGES * OPS
        for one in devices:
            answer = one.send()
            page = next(each for each in answer.partitions if each.id == one.laptop.caseload)
            assert one.laptop.hash(one.laptop.caseload) == page.hash
            one.client.close()
            finals = {each.verdict for each in one.laptop.verdicts.values()}
            assert finals == {VerdictKind.ACCEPTED}
        with reading(engine) as conn:
            notes = [each for each in every_record(conn) if each.kind == "contact"]
            inbox = [bytes(row.raw).decode() for row in conn.exec_driver_sql("SELECT raw FROM inbox")]
        assert len(notes) == len(sent)
        assert sorted(inbox) == sorted(sent)
        _counts_add_up(central, len(sent))
        central.signal()
        assert central.end() == 0
    assert [line["event"] for line in central.lines].count("stopping") == 2


def _counts_add_up(central: Serving, sent: int) -> None:
    """Whichever worker is asked, it tells of all of them, the dead one among them."""
    told = {central.count("fieldpo_ops_received_total") for _ in range(8)}
    assert len(told) == 1
    received = told.pop()
    accepted = central.count('fieldpo_verdicts_total{verdict="accepted"}')
    # Whatever the killed worker had under way was never counted; what was sent again is counted again.
    assert received >= accepted
    assert sent - DEVICES * OPS <= accepted <= sent
    assert central.count("fieldpo_workers_restarted_total") == 1
    assert central.count('fieldpo_devices{last_sync="hour"}') == DEVICES


def test_workers_stop_when_their_parent_is_gone(engine: Engine, tmp_path: Path) -> None:
    """A parent that was killed leaves neither worker nor folder of counts; nor does one that ends as it should."""
    stale, other = tmp_path / "fieldpo-counts-stale", tmp_path / "fieldpo-counts-other"
    for folder in (stale, other):  # of a central whose processes were all killed; of another program's version
        folder.mkdir()
        (folder / "counter_1.db").touch()
    (stale / "held").touch()
    os.utime(stale, (0, 0))
    for way, stopping in ((signal.SIGKILL, 2), (signal.SIGTERM, 2)):
        here = f"import tempfile; tempfile.tempdir = {str(tmp_path)!r}"
        with serving(url_of(engine), "--workers", "2", first=here) as central:
            assert len(list(tmp_path.glob("fieldpo-counts-*"))) == 2, "its own, and the other's"
            central.signal(way)
            central.end()  # the log's pipe closes when the last of them has gone
            assert [line["event"] for line in central.lines].count("stopping") == stopping
        assert list(tmp_path.iterdir()) == [other]


def test_sqlite_takes_one_worker(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Several are refused with the reason, before anything listens."""
    url = f"sqlite:///{tmp_path / 'central.db'}"
    assert main(["central", "init", "--db", url]) == 0
    assert main(["central", "serve", "--db", url, "--workers", "2", "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert "one program write at a time" in said
    assert said.count("\n") == 1


def test_tries_at_the_same_moment_are_no_way_around_the_limit(database: Engine) -> None:
    """Of twenty that look and count at once, in whatever thread or process, five go through."""
    let_through: list[bool] = []
    together = threading.Barrier(20)

    def try_once() -> None:
        together.wait()
        with writing(database) as conn:
            blocked = throttling.is_blocked(conn, "password rivera", NOW)
            if not blocked:
                throttling.count_failure(conn, "password rivera", NOW)
        let_through.append(not blocked)

    threads = [threading.Thread(target=try_once) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(let_through) == throttling.MOST_FAILURES
