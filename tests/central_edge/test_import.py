"""Published files load whole, once, and every column goes somewhere."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.importing.mapping import load_mapping
from tests.central_edge.conftest import START
from tests.central_edge.county_files import (
    IOWA,
    NIJ,
    all_standing,
    imported,
    only,
)


def test_the_nij_file_loads_whole(database: Engine) -> None:
    """200 rows make persons, cases, conditions, assessments and hazards, spread over caseloads of 60."""
    report = imported(database, load_mapping("nij"), NIJ)
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
    standing = all_standing(database)
    assert Counter(each.kind for each in standing) == expected
    sizes = Counter(each.partition for each in standing if each.kind == "person")
    assert sorted(sizes.values()) == [20, 60, 60, 60]


def test_every_column_of_the_nij_file_goes_somewhere(database: Engine) -> None:
    """What is no field of ours stands in the case's facts as it came."""
    report = imported(database, load_mapping("nij"), NIJ)
    assert report.unused_columns == []
    case = only(database, "case", case_number="6")
    assert case.body["facts"]["Avg Days per DrugTest"] == "474.6"
    assert case.body["facts"]["Age at Release"] == "38-42"
    assert case.body["agency_ids"] == {"nij-challenge": "6"}
    assert case.body["level"] == "medium"
    assert case.body["history_complete_from"] == "2026-11-22"


def test_the_iowa_file_loads_whole_with_its_repeats(database: Engine) -> None:
    """Rows that repeat an earlier one are persons of their own, and caseloads keep districts apart."""
    report = imported(database, load_mapping("iowa"), IOWA)
    assert (report.rows, report.loaded, report.bad, report.repeats) == (200, 200, 0, 62)
    standing = all_standing(database)
    kinds = Counter(each.kind for each in standing)
    assert (kinds["person"], kinds["case"]) == (200, 200)
    statuses = {each.body.get("status", "active") for each in standing if each.kind == "case"}
    assert statuses == {"active", "closed", "in_custody"}


@pytest.mark.parametrize(("name", "path"), [("nij", NIJ), ("iowa", IOWA)])
def test_the_same_file_twice_adds_nothing(database: Engine, name: str, path: Path) -> None:
    """A second load, days later, moves no feed and makes no version."""
    imported(database, load_mapping(name), path)
    before = all_standing(database)
    report = imported(database, load_mapping(name), path, now=START + dt.timedelta(days=3))
    assert all((tally.added, tally.changed) == (0, 0) for tally in report.kinds.values())
    assert all_standing(database) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Engine) -> None:
    """--dry-run reports what a load would do."""
    told = imported(database, load_mapping("nij"), NIJ, dry_run=True)
    assert all_standing(database) == []
    assert told.kinds == imported(database, load_mapping("nij"), NIJ).kinds
    assert told.dry_run


def test_a_newer_file_without_identifiers_only_adds(database: Engine, tmp_path: Path) -> None:
    """A row once more is one more person; a row that is gone takes nobody away."""
    lines = IOWA.read_text("utf-8").splitlines(keepends=True)
    newer = tmp_path / "newer.csv"
    newer.write_text(lines[0] + lines[1] * 3 + "".join(lines[3:]), "utf-8")
    imported(database, load_mapping("iowa"), IOWA)
    occurrences = lines[1:].count(lines[1])
    report = imported(database, load_mapping("iowa"), newer)
    expected = 3 + lines[3:].count(lines[1]) - occurrences
    assert report.kinds["person"].added == expected
    assert Counter(each.kind for each in all_standing(database))["person"] == 200 + expected


def test_caseload_size_can_be_said_at_import(database: Engine) -> None:
    """--caseload-size goes before the mapping's, and a later import fills up what has room."""
    report = imported(database, load_mapping("nij"), NIJ, caseload_size=90)
    assert report.kinds["caseload"].added == 3


def test_generated_names_are_the_same_each_time_and_fit_the_sex(database: Engine) -> None:
    """A made-up name follows from the row's identifier."""
    imported(database, load_mapping("nij"), NIJ)
    first = {each.id: each.body for each in all_standing(database) if each.kind == "person"}
    assert len({(body["family_name"], body["given_name"]) for body in first.values()}) > 190
    assert all(body["family_name"].isalpha() for body in first.values())
