"""What waits is looked at again when something has come that it may wait for, and costs nothing until then."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.deciding.access import grant
from fieldpo.central.office.group_waiting import end_group, group_of
from fieldpo.sync.protocol.exchange import VerdictKind, caseload_partition
from tests.central.conftest import POSTGRES
from tests.central.laptop import NOW, Laptop, put_person, put_phone
from tests.central.steps import Steps
from tests.central_records import put_record


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop with one person."""
    put_person(database, "rivera", "doe")
    put_phone(database, "rivera", "doe", "phone")
    return Laptop(database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("named", ["nobody", "phone", "chain"])
def test_what_waits_costs_an_exchange_nothing(laptop: Laptop, named: str) -> None:
    """Whether ten wait or four hundred: for a person unknown, for one who is no person, each for the one before."""
    steps = Steps(laptop.engine)
    laptop.send()

    def wait(number: int) -> int:
        before = "0193aaaa-0000-7000-8000-000000000000"
        ops = []
        for _ in range(number):
            ops.append(laptop.contact("doe", deps=[before]) if named == "chain" else laptop.contact(named))
            before = ops[-1].op_id
        laptop.send(*ops)
        assert {laptop.verdicts[each.op_id].verdict for each in ops} == {VerdictKind.BLOCKED}
        laptop.send()  # the first exchange after looks once more
        return steps.of(lambda: laptop.send(laptop.contact("doe")))

    few = wait(10)
    assert wait(400) < few * 1.5


def test_what_waited_for_a_refused_entry_goes_on_with_its_late_successor(laptop: Laptop) -> None:
    """The successor itself had to wait: when it lands, so does what hung on the entry it stands for."""
    refused = laptop.op("contact.create", body={"person_id": "doe"})
    child = laptop.contact("doe", deps=[refused.op_id])
    laptop.send(refused, child)
    late = laptop.contact("doe")
    successor = laptop.contact("doe", deps=[late.op_id], supersedes=refused.op_id)
    laptop.send(successor)
    assert laptop.verdicts[child.op_id].verdict is VerdictKind.BLOCKED
    laptop.send(late)
    assert laptop.verdicts[successor.op_id].verdict is VerdictKind.ACCEPTED
    assert laptop.verdicts[child.op_id].verdict is VerdictKind.ACCEPTED


def test_what_waited_for_the_first_of_a_line_goes_on_with_the_last(laptop: Laptop) -> None:
    """The officer's second try was refused too: the third stands for both, and nobody is asked about those any more."""
    tries = [laptop.op("contact.create", body={"person_id": "doe"})]
    child = laptop.contact("doe", deps=[tries[0].op_id])
    laptop.send(tries[0], child)
    tries.append(laptop.op("contact.create", body={"person_id": "doe"}, supersedes=tries[0].op_id))
    laptop.send(tries[1])
    tries.append(laptop.contact("doe", supersedes=tries[1].op_id))
    laptop.send(tries[2])
    assert laptop.verdicts[child.op_id].verdict is VerdictKind.ACCEPTED
    with reading(laptop.engine) as conn:
        rows = conn.exec_driver_sql("SELECT op_id, state FROM quarantine").all()
    assert dict(map(tuple, rows)) == {tries[0].op_id: "superseded", tries[1].op_id: "superseded"}


def test_what_hangs_on_the_record_of_one_that_waited_lands_in_the_same_answer(laptop: Laptop) -> None:
    """A note waits for its person, its addendum for the note's record: both go on at once."""
    note = laptop.contact("moe")
    addendum = laptop.op(
        "addendum.create",
        body={
            "person_id": "moe",
            "entry_id": note.record_id,
            "text": "It was the aunt's house.",
            "officer_id": "rivera",
            "written_at": "2026-11-22T10:00:00-06:00",
        },
    )
    laptop.send(addendum)
    laptop.send(note)
    person = laptop.op("person.create", "moe", {"family_name": "Moe"})
    laptop.send(person)
    assert laptop.verdicts[note.op_id].verdict is VerdictKind.ACCEPTED
    assert laptop.verdicts[addendum.op_id].verdict is VerdictKind.ACCEPTED


def test_what_takes_back_an_entry_that_a_person_refused_is_done(laptop: Laptop) -> None:
    """A group was refused at central's shell: its undo, which waited for it, has nothing to take back any more."""
    half = laptop.edit("phone", "phone", 1, fields={"number": ("515-555-0100", "1")}, group_id="two", group_size=2)
    laptop.send(half)
    undo = laptop.edit("phone", "phone", 1, fields={"number": ("1", "515-555-0100")}, undoes=half.op_id)
    laptop.send(undo)
    assert laptop.verdicts[undo.op_id].verdict is VerdictKind.BLOCKED
    with writing(laptop.engine) as conn:
        group = group_of(conn, half.op_id, NOW)
        assert group is not None
        end_group(conn, group, NOW, release=False)
    laptop.send()
    assert laptop.verdicts[undo.op_id].verdict is VerdictKind.ACCEPTED


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_a_record_under_way_while_its_note_comes_is_not_missed(laptop: Laptop) -> None:
    """Each transaction ends without seeing the other: the note lands with a later exchange all the same."""
    elsewhere = caseload_partition("okafor")
    with writing(laptop.engine) as conn:
        grant(conn, elsewhere, "rivera", now=NOW)
    note = laptop.contact("moe")
    with writing(laptop.engine) as conn:
        put_record(conn, elsewhere, "moe", "person", {"family_name": "Moe"}, "moe", now=NOW)
        laptop.send(note)
        laptop.send()
        assert laptop.verdicts[note.op_id].verdict is VerdictKind.BLOCKED
    laptop.send()
    assert laptop.verdicts[note.op_id].verdict is VerdictKind.ACCEPTED
