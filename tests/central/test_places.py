"""Whose cases: grants, transfers, covers, and someone not listed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.deciding.access import cover, end
from fieldpo.central.office.records import place_of, read_record
from fieldpo.central.office.transfer import assign
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.protocol.exchange import CASE_LEAVE, VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import Op
from tests.central.laptop import NOW, Laptop, put_person, put_phone
from tests.central_records import put_record


@pytest.fixture
def rivera(database: Engine) -> Laptop:
    """Rivera's laptop, pulled: Doe with a phone, and Poe."""
    put_person(database, "rivera", "doe", agency_ids={"doc": "A-100"})
    put_phone(database, "rivera", "doe", "phone")
    put_person(database, "rivera", "poe")
    laptop = Laptop(database)
    laptop.send()
    return laptop


@pytest.fixture
def okafor(database: Engine, rivera: Laptop) -> Laptop:
    """Okafor's laptop, pulled."""
    laptop = Laptop(database, user="okafor", device="laptop-2")
    laptop.send()
    return laptop


def move(laptop: Laptop, person: str, officer: str, now: dt.datetime = NOW) -> None:
    """Central gives the person to another officer."""
    with writing(laptop.engine) as conn:
        assign(conn, person, officer, now=now)


def why(laptop: Laptop, op: Op) -> str:
    """The verdict, or the code of the refusal."""
    verdict = laptop.verdicts[op.op_id]
    return verdict.problem.type if verdict.problem else verdict.verdict.value


def intake(laptop: Laptop, agency_id: str) -> Op:
    """Someone not listed."""
    body: dict[str, Any] = {"family_name": "Doe", "officer_id": laptop.user, "note": "At the door."}
    return laptop.op("intake.create", body=body | ({"agency_id": agency_id} if agency_id else {}))


def reviews(laptop: Laptop) -> list[tuple[str, str]]:
    """(partition, reason) of the review queue."""
    with reading(laptop.engine) as conn:
        rows = conn.exec_driver_sql("SELECT partition_id, reason FROM review ORDER BY id")
        return [(row.partition_id, row.reason) for row in rows]


def test_a_transfer_moves_a_person_with_every_record(rivera: Laptop, okafor: Laptop) -> None:
    """The old device is told of the leave, the new one gets everything, and both hashes agree."""
    note = rivera.contact("doe")
    rivera.send(note)
    move(rivera, "doe", "okafor")
    left, came = rivera.send(), okafor.send()
    assert set(rivera.copy[rivera.caseload]) == {"poe"}
    assert set(okafor.copy[okafor.caseload]) == {"doe", "phone", note.record_id}
    assert [each.kind for page in left.partitions for each in page.changes] == [CASE_LEAVE]
    for laptop, answer in ((rivera, left), (okafor, came)):
        page = next(each for each in answer.partitions if each.id == laptop.caseload)
        assert laptop.hash(laptop.caseload) == page.hash


def test_a_person_who_comes_back_is_whole_again(rivera: Laptop, okafor: Laptop) -> None:
    """A device that slept through leave and return ends with the same copy as one that did not."""
    move(rivera, "doe", "okafor")
    okafor.send()
    move(rivera, "doe", "rivera")
    answer = rivera.send()
    okafor.send()
    assert set(rivera.copy[rivera.caseload]) == {"doe", "phone", "poe"}
    assert okafor.copy[okafor.caseload] == {}
    page = next(each for each in answer.partitions if each.id == rivera.caseload)
    assert rivera.hash(rivera.caseload) == page.hash


def test_what_was_written_before_the_leave_was_seen_is_accepted(rivera: Laptop, okafor: Laptop) -> None:
    """The officer could not know; the note goes to where the person now is."""
    note = rivera.contact("doe", "Before I knew")
    move(rivera, "doe", "okafor")
    rivera.send(note)
    assert why(rivera, note) == "accepted"
    okafor.send()
    assert okafor.copy[okafor.caseload][note.record_id].body == note.body


def test_what_was_written_after_the_leave_was_seen_goes_to_quarantine_and_review(
    rivera: Laptop, okafor: Laptop
) -> None:
    """The officer knew; a supervisor decides."""
    move(rivera, "doe", "okafor")
    rivera.send()
    note = rivera.contact("doe", "I knew")
    rivera.send(note)
    assert why(rivera, note) == "after-leave"
    assert reviews(rivera) == [(okafor.caseload, "after-leave")]


def test_thirty_days_after_the_leave_nothing_is_accepted(rivera: Laptop) -> None:
    """By central's clock, whatever the device had seen."""
    early, late = rivera.contact("doe"), rivera.contact("doe")
    move(rivera, "doe", "okafor")
    rivera.now = NOW + dt.timedelta(days=29)
    rivera.send(early)
    rivera.now = NOW + dt.timedelta(days=31)
    rivera.send(late)
    assert (why(rivera, early), why(rivera, late)) == ("accepted", "after-leave")


def test_a_cover_grants_a_colleagues_caseload_until_it_ends(rivera: Laptop, okafor: Laptop) -> None:
    """Granted, pulled, written, revoked; what was written before the end was seen is still taken."""
    with writing(rivera.engine) as conn:
        cover(conn, rivera.caseload, "okafor", NOW + dt.timedelta(days=7), now=NOW)
    assert okafor.send().granted == [rivera.caseload]
    assert set(okafor.copy[rivera.caseload]) == {"doe", "phone", "poe"}
    seen = okafor.numbers[rivera.caseload]
    first, pending = okafor.contact("doe", seen=seen), okafor.contact("doe", seen=seen)
    okafor.send(first)
    okafor.now = NOW + dt.timedelta(days=8)
    answer = okafor.send(pending)
    assert answer.revoked == [rivera.caseload]
    assert (why(okafor, first), why(okafor, pending)) == ("accepted", "accepted")
    rivera.now = okafor.now
    rivera.send(rivera.contact("doe"))
    known = okafor.contact("doe", seen=rivera.numbers[rivera.caseload])
    okafor.send(known)
    assert why(okafor, known) == "after-leave"


def test_a_cover_that_is_past_is_refused(rivera: Laptop) -> None:
    """A cover ends after now, and only one that stands can be ended."""
    with writing(rivera.engine) as conn:
        with pytest.raises(BadInput):
            cover(conn, rivera.caseload, "okafor", NOW - dt.timedelta(days=1), now=NOW)
        with pytest.raises(NotFound):
            end(conn, rivera.caseload, "okafor", now=NOW)


def test_an_intake_with_an_agency_id_finds_its_person(rivera: Laptop, okafor: Laptop) -> None:
    """The entry gets the person's id and stands where the person stands."""
    op = intake(okafor, "A-100")
    okafor.send(op)
    assert okafor.verdicts[op.op_id].verdict is VerdictKind.MERGED
    rivera.send()
    assert rivera.copy[rivera.caseload][op.record_id].body == {**op.body, "person_id": "doe"}
    assert reviews(rivera) == []


def test_an_intake_without_a_match_waits_for_the_supervisor(rivera: Laptop) -> None:
    """It stands in the officer's caseload, and the queue holds it."""
    unknown, nameless = intake(rivera, "Z-1"), intake(rivera, "")
    rivera.send(unknown, nameless)
    assert {why(rivera, unknown), why(rivera, nameless)} == {"accepted"}
    assert unknown.record_id in rivera.copy[rivera.caseload]
    assert reviews(rivera) == [(rivera.caseload, "intake-unmatched")] * 2


def test_conflicts_and_quarantine_move_with_the_person(rivera: Laptop) -> None:
    """Whoever has the person has the open questions."""
    bad = rivera.op("phone.create", body={"person_id": "doe"})
    with writing(rivera.engine) as conn:
        put_record(
            conn, rivera.caseload, "phone", "phone", {"person_id": "doe", "number": "2", "note": "c"}, "doe", now=NOW
        )
    lost = rivera.edit("phone", "phone", 1, fields={"note": ("", "typed")})
    rivera.send(bad, lost)
    move(rivera, "doe", "okafor")
    with reading(rivera.engine) as conn:
        places = conn.exec_driver_sql("SELECT partition_id FROM conflict UNION ALL SELECT partition_id FROM quarantine")
        assert list(places.scalars()) == [caseload_partition("okafor")] * 2
        assert place_of(conn, "doe") == caseload_partition("okafor")
    keep = rivera.edit("phone", "phone", 2, fields={}, resolves=rivera.verdicts[lost.op_id].conflicts[0].conflict_id)
    rivera.send(keep)
    with reading(rivera.engine) as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM conflict WHERE closed_by IS NULL").scalar_one() == 0


def test_an_undone_creation_of_a_person_is_a_tombstone(rivera: Laptop) -> None:
    """An officer's own new person can be taken back; the record stays as deleted."""
    made = rivera.op("person.create", body={"family_name": "New"})
    undo = rivera.op("person.delete", made.record_id, undoes=made.op_id)
    rivera.send(made)
    assert made.record_id in rivera.copy[rivera.caseload]
    rivera.send(undo)
    with reading(rivera.engine) as conn:
        assert read_record(conn, made.record_id).deleted
