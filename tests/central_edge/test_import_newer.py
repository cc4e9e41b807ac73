"""An agency's newer file: what it changes, what it leaves to the officers, and records by the agency's identifiers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.auth_tables import import_kept
from fieldpo.central.books.database import reading, writing
from fieldpo.central.importing.mapping import parse_mapping
from fieldpo.central.office.transfer import transfer
from tests.central_edge.conftest import START
from tests.central_edge.county_files import (
    CONTACTS,
    HEADINGS,
    PEOPLE,
    STAYS,
    all_standing,
    feed_numbers,
    imported,
    only,
)
from tests.central_records import edit_record


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


def test_a_newer_file_changes_only_the_records_that_changed(database: Engine, people: Path) -> None:
    """One changed cell raises one record's version; a new row is one more person; other feeds stand still."""
    imported(database, parse_mapping(PEOPLE, "people"), people)
    feeds = feed_numbers(database)
    text = people.read_text("utf-8").replace("Nguyen", "Nguyen-Tran").replace(",Med,", ",Max,")
    people.write_text(text + "C-4,Abel,Sam,,,,O-2,\n", "utf-8")
    report = imported(database, parse_mapping(PEOPLE, "people"), people, now=START + dt.timedelta(days=1))
    assert (report.kinds["person"].added, report.kinds["person"].changed, report.kinds["person"].same) == (1, 1, 2)
    assert (report.kinds["case"].added, report.kinds["case"].changed) == (1, 1)
    changed = only(database, "person", family_name="Nguyen-Tran")
    assert (changed.version, changed.body["given_name"]) == (2, "Thi")
    moved = {partition for partition, number in feed_numbers(database).items() if number != feeds.get(partition)}
    assert moved == {changed.partition}


def test_an_officers_edit_stands_against_a_newer_file(database: Engine, people: Path) -> None:
    """A field that changed on both sides keeps central's value, the file's is kept and told; others merge."""
    imported(database, parse_mapping(PEOPLE, "people"), people)
    fahey = only(database, "person", family_name="Fahey")
    with writing(database) as conn:
        edit_record(conn, fahey.id, {"given_name": "Bob", "aliases": ["Bo", "Bobby", "Red"]}, now=START)
    text = people.read_text("utf-8").replace("Robert,03/04/1990,Bo;Bobby", "Rob,03/05/1990,Bo;Buddy")
    people.write_text(text, "utf-8")
    report = imported(database, parse_mapping(PEOPLE, "people"), people)
    after = only(database, "person", family_name="Fahey")
    assert after.body["given_name"] == "Bob"
    assert after.body["birth_date"] == "1990-03-05"
    assert after.body["aliases"] == ["Bo", "Red", "Buddy"]
    assert [(kept.record_id, kept.field) for kept in report.kept] == [(fahey.id, "given_name")]
    with reading(database) as conn:
        (row,) = conn.execute(sa.select(import_kept)).all()
    assert (row.field, row.theirs, row.current) == ("given_name", '"Rob"', '"Bob"')
    again = imported(database, parse_mapping(PEOPLE, "people"), people)
    assert again.kept == [], "what was told once is not told at every import"


def test_the_files_officers_become_officers_with_their_caseloads(database: Engine, people: Path) -> None:
    """Persons go to the officer that the file names; a name given once is that officer's."""
    imported(database, parse_mapping(PEOPLE, "people"), people)
    officer = only(database, "officer", name="Ann Lee")
    assert officer.body["title"] == "Probation Officer"
    assert officer.body["agency_ids"] == {"cms": "O-1"}
    theirs = [
        each.body["family_name"]
        for each in all_standing(database)
        if each.kind == "person" and each.partition == f"caseload:{officer.id}"
    ]
    assert sorted(theirs) == ["Fahey", "Ortiz"]


def test_a_newer_file_moves_a_person_to_another_officer(database: Engine, people: Path) -> None:
    """The person goes with every record, and one whom central has moved meanwhile stays where central put them."""
    imported(database, parse_mapping(PEOPLE, "people"), people)
    fahey, ortiz = (only(database, "person", family_name=name) for name in ("Fahey", "Ortiz"))
    with writing(database) as conn:
        transfer(conn, ortiz.id, "caseload:elsewhere", now=START)
    people.write_text(people.read_text("utf-8").replace("O-1,", "O-3,"), "utf-8")
    report = imported(database, parse_mapping(PEOPLE, "people"), people)
    assert (report.moved, [kept.field for kept in report.kept]) == (1, ["caseload"])
    chen = f"caseload:{parse_mapping(PEOPLE, 'people').record_id('officer', 'O-3')}"
    assert {each.partition for each in all_standing(database) if each.person_id == fahey.id} == {chen}
    assert {each.partition for each in all_standing(database) if each.person_id == ortiz.id} == {"caseload:elsewhere"}
    before = all_standing(database)
    again = imported(database, parse_mapping(PEOPLE, "people"), people)
    assert (again.moved, again.kept, all_standing(database)) == (0, [], before)


def test_contacts_come_by_the_agencys_identifiers(database: Engine, people: Path, tmp_path: Path) -> None:
    """A second file's entries find their persons, in the agency's time zone, in the person's partition."""
    imported(database, parse_mapping(PEOPLE, "people"), people)
    path = tmp_path / "contacts.csv"
    path.write_text(
        "Entry,Client No,When,Kind,Min,Note\n"
        'E-1,C-1,07/01/2026 09:30,FTF,15,"Reported.\nSays: ""fine"""\n'
        "E-2,C-9,07/02/2026 09:30,TEL,5,no such client\n"
        "E-3,C-2,07/03/2026 25:30,TEL,5,bad time\n"
        "E-4,C-2,07/03/2026 10:30,FAX,many,two things wrong\n",
        "utf-8",
    )
    report = imported(database, parse_mapping(CONTACTS, "contacts"), path)
    assert (report.rows, report.loaded, report.bad) == (4, 1, 3)
    fahey = only(database, "person", family_name="Fahey")
    entry = only(database, "contact")
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
    imported(database, parse_mapping(PEOPLE, "people"), people)
    path = tmp_path / "stays.csv"
    rows = "Stay,Client No,Status,From,To\nS-1,C-1,JAIL,07/01/2026,{}\nS-2,C-2,GONE,07/01/2026,\n"
    path.write_text(rows.format(""), "utf-8")
    report = imported(database, parse_mapping(STAYS, "stays"), path)
    assert (report.loaded, report.bad) == (1, 1)
    stay = only(database, "stay")
    fahey = only(database, "person", family_name="Fahey")
    case = only(database, "case", person_id=fahey.id)
    assert (stay.partition, stay.body["case_id"], stay.body["start"]) == (fahey.partition, case.id, "2026-07-01")
    path.write_text(rows.format("07/09/2026"), "utf-8")
    imported(database, parse_mapping(STAYS, "stays"), path)
    assert only(database, "stay").body["until"] == "2026-07-09"


def test_a_corrected_entry_is_added_and_the_earlier_one_struck_through(
    database: Engine, people: Path, tmp_path: Path
) -> None:
    """Entries are insert only: a newer file's other text makes a new entry and a withdrawal of the first."""
    imported(database, parse_mapping(PEOPLE, "people"), people)
    path = tmp_path / "contacts.csv"
    heading = "Entry,Client No,When,Kind,Min,Note\n"
    path.write_text(heading + "E-1,C-1,07/01/2026 09:30,FTF,15,Reported.\n", "utf-8")
    imported(database, parse_mapping(CONTACTS, "contacts"), path)
    first = only(database, "contact")
    path.write_text(heading + "E-1,C-1,07/01/2026 09:30,FTF,15,Reported late.\n", "utf-8")
    report = imported(database, parse_mapping(CONTACTS, "contacts"), path)
    assert report.kinds["contact"].changed == 1
    assert only(database, "contact", note="Reported.").version == 1
    assert only(database, "contact", note="Reported late.").id != first.id
    assert only(database, "withdrawal").body["entry_id"] == first.id
    before = all_standing(database)
    imported(database, parse_mapping(CONTACTS, "contacts"), path)
    assert all_standing(database) == before
