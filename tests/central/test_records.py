"""Central's own hand on records: what an import puts, edits and deletes."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.deciding.identifiers import carriers
from fieldpo.central.office.records import NewRecord, Put, delete_record, place_of, put_records, read_record
from fieldpo.errors import BadInput, NotFound
from tests.central.laptop import NOW, Laptop
from tests.central_records import edit_record, every_record

CASELOAD = "caseload:rivera"


def file(last: str = "Doe") -> list[NewRecord]:
    """An agency's file: 30 persons, each with a phone."""
    persons = [
        NewRecord(f"p{n}", "person", {"family_name": last, "agency_ids": {"doc": f"A-{n}"}}, f"p{n}") for n in range(30)
    ]
    return persons + [NewRecord(f"t{n}", "phone", {"person_id": f"p{n}", "number": "1"}, f"p{n}") for n in range(30)]


def put(engine: Engine, rows: list[NewRecord], partition: str = CASELOAD) -> Put:
    """One load in one transaction."""
    with writing(engine) as conn:
        return put_records(conn, partition, rows, now=NOW)


def test_the_same_file_twice_adds_nothing(database: Engine) -> None:
    """Not a record, not a version, not a feed number."""
    assert put(database, file()) == Put(60, 0, 0)
    laptop = Laptop(database)
    laptop.send()
    assert put(database, file()) == Put(0, 0, 60)
    assert [page.changes for page in laptop.send().partitions] == [[], []]


def test_a_newer_file_updates_what_changed(database: Engine) -> None:
    """Changed records get a version; devices hear of these alone, and their hash agrees."""
    put(database, file())
    laptop = Laptop(database)
    laptop.send()
    assert put(database, file("Roe")) == Put(0, 30, 30)
    answer = laptop.send()
    page = next(each for each in answer.partitions if each.id == CASELOAD)
    assert {each.id for each in page.changes} == {f"p{n}" for n in range(30)}
    assert {each.version for each in page.changes} == {2}
    assert laptop.hash(CASELOAD) == page.hash


def test_persons_are_found_by_their_agencys_identifier(database: Engine) -> None:
    """As the body says now, not as it said once."""
    put(database, file())
    with writing(database) as conn:
        edit_record(conn, "p1", {"agency_ids": {"doc": "B-1"}}, now=NOW)
        assert carriers(conn, ["A-0", "A-1", "B-1"]) == {"A-0": ["p0"], "B-1": ["p1"]}
        assert place_of(conn, "p1") == CASELOAD


def test_an_edit_at_none_leaves_the_field_out(database: Engine) -> None:
    """A field can be emptied."""
    put(database, file())
    with writing(database) as conn:
        assert edit_record(conn, "t0", {"note": "work", "use": "home"}, now=NOW).version == 2
        assert edit_record(conn, "t0", {"note": None}, now=NOW).body == {
            "person_id": "p0",
            "number": "1",
            "use": "home",
        }


def test_a_deleted_record_is_a_tombstone_in_the_feed(database: Engine) -> None:
    """Devices hear of it, it leaves the hash, and deleting twice is deleting once."""
    put(database, file())
    laptop = Laptop(database)
    laptop.send()
    for _ in range(2):
        with writing(database) as conn:
            delete_record(conn, "t0", now=NOW)
    answer = laptop.send()
    page = next(each for each in answer.partitions if each.id == CASELOAD)
    assert [(each.id, each.deleted, each.body) for each in page.changes] == [("t0", True, None)]
    assert laptop.hash(CASELOAD) == page.hash
    with reading(database) as conn:
        assert read_record(conn, "t0").version == 2
        assert sum(not each.deleted for each in every_record(conn)) == 59


def test_a_record_is_not_put_into_another_caseload(database: Engine) -> None:
    """A person moves by a transfer, with everything; and nothing of the load stands."""
    put(database, file())
    with pytest.raises(BadInput):
        put(database, [NewRecord("new", "person", {"family_name": "New"}, "new"), *file()], "caseload:okafor")
    with reading(database) as conn, pytest.raises(NotFound):
        read_record(conn, "new")
