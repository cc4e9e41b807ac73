"""When central itself is in trouble: nothing received is lost, and one bad op delays no other."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books import partitions, rows
from fieldpo.central.books.database import reading, writing
from fieldpo.central.exchanging.exchange import Unavailable
from fieldpo.sync.protocol.exchange import AuditRow, VerdictKind
from fieldpo.sync.protocol.ops import freeze
from tests.central.laptop import Laptop, put_person
from tests.central_records import every_record


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop with one person."""
    put_person(database, "rivera", "doe")
    return Laptop(database)


@pytest.fixture
def poison_table(laptop: Laptop) -> None:
    """A database that cannot store a record whose body holds the word POISON, as a bug in central might have it."""
    postgres = laptop.engine.dialect.name == "postgresql"
    with writing(laptop.engine) as conn:
        if postgres:
            conn.exec_driver_sql("ALTER TABLE record ADD CONSTRAINT poison CHECK (body NOT LIKE '%%POISON%%')")
        else:
            conn.exec_driver_sql(
                "CREATE TRIGGER poison BEFORE INSERT ON record WHEN NEW.body LIKE '%POISON%'"
                " BEGIN SELECT RAISE(ABORT, 'poison'); END"
            )


@pytest.mark.usefixtures("poison_table")
@pytest.mark.parametrize("place", [0, 2, 4])
def test_an_op_that_central_cannot_apply_delays_no_other(laptop: Laptop, place: int) -> None:
    """First, in the middle or last: it alone goes to quarantine, by savepoints."""
    ops = [laptop.contact("doe", f"Note {number}") for number in range(5)]
    ops[place] = laptop.contact("doe", "POISON")
    answer = laptop.send(*ops)
    assert [each.op_id for each in answer.verdicts] == [each.op_id for each in ops]
    assert [each.verdict for each in answer.verdicts] == [
        VerdictKind.REJECTED if number == place else VerdictKind.ACCEPTED for number in range(5)
    ]
    problem = laptop.verdicts[ops[place].op_id].problem
    assert problem is not None
    assert problem.type == "not-applicable"
    page = next(each for each in answer.partitions if each.id == laptop.caseload)
    assert laptop.hash(laptop.caseload) == page.hash
    assert answer.known_through == 5


def break_table(laptop: Laptop, table: str, verb: str, check: str) -> None:
    """Make every such write to a table fail, as a database in trouble would."""
    with writing(laptop.engine) as conn:
        if laptop.engine.dialect.name == "postgresql":
            conn.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK ({check}) NOT VALID")
        else:
            conn.exec_driver_sql(
                f"CREATE TRIGGER broken BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )


def mend_table(laptop: Laptop, table: str) -> None:
    """The trouble is over."""
    with writing(laptop.engine) as conn:
        postgres = laptop.engine.dialect.name == "postgresql"
        conn.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT broken" if postgres else "DROP TRIGGER broken")


@pytest.mark.parametrize(
    ("table", "verb", "check"), [("device", "UPDATE", "seen_at IS NULL"), ("ledger", "INSERT", "false")]
)
def test_when_nothing_can_be_decided_the_ops_are_kept_and_retried(
    laptop: Laptop, table: str, verb: str, check: str
) -> None:
    """The raw ops are durable and answered `retry`, nothing has an effect, and the next try decides them once."""
    break_table(laptop, table, verb, check)
    op = laptop.numbered(laptop.contact("doe"))
    answer = laptop.send(op)
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.RETRY]
    assert answer.known_through == 1
    with reading(laptop.engine) as conn:
        assert [bytes(row.raw).decode() for row in conn.exec_driver_sql("SELECT raw FROM inbox")] == [op[1]]
        assert conn.exec_driver_sql("SELECT count(*) FROM ledger").scalar_one() == 0
        assert [each.id for each in every_record(conn)] == ["doe"]
    mend_table(laptop, table)
    answer = laptop.send(op)
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.ACCEPTED]
    with reading(laptop.engine) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one() == 1


def test_when_not_even_the_bytes_can_be_kept_nothing_is_acknowledged(laptop: Laptop) -> None:
    """The device is told to keep everything."""
    break_table(laptop, "inbox", "INSERT", "false")
    with pytest.raises(Unavailable):
        laptop.send(laptop.contact("doe"))


def test_audit_rows_are_appended_in_chain_order(laptop: Laptop) -> None:
    """A gap holds `audit_through`; the same rows again change nothing; another row for a place is told."""
    chain = [AuditRow(n, f"row {n}", f"hash-{n}") for n in range(1, 5)]
    assert laptop.send(audit=[chain[1], chain[0], chain[3]]).audit_through == 2
    assert laptop.send(audit=chain).audit_through == 4
    answer = laptop.send(audit=[AuditRow(4, "another", "hash-other")])
    assert ([each.type for each in answer.problems], answer.audit_through) == (["audit-forked"], 4)


def test_a_cursor_of_another_history_reloads_that_partition_alone(laptop: Laptop) -> None:
    """A rewritten mark, another epoch or nonsense: from 0 again; the other partition goes on."""
    laptop.send(laptop.contact("doe"))
    with writing(laptop.engine) as conn:
        conn.execute(sa.text("UPDATE feed_mark SET token = 'other' WHERE number = 2"))
    answer = laptop.send()
    assert {page.id: (page.reload, len(page.changes)) for page in answer.partitions} == {
        "agency": (False, 0),
        laptop.caseload: (True, 2),
    }
    laptop.cursors[laptop.caseload] = "nonsense"
    assert [page.reload for page in laptop.send().partitions] == [False, True]


def test_two_devices_that_write_at_once_lose_and_double_nothing(laptop: Laptop) -> None:
    """Eight devices, each with batches of its own and one lost answer, end with one record per note."""
    laptops = [Laptop(laptop.engine, device=f"device-{number}") for number in range(8)]
    sent: list[str] = []

    def work(each: Laptop) -> None:
        for _ in range(4):
            ops = [each.numbered(each.contact("doe")) for _ in range(3)]
            each.send(*ops)
            each.send(*ops)
            sent.extend(text for _, text in ops)

    threads = [threading.Thread(target=work, args=(each,)) for each in laptops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    with reading(laptop.engine) as conn:
        notes = [each for each in every_record(conn) if each.kind == "contact"]
        marks = list(conn.execute(sa.text("SELECT number FROM feed_mark ORDER BY number")).scalars())
    assert len(notes) == len(sent) == 96
    assert [each.number for each in notes] == list(range(2, 98))
    assert marks[-1] == 97
    for each in laptops:
        answer = each.send()
        page = next(page for page in answer.partitions if page.id == each.caseload)
        assert each.hash(each.caseload) == page.hash


def test_a_reader_never_skips_what_is_committed_later(laptop: Laptop) -> None:
    """While four devices write, a fifth pulls small pages; its copy at each cursor lacks nothing before it."""
    reader = Laptop(laptop.engine, device="reader")
    done = threading.Event()

    def work(each: Laptop) -> None:
        for _ in range(10):
            each.send(each.contact("doe"))

    threads = [threading.Thread(target=work, args=(Laptop(laptop.engine, device=f"w{n}"),)) for n in range(4)]
    for thread in threads:
        thread.start()

    def watch() -> None:
        for thread in threads:
            thread.join(120)
        done.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    while not done.is_set():
        reader.send(limit=2)
        numbers = sorted(each.number for each in reader.copy[reader.caseload].values())
        assert numbers == list(range(1, len(numbers) + 1))
    watcher.join()
    answer = reader.send()
    assert len(reader.copy[reader.caseload]) == 41
    page = next(each for each in answer.partitions if each.id == reader.caseload)
    assert reader.hash(reader.caseload) == page.hash


def test_locks_taken_in_any_order_never_deadlock(laptop: Laptop) -> None:
    """Writers of two partitions name them in opposite orders and all commit."""
    failures: list[Exception] = []

    def work(names: list[str]) -> None:
        try:
            for _ in range(15):
                with writing(laptop.engine) as conn:
                    held = partitions.lock(conn, names)
                    for counter in held.values():
                        counter.next()
                    partitions.store(conn, held.values(), laptop.now)
        except Exception as failed:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(failed)

    threads = [threading.Thread(target=work, args=(names,)) for names in (["a", "b"], ["b", "a"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    with reading(laptop.engine) as conn:
        assert partitions.numbers(conn, ["a", "b"]) == {"a": 30, "b": 30}


def test_frozen_text_is_kept_byte_for_byte(laptop: Laptop) -> None:
    """Central stores what the device signed off, not what it understood of it."""
    op = laptop.contact("doe", "naïve – „Zitat“ 😀")
    laptop.send(op)
    with reading(laptop.engine) as conn:
        query = sa.text("SELECT raw FROM inbox WHERE op_id = :op_id")
        assert bytes(conn.execute(query, {"op_id": op.op_id}).scalar_one()) == freeze(op).encode()
    assert rows.texts(["", None, "a"]) == {"a"}
