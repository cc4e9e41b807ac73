"""Every published and made-up case, answered; and which of them lean on a quirk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpo.supervision.packs.cases import open_pack, read_cases
from fieldpo.supervision.packs.reading import shipped, shipped_packs
from fieldpo.supervision.standards.conformity import Outcome, all_quirks, run

DATA = Path(__file__).resolve().parents[2] / "data" / "standards"
CARRIED = {"csosa": 10, "demo": 20, "us-ca": 9, "us-ix": 208, "us-nd": 65, "us-ny": 10, "us-or": 7, "us-pa": 61}


def _outcomes(pack: str, file: Path, quirks: frozenset[str]) -> list[Outcome]:
    return list(run(shipped(pack), read_cases(file, file.name).tree, file.name, quirks))


@pytest.mark.parametrize("name", shipped_packs())
def test_a_pack_passes_the_cases_that_it_carries(name: str) -> None:
    """Every worked case of a shipped pack has the answer that it expects, and none has gone missing."""
    pack, files = open_pack(name)
    outcomes = [one for file in files for one in run(pack, file.tree, file.name, all_quirks(pack))]
    assert [one for one in outcomes if not one.passed] == []
    assert len(outcomes) == CARRIED[name]


@pytest.mark.parametrize(
    ("pack", "file", "many"),
    [
        ("us-ix", "synthetic_us_ix.json", 640),
        ("us-nd", "synthetic_us_nd.json", 250),
        ("us-pa", "synthetic_us_pa.json", 560),
        ("us-nd", "overdue_boundary.json", 7),
        ("us-ix", "risk_level_cutoffs.json", 13),
    ],
)
def test_the_public_implementation_is_reproduced(pack: str, file: str, many: int) -> None:
    """With the quirks on, every made-up input gives what the public implementation answered."""
    outcomes = _outcomes(pack, DATA / file, all_quirks(shipped(pack)))
    assert [one for one in outcomes if not one.passed] == []
    assert len(outcomes) == many


@pytest.mark.parametrize(
    ("pack", "file", "questions"),
    [
        ("us-ix", "synthetic_us_ix.json", {"next_assessment_due"}),
        ("us-nd", "synthetic_us_nd.json", {"next_assessment_due"}),
    ],
)
def test_without_quirks_only_a_score_of_zero_differs(pack: str, file: str, questions: set[str]) -> None:
    """Off, the quirk about a score of 0 changes answers about the next assessment after such a score, no others."""
    cases = {one["id"]: one for one in json.loads((DATA / file).read_text("utf-8"))}
    failed = [one for one in _outcomes(pack, DATA / file, frozenset()) if not one.passed]
    assert {one.question for one in failed} == questions
    for one in failed:
        assert any(assessment["score"] == 0 for assessment in cases[one.id]["assessments"]), one.id


def test_without_quirks_pennsylvania_differs_where_the_pack_says() -> None:
    """Off, answers change only for a score of 0, an open-ended period with a maximum date, or a first collateral."""
    cases = {one["id"]: one for one in json.loads((DATA / "synthetic_us_pa.json").read_text("utf-8"))}
    failed = [one for one in _outcomes("us-pa", DATA / "synthetic_us_pa.json", frozenset()) if not one.passed]
    assert failed
    for one in failed:
        case = cases[one.id]
        zero = any(assessment["score"] == 0 for assessment in case["assessments"])
        still_open = case["period"]["end"] is None and bool(case.get("sentences"))
        assert zero or still_open or one.question == "next_collateral_due", one.id


def test_a_case_that_cannot_be_read_fails_with_a_sentence() -> None:
    """A case with an impossible day, an unknown policy or an unknown question fails alone; the others still run."""
    good = {"policy": "US_ND_2021-08", "level": "MEDIUM", "supervision_start": "2026-01-05"}
    asked = {"question": "next_home_visit_due", "value": "2026-04-05"}
    cases = [
        {**good, "id": "a", "expect": asked},
        {**good, "id": "b", "expect": asked, "contacts": [{"date": "2026-02-30"}]},
        {**good, "id": "c", "expect": asked, "policy": "US_ND_1999"},
        {**good, "id": "d", "expect": {"question": "next_full_moon", "value": None}},
        {**good, "id": "e"},
        "nothing",
    ]
    said = [(one.id, one.passed, one.error) for one in run(shipped("us-nd"), cases, "mine.json", frozenset())]
    assert said[0] == ("a", True, "")
    assert said[1][2] == "mine.json, case b: contacts[0].date: expected a day that exists, such as 2026-11-22."
    assert "no policy “US_ND_1999”. It has: US_ND_2021-08, US_ND_2021-07" in said[2][2]
    assert "nobody knows the question “next_full_moon”" in said[3][2]
    assert "expected a question and its value" in said[4][2]
    assert [passed for _, passed, _ in said[1:]] == [False] * 5


def test_a_wrong_answer_does_not_pass() -> None:
    """False is not 0, and a day is not its neighbour."""
    case = {
        "id": "a",
        "policy": "US_ND_2021-08",
        "level": "MEDIUM",
        "supervision_start": "2026-01-05",
        "evaluation_date": "2026-01-05",
    }
    wrong = [
        {**case, "expect": {"question": "count_face_to_face_on_date", "value": False}},
        {**case, "expect": {"question": "next_home_visit_due", "value": "2026-04-06"}},
        {**case, "expect": {"question": "next_home_visit_due", "op": "is_set", "value": False}},
        {**case, "expect": {"question": "next_home_visit_due", "op": "after", "value": "2026-04-05"}},
    ]
    assert [one.passed for one in run(shipped("us-nd"), wrong, "mine.json", frozenset())] == [False] * 4
