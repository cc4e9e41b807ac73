"""The mutant that needs PostgreSQL: feed numbers from a sequence, which hands them out before commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import partitions
from fieldpo.central.books.database import open_database
from fieldpo.central.books.migrations import migrate
from fieldpo.central.books.tables import partition_counter
from tests.central.laptop import Laptop, put_person

from .postgres import Postgres

pytestmark = pytest.mark.postgres
WRITERS, EXCHANGES, MOST_ROUNDS = 4, 6, 40


@pytest.fixture
def engine(server: Postgres) -> Iterator[Engine]:
    """A database with one person."""
    engine = open_database(server.database())
    migrate(engine)
    put_person(engine, "rivera", "doe")
    yield engine
    engine.dispose()


@dataclass
class FromSequence(partitions.Counter):
    """A counter that locks nothing: each number comes from a sequence, as with a bigserial column."""

    conn: Connection | None = None

    def next(self) -> int:
        """The sequence's next number."""
        assert self.conn is not None
        self.number = int(self.conn.execute(sa.text("SELECT nextval('feed_number')")).scalar_one())
        return self.number


def put_in(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant itself; nobody waits for anybody in it."""
    with engine.begin() as conn:
        conn.exec_driver_sql("CREATE SEQUENCE feed_number START 100")

    def lock(conn: Connection, ids: list[str]) -> dict[str, partitions.Counter]:
        query = sa.select(partition_counter).where(partition_counter.c.id.in_(sorted(set(ids))))
        return {row.id: FromSequence(row.id, row.number, int(row.hash, 16), conn) for row in conn.execute(query)}

    monkeypatch.setattr(partitions, "lock", lock)


def skipped(engine: Engine, name: str) -> int:
    """Four laptops write one caseload while another pulls; how many records that one's cursor passed by for good."""
    reader = Laptop(engine, device=f"reader-{name}")
    writers = [Laptop(engine, device=f"writer-{name}-{number}") for number in range(WRITERS)]
    together = threading.Barrier(WRITERS)
    under_way = [WRITERS]

    def work(each: Laptop) -> None:
        try:
            for _ in range(EXCHANGES):
                together.wait(60)
                each.send(each.contact("doe"))
        finally:
            under_way[0] -= 1

    threads = [threading.Thread(target=work, args=(each,)) for each in writers]
    for thread in threads:
        thread.start()
    while under_way[0] > 0:
        reader.send(limit=50)
    for thread in threads:
        thread.join()
    while any(page.more for page in reader.send().partitions):
        """Until the feed has no more."""
    with engine.connect() as conn:
        query = sa.text("SELECT id FROM record WHERE kind = 'contact' AND number <= :cursor")
        standing = set(conn.execute(query, {"cursor": reader.numbers[reader.caseload]}).scalars())
    return len(standing - set(reader.copy[reader.caseload]))


def test_the_counter_row_skips_nothing(engine: Engine) -> None:
    """Under the load that catches the mutant, the reader lacks no record."""
    assert [skipped(engine, str(number)) for number in range(3)] == [0, 0, 0]


def test_the_sequence_is_caught(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sooner or later a cursor passes by a record that commits after a later number: the reader never gets it."""
    put_in(engine, monkeypatch)
    assert any(skipped(engine, str(number)) for number in range(MOST_ROUNDS))
