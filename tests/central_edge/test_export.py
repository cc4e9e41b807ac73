from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import writing
from fieldpo.central.upkeep.export import export_lines
from tests.central.laptop import NOW, Laptop, put_person, put_phone
from tests.central_records import edit_record


def _lines(database: Engine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export_lines(database)]


def _holding(database: Engine, text: str) -> list[str]:
    """The kinds of the lines in which a text stands."""
    return [json.loads(line)["kind"] for line in export_lines(database) if text.encode() in line]


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """A laptop of an officer with one person and one phone."""
    put_person(database, "rivera", "doe")
    put_phone(database, "rivera", "doe", "phone-1", note="PHONE FIRST NOTE")
    return Laptop(database)


def test_every_record_is_one_line_with_its_version_partition_and_body(laptop: Laptop, database: Engine) -> None:
    """A record's line is kind, id, version, partition and body."""
    assert _lines(database) == [
        {
            "kind": "person",
            "id": "doe",
            "version": 1,
            "partition": "caseload:rivera",
            "body": {"family_name": "Doe"},
        },
        {
            "kind": "phone",
            "id": "phone-1",
            "version": 1,
            "partition": "caseload:rivera",
            "body": {"person_id": "doe", "number": "515-555-0100", "note": "PHONE FIRST NOTE"},
        },
    ]


def test_each_typed_text_stands_in_exactly_one_line(laptop: Laptop, database: Engine) -> None:
    """Applied, lost in a conflict, quarantined, or waiting for a parent: one line each, sent twice or not."""
    applied = laptop.contact("doe", "TEXT APPLIED")
    waiting = laptop.op(
        "addendum.create",
        body={
            "person_id": "doe",
            "entry_id": "not-here-yet",
            "text": "TEXT WAITING",
            "officer_id": "rivera",
            "written_at": "2026-11-22T09:00:00Z",
        },
        deps=["never-sent"],
    )
    refused = laptop.op("contact.create", body={"person_id": "doe", "note": "TEXT REFUSED"})
    numbered = [laptop.numbered(op) for op in (applied, waiting, refused)]
    laptop.send(*numbered)
    laptop.send(*numbered)
    with writing(database) as conn:
        edit_record(conn, "phone-1", {"note": "CENTRAL VALUE"}, now=NOW)
    laptop.send(laptop.edit("phone", "phone-1", 1, fields={"note": ("PHONE FIRST NOTE", "TEXT LOST")}))
    assert _holding(database, "TEXT APPLIED") == ["contact"]
    assert _holding(database, "TEXT WAITING") == ["blocked"]
    assert _holding(database, "TEXT REFUSED") == ["quarantine"]
    assert _holding(database, "TEXT LOST") == ["conflict"]
    assert _holding(database, "CENTRAL VALUE") == ["phone"]
    assert _holding(database, "PHONE FIRST NOTE") == []


def test_a_losing_value_that_is_taken_up_after_all_moves_to_the_record(laptop: Laptop, database: Engine) -> None:
    """The conflict's line stays, closed, without the text that the record now has."""
    with writing(database) as conn:
        edit_record(conn, "phone-1", {"note": "CENTRAL VALUE"}, now=NOW)
    lost = laptop.edit("phone", "phone-1", 1, fields={"note": ("PHONE FIRST NOTE", "TEXT LOST")})
    laptop.send(lost)
    conflict = laptop.verdicts[lost.op_id].conflicts[0].conflict_id
    laptop.send(laptop.edit("phone", "phone-1", 2, fields={"note": ("CENTRAL VALUE", "TEXT LOST")}, resolves=conflict))
    assert _holding(database, "TEXT LOST") == ["phone"]
    (line,) = [each for each in _lines(database) if each["kind"] == "conflict"]
    assert (line["id"], line["version"], line["body"]["state"]) == (conflict, 0, "closed")


def test_someone_not_listed_stands_once(laptop: Laptop, database: Engine) -> None:
    """An intake that matches nobody is a record, and its place in the queue repeats no text."""
    body = {"family_name": "Unlisted", "agency_id": "X-99", "note": "TEXT INTAKE", "officer_id": "rivera"}
    laptop.send(laptop.op("intake.create", body=body))
    assert _holding(database, "TEXT INTAKE") == ["intake"]


def test_a_replaced_op_gives_up_its_text(laptop: Laptop, database: Engine) -> None:
    """Quarantined, then sent anew as an op that supersedes it: the text stands with the new one only."""
    refused = laptop.op("contact.create", body={"person_id": "doe", "note": "TEXT MENDED"})
    laptop.send(refused)
    assert _holding(database, "TEXT MENDED") == ["quarantine"]
    laptop.send(laptop.contact("doe", "TEXT MENDED", supersedes=refused.op_id))
    assert _holding(database, "TEXT MENDED") == ["contact"]


def test_text_that_is_no_json_is_exported_as_it_came(laptop: Laptop, database: Engine) -> None:
    """Even bytes that are no op have their line."""
    laptop.send((1, "TEXT BROKEN {"))
    assert _holding(database, "TEXT BROKEN") == ["quarantine"]
