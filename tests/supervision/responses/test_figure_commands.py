"""`fieldpo policy draw` and `fieldpo policy workload`, run as a shell runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpo.cli import main


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan of two draws a month, with the agency's secret beside it."""
    (tmp_path / "secret").write_bytes(b"an agency's own secret\n")
    file = tmp_path / "plan.toml"
    file.write_text('type = "period"\nstarts_on = 2026-01-01\nleast = 2\nmost = 2\nper = "month"\n', "utf-8")
    return file


def _draw(plan: Path, *words: str) -> int:
    return main(
        ["policy", "draw", "--plan", str(plan), "--secret-file", str(plan.parent / "secret"), "--person", "1", *words]
    )


def test_a_month_is_drawn_the_same_each_time(capsys: pytest.CaptureFixture[str], plan: Path) -> None:
    """A line a day, two of them drawn, on open days, and the same again."""
    assert _draw(plan, "--on", "2026-11-01", "--to", "2026-11-30") == 0
    first = capsys.readouterr().out
    days = [json.loads(line) for line in first.splitlines()]
    assert (len(days), sum(day["drawn"] for day in days)) == (30, 2)
    assert next(day["why"] for day in days if day["day"] == "2026-11-26") == "closed on this day"
    _draw(plan, "--on", "2026-11-01", "--to", "2026-11-30")
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type = 3", "plan.toml, line 1: type: "),
        ("type", "this is not TOML"),
        ('type = "odds"\nstarts_on = 2026-01-01\nhits = 3\nout_of = 2\n', "test plan: hits: expected 0 to out_of"),
    ],
)
def test_a_bad_plan_is_a_sentence(capsys: pytest.CaptureFixture[str], plan: Path, text: str, said: str) -> None:
    """A plan that will not do ends with 2 and says why."""
    plan.write_text(text, "utf-8")
    assert _draw(plan, "--on", "2026-11-01") == 2
    assert said in capsys.readouterr().err


def test_a_bad_day_or_no_secret(capsys: pytest.CaptureFixture[str], plan: Path) -> None:
    """A day that is none, and a secret that is not there, each ends with 2."""
    assert _draw(plan, "--on", "tomorrow") == 2
    assert "--on takes a day as 2026-11-22, not “tomorrow”" in capsys.readouterr().err
    (plan.parent / "secret").unlink()
    assert _draw(plan, "--on", "2026-11-01") == 2
    assert "secret could not be read" in capsys.readouterr().err


def test_officers_and_their_team_are_weighed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each officer by their own cases, the team by all of them, with the arithmetic."""
    cases = tmp_path / "cases.json"
    one = {"id": "1", "level": "high", "case_type": "general"}
    cases.write_text(json.dumps({"a": [one], "b": []}), "utf-8")
    assert main(["policy", "workload", "--cases", str(cases)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["officers"]["a"]["points"], shown["team"]["capacity"]) == (4, 240)
    cases.write_text(json.dumps({"a": [{"id": "1"}]}), "utf-8")
    assert main(["policy", "workload", "--cases", str(cases)]) == 2
    assert "cases: a[0]: expected a case with id, level and case_type" in capsys.readouterr().err
