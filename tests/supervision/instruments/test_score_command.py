"""`fieldpo policy score`, run as a shell runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldpo.cli import main

NO = {f"q{n}": False for n in range(1, 11)}


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A file of DAST-10 answers, no to everything."""
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(NO), "utf-8")
    return file


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    code = main(["policy", "score", *words])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else None, shown.err


def test_one_object_gives_one_score(capsys: pytest.CaptureFixture[str], answers: Path) -> None:
    """Scores, level, items with points and why, and what was missing."""
    code, shown, _ = _run(capsys, "dast10", "--answers", str(answers))
    assert code == 0
    assert (shown["scores"], shown["level"], shown["missing"]) == ({"total": 1}, "low", [])
    assert shown["items"][2] == {
        "item": "q3",
        "label": "Always able to stop when wanted",
        "answer": False,
        "scale": "total",
        "points": 1,
        "why": "no: 1 (turned around: no counts)",
    }


def test_a_list_gives_a_list_in_order(capsys: pytest.CaptureFixture[str], answers: Path) -> None:
    """Each object of a list is scored, in its place."""
    answers.write_text(json.dumps([NO, {**NO, "q3": True}, {**NO, "q1": True}]), "utf-8")
    _, shown, _ = _run(capsys, "dast10", "--answers", str(answers))
    assert [one["scores"]["total"] for one in shown] == [1, 0, 2]


def test_a_wrong_answer_in_a_list_scores_nothing(capsys: pytest.CaptureFixture[str], answers: Path) -> None:
    """One impossible answer names its place in the list and its item, and no score is printed."""
    answers.write_text(json.dumps([NO, {**NO, "q4": 1}]), "utf-8")
    assert _run(capsys, "dast10", "--answers", str(answers)) == (
        2,
        None,
        "fieldpo: answers[1]: dast10: q4: expected true or false, got 1; nothing was scored.\n",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("3", "dast10: expected an object of answers by item; nothing was scored."),
        (json.dumps({**NO, "q11": True}), "dast10: “q11”: no such item; there are q1, q2"),
        (json.dumps({**NO, "q2": None}), "dast10: q2: expected an answer, got none; nothing was scored."),
        ("[" * 200_000, "is not JSON"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    capsys: pytest.CaptureFixture[str], answers: Path, text: str, said: str
) -> None:
    """A file that is not answers ends with 2 and a sentence."""
    answers.write_text(text, "utf-8")
    code, shown, err = _run(capsys, "dast10", "--answers", str(answers))
    assert (code, shown) == (2, None)
    assert said in err


def test_missing_file_name_or_role(capsys: pytest.CaptureFixture[str], answers: Path, tmp_path: Path) -> None:
    """No such file, no such instrument, nobody who may: each ends with 2 and says so."""
    assert "could not be read" in _run(capsys, "dast10", "--answers", str(tmp_path / "none.json"))[2]
    assert "No instrument named “nope”" in _run(capsys, "nope", "--answers", str(answers))[2]
    said = _run(capsys, "dast10", "--answers", str(answers), "--role", "clerk")[2]
    assert "may be administered by officer, clinician, self, not clerk" in said
    assert "--done-on takes a day" in _run(capsys, "dast10", "--answers", str(answers), "--done-on", "x")[2]


def test_an_override_is_shown_beside_the_scored_level(capsys: pytest.CaptureFixture[str], answers: Path) -> None:
    """The level that stands, the level that was scored, the reason and who approved it."""
    words = ("--override", "moderate", "--reason", "Denies all.", "--approved-by", "s.okafor")
    _, shown, _ = _run(capsys, "dast10", "--answers", str(answers), *words)
    assert shown["level"] == "moderate"
    assert shown["override"] == {
        "scored_level": "low",
        "level": "moderate",
        "reason": "Denies all.",
        "approved_by": "s.okafor",
    }
