from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.auth_tables import import_kept
from fieldpo.central.database import reading, writing
from fieldpo.central.importing.load import import_file
from fieldpo.central.importing.mapping import Mapping, load_mapping, parse_mapping
from fieldpo.central.importing.report import ImportReport
from fieldpo.central.partitions import numbers
from fieldpo.central.records import edit_record, every_record
from fieldpo.central.transfer import transfer
from fieldpo.central.world import Standing
from fieldpo.errors import ImportRefused
from tests.central_edge.conftest import CASELOADS, START

NIJ = CASELOADS / "nij_200.csv"
IOWA = CASELOADS / "iowa_200.csv"

PEOPLE = """
title = "People"
[source]
encodings = ["utf-8-sig", "cp1252"]
time_zone = "America/Chicago"
missing = ["N/A"]
[identity]
agency = "county"
system = "cms"
columns = ["Client No"]
[caseloads]
officer = "Officer No"
officer_name = "Officer"
title = "Probation Officer"
[[records]]
kind = "person"
[records.fields]
family_name = { column = ["Last Name", "Surname"], required = true }
given_name = { column = "First Name" }
birth_date = { column = "DOB", read = "date", format = ["%m/%d/%Y", "%Y-%m-%d"] }
aliases = { column = "Aliases", read = "list", separator = ";" }
[[records]]
kind = "case"
[records.fields]
level = { column = "Level", values = { "Max" = "max", "Med" = "medium", "Court–ordered" = "high" }, default = "low" }
history_complete_from = { today = true }
"""

CONTACTS = """
title = "Contacts"
[source]
time_zone = "America/Chicago"
[identity]
agency = "county"
system = "cms"
columns = ["Entry"]
[[records]]
kind = "contact"
[records.fields]
person_id = { find = { kind = "person", column = "Client No" } }
case_id = { find = { kind = "case", column = "Client No" } }
occurred_at = { column = "When", read = "moment", format = "%m/%d/%Y %H:%M" }
contact = { column = "Kind", values = { "FTF" = "face_to_face", "TEL" = "phone" }, required = true }
outcome = { value = "reported" }
officer_id = { officer = "caseload" }
minutes = { column = "Min", read = "whole" }
note = { column = "Note", read = "text" }
"""

STAYS = """
title = "Stays"
[identity]
agency = "county"
system = "cms"
columns = ["Stay"]
[[records]]
kind = "stay"
[records.fields]
person_id = { find = { kind = "person", column = "Client No" } }
case_id = { find = { kind = "case", column = "Client No" } }
stay = { column = "Status", values = { JAIL = "jail_or_prison", ABSC = "absconding" }, required = true }
start = { column = "From", read = "date", format = "%m/%d/%Y", required = true }
until = { column = "To", read = "date", format = "%m/%d/%Y" }
"""

HEADINGS = "Client No,Last Name,First Name,DOB,Aliases,Level,Officer No,Officer\n"


def _load(database: Engine, mapping: Mapping, path: Path, **more: Any) -> ImportReport:
    return import_file(database, mapping, path, now=more.pop("now", START), **more)


def _standing(database: Engine) -> list[Standing]:
    with reading(database) as conn:
        return list(every_record(conn))


def _one(database: Engine, kind: str, **fields: str) -> Standing:
    (found,) = [
        each
        for each in _standing(database)
        if each.kind == kind and all(each.body.get(name) == value for name, value in fields.items())
    ]
    return found


def _feeds(database: Engine) -> dict[str, int]:
    with reading(database) as conn:
        return numbers(conn, sorted({each.partition for each in _standing(database)}))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A small agency's file of persons."""
    path = tmp_path / "people.csv"
    path.write_text(
        HEADINGS
        + "C-1,Fahey,Robert,03/04/1990,Bo;Bobby,Max,O-1,Ann Lee\n"
        + "C-2,Nguyen,Thi,1985-12-01,,Med,O-2,Jo Chen\n"
        + "C-3,Ortiz,,,N/A,,O-1,\n",
        "utf-8",
    )
    return path


def test_the_nij_file_loads_whole(database: Engine) -> None:
    """200 rows make persons, cases, conditions, assessments and hazards, spread over caseloads of 60."""
    report = _load(database, load_mapping("nij"), NIJ)
    with NIJ.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    conditions = sum(
        (row["Condition_MH_SA"] == "true")
        + (row["Condition_Cog_Ed"] == "true")
        + (row["Condition_Other"] == "true")
        + (row["Employment_Exempt"] == "false")
        for row in rows
    )
    expected = {
        "officer": 4,
        "caseload": 4,
        "person": 200,
        "case": 200,
        "condition": conditions,
        "assessment": sum(row["Supervision_Risk_Score_First"] != "" for row in rows),
        "hazard": sum(row["Gang_Affiliated"] == "true" for row in rows),
    }
    assert (report.rows, report.loaded, report.bad, report.repeats) == (200, 200, 0, 0)
    assert {kind: tally.added for kind, tally in report.kinds.items()} == expected
    standing = _standing(database)
    assert Counter(each.kind for each in standing) == expected
    sizes = Counter(each.partition for each in standing if each.kind == "person")
    assert sorted(sizes.values()) == [20, 60, 60, 60]


def test_every_column_of_the_nij_file_goes_somewhere(database: Engine) -> None:
    """What is no field of ours stands in the case's facts as it came."""
    report = _load(database, load_mapping("nij"), NIJ)
    assert report.unused_columns == []
    case = _one(database, "case", case_number="6")
    assert case.body["facts"]["Avg Days per DrugTest"] == "474.6"
    assert case.body["facts"]["Age at Release"] == "38-42"
    assert case.body["agency_ids"] == {"nij-challenge": "6"}
    assert case.body["level"] == "medium"
    assert case.body["history_complete_from"] == "2026-11-22"


def test_the_iowa_file_loads_whole_with_its_repeats(database: Engine) -> None:
    """Rows that repeat an earlier one are persons of their own, and caseloads keep districts apart."""
    report = _load(database, load_mapping("iowa"), IOWA)
    assert (report.rows, report.loaded, report.bad, report.repeats) == (200, 200, 0, 62)
    standing = _standing(database)
    kinds = Counter(each.kind for each in standing)
    assert (kinds["person"], kinds["case"]) == (200, 200)
    statuses = {each.body.get("status", "active") for each in standing if each.kind == "case"}
    assert statuses == {"active", "closed", "in_custody"}


@pytest.mark.parametrize(("name", "path"), [("nij", NIJ), ("iowa", IOWA)])
def test_the_same_file_twice_adds_nothing(database: Engine, name: str, path: Path) -> None:
    """A second load, days later, moves no feed and makes no version."""
    _load(database, load_mapping(name), path)
    before = _standing(database)
    report = _load(database, load_mapping(name), path, now=START + dt.timedelta(days=3))
    assert all((tally.added, tally.changed) == (0, 0) for tally in report.kinds.values())
    assert _standing(database) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Engine) -> None:
    """--dry-run reports what a load would do."""
    told = _load(database, load_mapping("nij"), NIJ, dry_run=True)
    assert _standing(database) == []
    assert told.kinds == _load(database, load_mapping("nij"), NIJ).kinds
    assert told.dry_run


def test_a_newer_file_without_identifiers_only_adds(database: Engine, tmp_path: Path) -> None:
    """A row once more is one more person; a row that is gone takes nobody away."""
    lines = IOWA.read_text("utf-8").splitlines(keepends=True)
    newer = tmp_path / "newer.csv"
    newer.write_text(lines[0] + lines[1] * 3 + "".join(lines[3:]), "utf-8")
    _load(database, load_mapping("iowa"), IOWA)
    occurrences = lines[1:].count(lines[1])
    report = _load(database, load_mapping("iowa"), newer)
    expected = 3 + lines[3:].count(lines[1]) - occurrences
    assert report.kinds["person"].added == expected
    assert Counter(each.kind for each in _standing(database))["person"] == 200 + expected


def test_a_newer_file_changes_only_the_records_that_changed(database: Engine, people: Path) -> None:
    """One changed cell raises one record's version; a new row is one more person; other feeds stand still."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    feeds = _feeds(database)
    text = people.read_text("utf-8").replace("Nguyen", "Nguyen-Tran").replace(",Med,", ",Max,")
    people.write_text(text + "C-4,Abel,Sam,,,,O-2,\n", "utf-8")
    report = _load(database, parse_mapping(PEOPLE, "people"), people, now=START + dt.timedelta(days=1))
    assert (report.kinds["person"].added, report.kinds["person"].changed, report.kinds["person"].same) == (1, 1, 2)
    assert (report.kinds["case"].added, report.kinds["case"].changed) == (1, 1)
    changed = _one(database, "person", family_name="Nguyen-Tran")
    assert (changed.version, changed.body["given_name"]) == (2, "Thi")
    moved = {partition for partition, number in _feeds(database).items() if number != feeds.get(partition)}
    assert moved == {changed.partition}


def test_an_officers_edit_stands_against_a_newer_file(database: Engine, people: Path) -> None:
    """A field that changed on both sides keeps central's value, the file's is kept and told; others merge."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    fahey = _one(database, "person", family_name="Fahey")
    with writing(database) as conn:
        edit_record(conn, fahey.id, {"given_name": "Bob", "aliases": ["Bo", "Bobby", "Red"]}, now=START)
    text = people.read_text("utf-8").replace("Robert,03/04/1990,Bo;Bobby", "Rob,03/05/1990,Bo;Buddy")
    people.write_text(text, "utf-8")
    report = _load(database, parse_mapping(PEOPLE, "people"), people)
    after = _one(database, "person", family_name="Fahey")
    assert after.body["given_name"] == "Bob"
    assert after.body["birth_date"] == "1990-03-05"
    assert after.body["aliases"] == ["Bo", "Red", "Buddy"]
    assert [(kept.record_id, kept.field) for kept in report.kept] == [(fahey.id, "given_name")]
    with reading(database) as conn:
        (row,) = conn.execute(sa.select(import_kept)).all()
    assert (row.field, row.theirs, row.current) == ("given_name", '"Rob"', '"Bob"')
    again = _load(database, parse_mapping(PEOPLE, "people"), people)
    assert again.kept == [], "what was told once is not told at every import"


def test_the_files_officers_become_officers_with_their_caseloads(database: Engine, people: Path) -> None:
    """Persons go to the officer that the file names; a name given once is that officer's."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    officer = _one(database, "officer", name="Ann Lee")
    assert officer.body["title"] == "Probation Officer"
    assert officer.body["agency_ids"] == {"cms": "O-1"}
    theirs = [
        each.body["family_name"]
        for each in _standing(database)
        if each.kind == "person" and each.partition == f"caseload:{officer.id}"
    ]
    assert sorted(theirs) == ["Fahey", "Ortiz"]


def test_a_newer_file_moves_a_person_to_another_officer(database: Engine, people: Path) -> None:
    """The person goes with every record, and one whom central has moved meanwhile stays where central put them."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    fahey, ortiz = (_one(database, "person", family_name=name) for name in ("Fahey", "Ortiz"))
    with writing(database) as conn:
        transfer(conn, ortiz.id, "caseload:elsewhere", now=START)
    people.write_text(people.read_text("utf-8").replace("O-1,", "O-3,"), "utf-8")
    report = _load(database, parse_mapping(PEOPLE, "people"), people)
    assert (report.moved, [kept.field for kept in report.kept]) == (1, ["caseload"])
    chen = f"caseload:{parse_mapping(PEOPLE, 'people').record_id('officer', 'O-3')}"
    assert {each.partition for each in _standing(database) if each.person_id == fahey.id} == {chen}
    assert {each.partition for each in _standing(database) if each.person_id == ortiz.id} == {"caseload:elsewhere"}
    before = _standing(database)
    again = _load(database, parse_mapping(PEOPLE, "people"), people)
    assert (again.moved, again.kept, _standing(database)) == (0, [], before)


def test_contacts_come_by_the_agencys_identifiers(database: Engine, people: Path, tmp_path: Path) -> None:
    """A second file's entries find their persons, in the agency's time zone, in the person's partition."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    path = tmp_path / "contacts.csv"
    path.write_text(
        "Entry,Client No,When,Kind,Min,Note\n"
        'E-1,C-1,07/01/2026 09:30,FTF,15,"Reported.\nSays: ""fine"""\n'
        "E-2,C-9,07/02/2026 09:30,TEL,5,no such client\n"
        "E-3,C-2,07/03/2026 25:30,TEL,5,bad time\n"
        "E-4,C-2,07/03/2026 10:30,FAX,many,two things wrong\n",
        "utf-8",
    )
    report = _load(database, parse_mapping(CONTACTS, "contacts"), path)
    assert (report.rows, report.loaded, report.bad) == (4, 1, 3)
    fahey = _one(database, "person", family_name="Fahey")
    entry = _one(database, "contact")
    assert (entry.partition, entry.person_id) == (fahey.partition, fahey.id)
    assert entry.body["occurred_at"] == "2026-07-01T09:30:00-05:00"
    assert entry.body["note"] == 'Reported.\nSays: "fine"'
    assert entry.body["officer_id"] == fahey.partition.removeprefix("caseload:")
    told = [(each.line, each.column, each.reason) for each in report.complaints]
    assert [(line, column) for line, column, _ in told] == [
        (4, "Client No"),
        (4, "Client No"),
        (5, "When"),
        (6, "Kind"),
        (6, "Min"),
    ]
    assert 'no person is known by "C-9"' in told[0][2]
    assert '"FAX" is not one of the values' in told[-2][2]


def test_stays_come_with_their_cases_and_a_newer_file_ends_them(database: Engine, people: Path, tmp_path: Path) -> None:
    """What moves a due day is loaded as any kind is, for the case that an earlier file brought."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    path = tmp_path / "stays.csv"
    rows = "Stay,Client No,Status,From,To\nS-1,C-1,JAIL,07/01/2026,{}\nS-2,C-2,GONE,07/01/2026,\n"
    path.write_text(rows.format(""), "utf-8")
    report = _load(database, parse_mapping(STAYS, "stays"), path)
    assert (report.loaded, report.bad) == (1, 1)
    stay = _one(database, "stay")
    fahey = _one(database, "person", family_name="Fahey")
    case = _one(database, "case", person_id=fahey.id)
    assert (stay.partition, stay.body["case_id"], stay.body["start"]) == (fahey.partition, case.id, "2026-07-01")
    path.write_text(rows.format("07/09/2026"), "utf-8")
    _load(database, parse_mapping(STAYS, "stays"), path)
    assert _one(database, "stay").body["until"] == "2026-07-09"


def test_a_corrected_entry_is_added_and_the_earlier_one_struck_through(
    database: Engine, people: Path, tmp_path: Path
) -> None:
    """Entries are insert only: a newer file's other text makes a new entry and a withdrawal of the first."""
    _load(database, parse_mapping(PEOPLE, "people"), people)
    path = tmp_path / "contacts.csv"
    heading = "Entry,Client No,When,Kind,Min,Note\n"
    path.write_text(heading + "E-1,C-1,07/01/2026 09:30,FTF,15,Reported.\n", "utf-8")
    _load(database, parse_mapping(CONTACTS, "contacts"), path)
    first = _one(database, "contact")
    path.write_text(heading + "E-1,C-1,07/01/2026 09:30,FTF,15,Reported late.\n", "utf-8")
    report = _load(database, parse_mapping(CONTACTS, "contacts"), path)
    assert report.kinds["contact"].changed == 1
    assert _one(database, "contact", note="Reported.").version == 1
    assert _one(database, "contact", note="Reported late.").id != first.id
    assert _one(database, "withdrawal").body["entry_id"] == first.id
    before = _standing(database)
    _load(database, parse_mapping(CONTACTS, "contacts"), path)
    assert _standing(database) == before


def test_every_bad_row_is_told_with_line_column_and_reason_and_the_good_ones_load(
    database: Engine, tmp_path: Path
) -> None:
    """Short rows, unknown words, bad dates, missing and doubled identifiers: each row stands or falls alone."""
    path = tmp_path / "people.csv"
    path.write_text(
        HEADINGS
        + "C-1,Fahey,Robert,,,Max,O-1,\n"
        + 'C-2,"Two\nlines",Thi,,,Max,O-1,\n'
        + "C-3,Short\n"
        + "C-4,Ortiz,Ana,31/31/1990,,Sideways,O-1,\n"
        + ",Nobody,,,,Max,O-1,\n"
        + "C-1,Other,Person,,,Max,O-1,\n"
        + "C-1,Fahey,Robert,,,Max,O-1,\n"
        + "C-5,,Only,,,Max,O-1,\n"
        + "C-6,Lost,,,,Max,,\n"
        + "\n"
        + "C-7,Last,,,,Court-Ordered,O-1,\n",
        "utf-8",
    )
    report = _load(database, parse_mapping(PEOPLE, "people"), path)
    told = [(each.line, each.column) for each in report.complaints]
    assert told == [
        (5, ""),
        (6, "DOB"),
        (6, "Level"),
        (7, "Client No"),
        (8, "Client No"),
        (10, "Last Name"),
        (11, ""),
    ]
    assert (report.rows, report.loaded, report.bad, report.repeats) == (10, 3, 6, 1)
    names = {each.body["family_name"] for each in _standing(database) if each.kind == "person"}
    assert names == {"Fahey", "Two lines", "Last"}


def test_a_files_text_is_cleaned(database: Engine, tmp_path: Path) -> None:
    """Escape sequences, bidi marks and stray spaces of a hostile file do not get in."""
    path = tmp_path / "people.csv"
    path.write_text(HEADINGS + "C-1,\x1b[31m Fa\u202ehey ,\x00Rob\x9bert,,,Max,O-1,\u200bAnn\n", "utf-8")
    _load(database, parse_mapping(PEOPLE, "people"), path)
    assert _one(database, "person").body["family_name"] == "Fahey"
    assert _one(database, "officer").body["name"] == "Ann"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_in_either_encoding_reads_the_same(database: Engine, tmp_path: Path, encoding: str) -> None:
    """UTF-8 with or without its mark, and Windows' own; headings with white space and another spelling too."""
    path = tmp_path / "people.csv"
    headings = "Client No ,SURNAME, First  Name,DOB,Aliases,Level,Officer No,Officer\r\n"
    path.write_bytes((headings + "C-1,Núñez,José,,,Court–Ordered,O-1,\r\n").encode(encoding))
    report = _load(database, parse_mapping(PEOPLE, "people"), path)
    assert report.complaints == []
    assert _one(database, "person").body["family_name"] == "Núñez"
    assert _one(database, "case").body["level"] == "high"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no line of headings"),
        (b"Client No,First Name\nC-1,Bo\n", "no column"),
        (HEADINGS.replace("DOB", "Last Name").encode(), "twice"),
        (HEADINGS.encode() + b'C-1,"Fahey,,,,,,\n', "cannot be read as a table"),
        (b"\x81\x8d\x8f\xff\n", "encodings"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_loads_nothing(
    database: Engine, tmp_path: Path, content: bytes, said: str
) -> None:
    """Such a file is refused in one sentence."""
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=said):
        _load(database, parse_mapping(PEOPLE, "people"), path)
    assert _standing(database) == []


def test_caseload_size_can_be_said_at_import(database: Engine) -> None:
    """--caseload-size goes before the mapping's, and a later import fills up what has room."""
    report = _load(database, load_mapping("nij"), NIJ, caseload_size=90)
    assert report.kinds["caseload"].added == 3


def test_generated_names_are_the_same_each_time_and_fit_the_sex(database: Engine) -> None:
    """A made-up name follows from the row's identifier."""
    _load(database, load_mapping("nij"), NIJ)
    first = {each.id: each.body for each in _standing(database) if each.kind == "person"}
    assert len({(body["family_name"], body["given_name"]) for body in first.values()}) > 190
    assert all(body["family_name"].isalpha() for body in first.values())
