"""Rows and files that cannot be read: each is told with its reason, and the good ones load."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import writing
from fieldpo.central.importing.mapping import parse_mapping
from fieldpo.central.office.officers import caseload_id
from fieldpo.errors import ImportRefused
from fieldpo.sync.protocol.exchange import AGENCY
from tests.central_edge.conftest import START
from tests.central_edge.county_files import (
    HEADINGS,
    PEOPLE,
    all_standing,
    imported,
    only,
)
from tests.central_records import put_record


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
    report = imported(database, parse_mapping(PEOPLE, "people"), path)
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
    names = {each.body["family_name"] for each in all_standing(database) if each.kind == "person"}
    assert names == {"Fahey", "Two lines", "Last"}


def test_a_files_text_is_cleaned(database: Engine, tmp_path: Path) -> None:
    """Escape sequences, bidi marks and stray spaces of a hostile file do not get in."""
    path = tmp_path / "people.csv"
    path.write_text(HEADINGS + "C-1,\x1b[31m Fa\u202ehey ,\x00Rob\x9bert,,,Max,O-1,\u200bAnn\n", "utf-8")
    imported(database, parse_mapping(PEOPLE, "people"), path)
    assert only(database, "person").body["family_name"] == "Fahey"
    assert only(database, "officer").body["name"] == "Ann"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_in_either_encoding_reads_the_same(database: Engine, tmp_path: Path, encoding: str) -> None:
    """UTF-8 with or without its mark, and Windows' own; headings with white space and another spelling too."""
    path = tmp_path / "people.csv"
    headings = "Client No ,SURNAME, First  Name,DOB,Aliases,Level,Officer No,Officer\r\n"
    path.write_bytes((headings + "C-1,Núñez,José,,,Court–Ordered,O-1,\r\n").encode(encoding))
    report = imported(database, parse_mapping(PEOPLE, "people"), path)
    assert report.complaints == []
    assert only(database, "person").body["family_name"] == "Núñez"
    assert only(database, "case").body["level"] == "high"


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
        imported(database, parse_mapping(PEOPLE, "people"), path)
    assert all_standing(database) == []


@pytest.mark.parametrize("which", ["officer", "caseload"])
def test_an_id_made_up_for_an_officer_stops_no_import(database: Engine, tmp_path: Path, which: str) -> None:
    """Whoever makes a record under the id that an officer of the file will have keeps that officer's rows out alone."""
    mapping = parse_mapping(PEOPLE, "people")
    officer = mapping.record_id("officer", "O-9")
    taken = {"officer": officer, "caseload": caseload_id(officer)}[which]
    with writing(database) as conn:
        put_record(conn, "caseload:rivera", taken, "person", {"family_name": "In the way"}, now=START)
    path = tmp_path / "people.csv"
    path.write_text(HEADINGS + "C-1,Fahey,Robert,,,Max,O-1,Ann Lee\nC-2,Ortiz,Ana,,,Max,O-9,Jo Chen\n", "utf-8")
    report = imported(database, mapping, path)
    assert (report.loaded, report.bad) == (1, 1)
    assert [(one.line, "that no file brought" in one.reason) for one in report.complaints] == [(3, True)]
    assert only(database, "person", family_name="Fahey").partition.startswith("caseload:")
    assert {each.id for each in all_standing(database) if each.partition == AGENCY}.isdisjoint({officer, taken})
