"""Ops that wait for others, and groups that go all or nothing."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading
from fieldpo.sync.protocol.exchange import VerdictKind
from tests.central.laptop import Laptop, put_person, put_phone
from tests.central_records import every_record


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop with one person."""
    put_person(database, "rivera", "doe")
    put_phone(database, "rivera", "doe", "phone")
    return Laptop(database)


def written(laptop: Laptop) -> list[str]:
    """The ids of the records that devices made, in feed order."""
    with reading(laptop.engine) as conn:
        return [each.id for each in every_record(conn) if each.writer != "central"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_no_child_is_applied_before_its_parent(laptop: Laptop, order: tuple[int, ...]) -> None:
    """However three dependent ops arrive, all are applied once, parents first."""
    first = laptop.contact("doe")
    second = laptop.contact("doe", deps=[first.op_id])
    third = laptop.contact("doe", deps=[second.op_id])
    numbered = [laptop.numbered(each) for each in (first, second, third)]
    for place in order:
        laptop.send(numbered[place])
    assert {each.verdict for each in laptop.verdicts.values()} == {VerdictKind.ACCEPTED}
    assert written(laptop) == [first.record_id, second.record_id, third.record_id]


def test_children_before_their_parents_in_one_request_are_applied(laptop: Laptop) -> None:
    """Order within a request does not matter either."""
    parent = laptop.contact("doe")
    child = laptop.contact("doe", deps=[parent.op_id])
    laptop.send(child, parent)
    assert written(laptop) == [parent.record_id, child.record_id]


def test_an_entry_waits_for_the_record_it_names(laptop: Laptop) -> None:
    """An addendum without its entry is blocked, and applied when the entry lands."""
    entry = laptop.contact("doe")
    addendum = laptop.op(
        "addendum.create",
        body={
            "person_id": "doe",
            "entry_id": entry.record_id,
            "text": "It was the aunt's house.",
            "officer_id": "rivera",
            "written_at": "2026-11-22T10:00:00-06:00",
        },
    )
    laptop.send(addendum)
    assert laptop.verdicts[addendum.op_id].verdict is VerdictKind.BLOCKED
    laptop.send(entry)
    assert laptop.verdicts[addendum.op_id].verdict is VerdictKind.ACCEPTED


def test_an_op_that_still_waits_has_no_new_verdict(laptop: Laptop) -> None:
    """One of two parents has come: nothing to tell of the child; with the other it is applied."""
    one, two = laptop.contact("doe"), laptop.contact("doe")
    child = laptop.contact("doe", deps=[one.op_id, two.op_id])
    laptop.send(child)
    assert [each.op_id for each in laptop.send(one).verdicts] == [one.op_id]
    assert {each.op_id for each in laptop.send(two).verdicts} == {two.op_id, child.op_id}


def test_an_entry_waits_for_a_person_whom_an_import_brings(laptop: Laptop) -> None:
    """Central lost a person, say by a restore: the note waits, and lands with the person."""
    note = laptop.contact("moe")
    laptop.send(note)
    assert laptop.verdicts[note.op_id].verdict is VerdictKind.BLOCKED
    put_person(laptop.engine, "rivera", "moe")
    answer = laptop.send()
    assert [(each.op_id, each.verdict) for each in answer.verdicts] == [(note.op_id, VerdictKind.ACCEPTED)]


def test_a_withdrawal_stands_where_its_entry_stands(laptop: Laptop) -> None:
    """It names no person and still moves with theirs."""
    entry = laptop.contact("doe")
    withdrawal = laptop.op(
        "withdrawal.create",
        body={
            "entry_id": entry.record_id,
            "reason": "wrong person",
            "officer_id": "rivera",
            "written_at": "2026-11-22T10:00:00-06:00",
        },
        undoes=entry.op_id,
    )
    laptop.send(entry, withdrawal)
    assert laptop.verdicts[withdrawal.op_id].verdict is VerdictKind.ACCEPTED
    assert laptop.copy[laptop.caseload][withdrawal.record_id].person_id == "doe"


def test_a_group_waits_until_it_is_whole(laptop: Laptop) -> None:
    """A half group is blocked; the other half applies both."""
    one = laptop.contact("doe", group_id="visit", group_size=2)
    two = laptop.contact("doe", group_id="visit", group_size=2)
    laptop.send(one)
    assert laptop.verdicts[one.op_id].verdict is VerdictKind.BLOCKED
    assert written(laptop) == []
    laptop.send(two)
    assert {each.verdict for each in laptop.verdicts.values()} == {VerdictKind.ACCEPTED}
    assert sorted(written(laptop)) == sorted([one.record_id, two.record_id])


def test_one_refused_member_refuses_its_whole_group(laptop: Laptop) -> None:
    """Nothing of the group is applied, the others name the culprit, and the hash still agrees."""
    good = laptop.contact("doe", group_id="visit", group_size=3)
    edit = laptop.edit("phone", "phone", 1, fields={"note": ("", "x")}, group_id="visit", group_size=3)
    bad = laptop.op("contact.create", body={"person_id": "doe"}, group_id="visit", group_size=3)
    beside = laptop.contact("doe")
    answer = laptop.send(good, edit, bad, beside)
    assert {each.op_id: each.problem and each.problem.type for each in answer.verdicts} == {
        good.op_id: "group-refused",
        edit.op_id: "group-refused",
        bad.op_id: "invalid-body",
        beside.op_id: None,
    }
    assert written(laptop) == [beside.record_id]
    page = next(each for each in answer.partitions if each.id == laptop.caseload)
    assert laptop.hash(laptop.caseload) == page.hash


def test_members_of_a_group_may_refer_to_one_another(laptop: Laptop) -> None:
    """A visit and the next appointment name each other and come together."""
    visit = laptop.contact("doe", group_id="visit", group_size=2)
    appointment = laptop.op(
        "appointment.create",
        body={"person_id": "doe", "starts_at": "2026-12-01T09:00:00-06:00", "contact_id": visit.record_id},
        group_id="visit",
        group_size=2,
    )
    visit = laptop.op(
        "contact.create",
        visit.record_id,
        {**visit.body, "appointment_id": appointment.record_id},
        group_id="visit",
        group_size=2,
    )
    laptop.send(visit, appointment)
    assert {each.verdict for each in laptop.verdicts.values()} == {VerdictKind.ACCEPTED}


def test_a_group_that_waits_for_another_op_waits_whole(laptop: Laptop) -> None:
    """One member's missing parent blocks all; the parent releases all."""
    parent = laptop.contact("doe")
    one = laptop.contact("doe", group_id="visit", group_size=2, deps=[parent.op_id])
    two = laptop.contact("doe", group_id="visit", group_size=2)
    laptop.send(one, two)
    assert {each.verdict for each in laptop.verdicts.values()} == {VerdictKind.BLOCKED}
    laptop.send(parent)
    assert {each.verdict for each in laptop.verdicts.values()} == {VerdictKind.ACCEPTED}
