"""The transaction script of POST /v1/sync, on SQLite and PostgreSQL."""

from __future__ import annotations

import itertools
import random

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading
from fieldpo.central.deciding import feed
from fieldpo.central.office.records import read_record
from fieldpo.sync.protocol.exchange import AGENCY, VerdictKind
from fieldpo.sync.protocol.ops import freeze
from tests.central.laptop import Laptop, put_person, put_phone
from tests.central_records import every_record


def test_an_ordinary_day_is_one_round_trip(database: Engine) -> None:
    """Notes go up, are accepted in order, and come back as numbers without their text."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    laptop.send()
    notes = [laptop.contact("doe", f"Note {number}") for number in range(5)]
    answer = laptop.send(*notes)
    assert [each.op_id for each in answer.verdicts] == [each.op_id for each in notes]
    assert {each.verdict for each in answer.verdicts} == {VerdictKind.ACCEPTED}
    assert answer.known_through == 5
    page = next(each for each in answer.partitions if each.id == laptop.caseload)
    assert [each.id for each in page.changes] == [each.record_id for each in notes]
    assert all(each.body is None for each in page.changes)
    assert laptop.hash(laptop.caseload) == page.hash


def test_a_lost_answer_doubles_nothing(database: Engine) -> None:
    """The same ops again, in any order and cut, get their first verdicts and add no record."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    ops = [laptop.numbered(laptop.contact("doe", f"Note {number}")) for number in range(6)]
    first = {each.op_id: each for each in laptop.send(*ops).verdicts}
    shuffler = random.Random(7)
    for _ in range(5):
        again = shuffler.sample(ops, k=4)
        for verdict in laptop.send(*again).verdicts:
            assert verdict.duplicate
            assert (verdict.verdict, verdict.rev, verdict.version) == (
                first[verdict.op_id].verdict,
                first[verdict.op_id].rev,
                first[verdict.op_id].version,
            )
    with reading(database) as conn:
        assert sum(each.kind == "contact" for each in every_record(conn)) == 6


def test_an_op_twice_in_one_request_is_applied_once(database: Engine) -> None:
    """A duplicate within a request has one verdict and one record."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    op = laptop.numbered(laptop.contact("doe"))
    answer = laptop.send(op, op)
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.ACCEPTED]
    assert not answer.fork


def test_the_first_page_carries_everything_with_its_text(database: Engine) -> None:
    """A fresh device reads `agency` and its own caseload, and is told that it is granted both."""
    put_person(database, "rivera", "doe")
    put_person(database, "okafor", "roe")
    laptop = Laptop(database)
    answer = laptop.send()
    assert answer.granted == [AGENCY, "caseload:rivera"]
    assert {record for copy in laptop.copy.values() for record in copy} == {"doe"}
    assert laptop.copy[laptop.caseload]["doe"].body == {"family_name": "Doe"}


def test_gaps_hold_known_through(database: Engine) -> None:
    """`known_through` is the highest contiguous seq, and jumps when the gap is filled."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    one, two, three = (laptop.numbered(laptop.contact("doe")) for _ in range(3))
    assert laptop.send(one, three).known_through == 1
    assert laptop.send(two).known_through == 3
    assert laptop.send().known_through == 3


def test_two_ops_with_one_seq_are_a_fork(database: Engine) -> None:
    """A cloned laptop is told, its ops are still applied, and a new incarnation counts anew."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    one, other = laptop.contact("doe"), laptop.contact("doe")
    assert not laptop.send((1, freeze(one))).fork
    answer = laptop.send((1, freeze(other)))
    assert answer.fork
    assert laptop.verdicts[other.op_id].verdict is VerdictKind.ACCEPTED
    laptop.incarnation, laptop.seq = "second", 0
    answer = laptop.send(laptop.contact("doe"))
    assert (answer.fork, answer.known_through) == (False, 1)


def test_a_twin_is_told_beyond_a_gap_and_below_it(database: Engine) -> None:
    """Two ops with one seq are a fork also where numbers before it are missing, and once these have come; the same op
    with its seq again never is.
    """
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    ops = [laptop.numbered(laptop.contact("doe")) for _ in range(4)]
    assert not laptop.send(ops[0], ops[2], ops[3]).fork
    assert not laptop.send(ops[2], ops[0]).fork
    assert laptop.send(ops[1]).known_through == 4
    assert not laptop.send(*ops).fork
    twin = Laptop(database, incarnation="second")
    mine = [twin.numbered(twin.contact("doe")) for _ in range(3)]
    assert not twin.send(mine[0], mine[2]).fork
    assert twin.send((3, freeze(twin.contact("doe")))).fork


def test_only_what_lies_beyond_a_gap_is_kept_by_its_number(database: Engine) -> None:
    """A device that sends in order leaves no row for each number, and one whose gap was filled leaves none either."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    ops = [laptop.numbered(laptop.contact("doe")) for _ in range(5)]

    def kept() -> list[int]:
        with reading(database) as conn:
            return [*conn.exec_driver_sql("SELECT seq FROM received_seq ORDER BY seq").scalars()]

    laptop.send(*ops[:2])
    assert kept() == []
    laptop.send(ops[4], ops[3])
    assert kept() == [4, 5]
    assert laptop.send(ops[2]).known_through == 5
    assert kept() == []


def test_other_bytes_under_an_op_id_change_nothing(database: Engine) -> None:
    """The first stands, a problem tells of the second, and both are kept."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    op = laptop.contact("doe", "As it was")
    laptop.send(op)
    changed = laptop.contact("doe", "As it was not", op_id=op.op_id, record_id=op.record_id)
    answer = laptop.send(changed)
    assert [(each.type, each.op_id) for each in answer.problems] == [("op-changed", op.op_id)]
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.ACCEPTED]
    with reading(database) as conn:
        assert read_record(conn, op.record_id).body["note"] == "As it was"
        raws = [bytes(row.raw).decode() for row in conn.exec_driver_sql("SELECT raw FROM inbox ORDER BY number")]
        quarantined = conn.exec_driver_sql("SELECT op_id, sha FROM quarantine").all()
    assert raws == [freeze(op), freeze(changed)]
    assert [row.op_id for row in quarantined] == [op.op_id]


def test_verdicts_come_once_and_later_ones_come_with_the_next_exchange(database: Engine) -> None:
    """`verdicts_after` holds back what the device has, and a blocked op's new verdict has a new revision."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    parent = laptop.numbered(laptop.contact("doe"))
    child = laptop.contact("doe", deps=[msg_id(parent)])
    assert [each.verdict for each in laptop.send(child).verdicts] == [VerdictKind.BLOCKED]
    assert laptop.send().verdicts == []
    answer = laptop.send(parent)
    assert {each.op_id: each.verdict for each in answer.verdicts} == {
        msg_id(parent): VerdictKind.ACCEPTED,
        child.op_id: VerdictKind.ACCEPTED,
    }
    revs = [each.rev for each in answer.verdicts]
    assert revs == sorted(revs)
    assert min(revs) > 1


def test_pages_cover_everything_exactly_once(database: Engine) -> None:
    """Small pages with changes in between bring each record's last version, and hashes agree at the end."""
    put_person(database, "rivera", "doe")
    for number in range(10):
        put_phone(database, "rivera", "doe", f"phone-{number}")
    laptop, writer = Laptop(database), Laptop(database, device="laptop-2")
    writer.send()
    for step in itertools.count():
        answer = laptop.send(limit=3)
        if step < 4:
            writer.send(
                writer.edit("phone", f"phone-{step}", 1, fields={"note": ("", f"Changed {step}")}),
                writer.contact("doe"),
            )
        page = next(each for each in answer.partitions if each.id == laptop.caseload)
        if not page.more and step >= 4:
            break
    assert laptop.hash(laptop.caseload) == page.hash
    with reading(database) as conn:
        standing = {each.id: (each.version, each.body) for each in every_record(conn)}
    assert {key: (each.version, each.body) for key, each in laptop.copy[laptop.caseload].items()} == standing


def test_a_page_is_cut_by_its_bytes_too(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large notes come in several pages, each with at least one change, and all of them come."""
    put_person(database, "rivera", "doe")
    writer, reader = Laptop(database), Laptop(database, device="laptop-2")
    writer.send(*(writer.contact("doe", "x" * 50_000) for _ in range(6)))
    monkeypatch.setattr(feed, "PAGE_BYTES", 120_000)
    pages = 0
    while any(page.more for page in reader.send().partitions):
        pages += 1
    assert pages == 1
    assert len(reader.copy[reader.caseload]) == 7


def msg_id(numbered: tuple[int, str]) -> str:
    """The op_id of an op as the wire carries it."""
    from fieldpo.sync.protocol.ops import thaw

    return thaw(numbered[1]).op_id


def test_a_device_hears_that_as_many_verdicts_were_given_in_another_history(database: Engine) -> None:
    """The mark that came with them says so: with it nothing changes; with another no verdict comes, and 0 is told."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    laptop.send(laptop.contact("doe"))
    first = laptop.send(laptop.contact("doe"))
    again = laptop.send(verdicts_mark=first.verdicts_mark)
    assert (again.verdict_rev, again.verdicts_mark) == (2, first.verdicts_mark)
    earlier = laptop.send(verdicts_after=1)
    assert earlier.verdict_rev == 2
    elsewhere = laptop.send(verdicts_mark="of another history")
    assert (elsewhere.verdict_rev, elsewhere.verdicts_mark, elsewhere.verdicts) == (0, "", [])
    everything = laptop.send()
    assert [each.rev for each in everything.verdicts] == [1, 2]
