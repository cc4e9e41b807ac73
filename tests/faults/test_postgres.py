"""PostgreSQL in trouble under three laptops: sessions ended, deadlocks, serialization failures, its crash."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.database import writing

from .central_process import PATIENCE
from .ground import Ground, ground
from .laptops import Laptop, Stable, listen
from .postgres import Postgres, end_sessions
from .whole import problems

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def field(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Two officers, one of whom covers for the other, with three laptops on one caseload."""
    url = server.database()
    server.command(f"ALTER DATABASE {sa.make_url(url).database} SET deadlock_timeout = '50ms'")
    with ground(tmp_path_factory.mktemp("postgres"), url) as made:
        reyes, chen = made.officer("reyes"), made.officer("chen")
        made.covers(reyes, chen)
        made.enrol(reyes)
        made.enrol(reyes)
        made.enrol(chen, of=reyes)
        yield made


@pytest.fixture
def at_work(field: Ground) -> Iterator[list[Laptop]]:
    """The laptops with their programs running."""
    rng = random.Random(7)
    with closing(Stable()) as stable:
        for one in field.laptops:
            stable.start(one, rng)
        yield field.laptops
        for one in field.laptops:
            one.kill()


def whole(field: Ground) -> None:
    """End the programs; everything stands once, and no request met an error that nobody foresaw."""
    for one in field.laptops:
        one.kill()
    assert problems(field) == []
    assert "Exception in ASGI application" not in field.process.complaints


def answered_again(laptops: list[Laptop]) -> None:
    """Until central has answered every laptop from now on."""
    before = [one.exchanges for one in laptops]
    _until(laptops, lambda: all(one.exchanges > at for one, at in zip(laptops, before, strict=True)))


def test_sessions_ended_in_mid_transaction(field: Ground, at_work: list[Laptop]) -> None:
    """An administrator ends central's sessions again and again, whatever they are doing."""
    rng = random.Random(1)
    ended = 0
    for _ in range(20):
        listen(at_work, rng.uniform(0.0, 0.1))
        ended += end_sessions(field.central.engine)
    assert ended
    answered_again(at_work)
    whole(field)


def test_serialization_failures(field: Ground, at_work: list[Laptop]) -> None:
    """A third of all exchanges that write are undone by the database with 40001."""
    engine = field.central.engine
    with writing(engine) as conn:
        conn.exec_driver_sql("CREATE SEQUENCE undone")
        conn.exec_driver_sql(
            "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF random() < 0.3 THEN "
            "PERFORM nextval('undone'); RAISE EXCEPTION 'undone' USING ERRCODE = '40001'; END IF; RETURN NULL; END $$"
        )
        conn.exec_driver_sql("CREATE TRIGGER undo AFTER INSERT ON ledger EXECUTE FUNCTION undo()")
    try:
        _until(at_work, lambda: _one(engine.connect(), "SELECT last_value FROM undone") > 5)
    finally:
        with writing(engine) as conn:
            conn.exec_driver_sql("DROP TRIGGER undo ON ledger")
    answered_again(at_work)
    whole(field)


def test_a_deadlock(field: Ground, at_work: list[Laptop]) -> None:
    """A session holds what an exchange waits for, and waits for what that holds: the exchange is tried again."""
    engine = field.central.engine
    with closing(engine.connect()) as watching:
        before, again = 0, True
        while again:  # on a busy machine it may be this session that is undone: then once more
            before = _deadlocks(watching)
            again = _deadlocked(engine, lambda: _until(at_work, lambda: _waiting(watching) > 0))
        _until(at_work, lambda: _deadlocks(watching) > before)
    answered_again(at_work)
    whole(field)


def test_the_server_crashes_in_mid_batch(field: Ground, at_work: list[Laptop], server: Postgres) -> None:
    """PostgreSQL is stopped at once and started again while entries are under way."""
    for moment in (0.1, 0.2):
        listen(at_work, moment)
        server.restart()
    answered_again(at_work)
    whole(field)


def _deadlocked(engine: sa.Engine, wait: Callable[[], None]) -> bool:
    """Hold what an exchange waits for and ask for what it holds. Returns whether this session was undone for it."""
    try:
        with engine.connect() as conn, conn.begin():
            conn.exec_driver_sql("SET LOCAL deadlock_timeout = '5s'")  # the exchange's is shorter
            conn.exec_driver_sql("SELECT id FROM partition_counter FOR UPDATE")
            wait()
            conn.exec_driver_sql("SELECT id FROM device FOR UPDATE")
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, psycopg.errors.DeadlockDetected):
            return True
        raise
    return False


def _until(laptops: list[Laptop], so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < ends, [one.broke for one in laptops]
        listen(laptops, 0.02)


def _one(conn: Connection, query: str) -> int:
    with conn:
        return int(conn.execute(sa.text(query)).scalar_one())


def _waiting(conn: Connection) -> int:
    """How many of central's sessions wait for a lock."""
    return _fresh(conn, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def _deadlocks(conn: Connection) -> int:
    return _fresh(conn, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def _fresh(conn: Connection, query: str) -> int:
    found = int(conn.execute(sa.text(query)).scalar_one())
    conn.rollback()
    return found
