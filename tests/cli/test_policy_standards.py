"""`fieldpo policy check`, `test` and `due`, as a policy author runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpo.cli import main

CASE = {
    "id": "one",
    "policy": "US_ND_2021-08",
    "level": "MEDIUM",
    "supervision_start": "2026-01-15",
    "contacts": [{"date": "2026-08-12", "type": "DIRECT", "location": "RESIDENCE"}],
}


def _case(folder: Path, **changes: object) -> str:
    file = folder / "case.json"
    file.write_text(json.dumps({**CASE, **changes}), encoding="utf-8")
    return str(file)


def test_a_packs_own_cases_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Each case prints its answer and what was expected, the totals stand last."""
    assert main(["policy", "test", "us-nd"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "65 passed, 0 failed"
    assert 'nd-assess-009  next_assessment_due  "2010-09-02"  expected "2010-09-02"  pass' in lines


def test_quirks_can_be_left_off(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the quirks the four cases of North Dakota's that lean on a score of 0 fail, and so does the command."""
    file = Path(__file__).resolve().parents[1] / "data" / "standards" / "synthetic_us_nd.json"
    assert main(["policy", "test", "us-nd", str(file)]) == 0
    assert capsys.readouterr().out.endswith("250 passed, 0 failed\n")
    assert main(["policy", "test", "us-nd", str(file), "--no-quirks"]) == 1
    out = capsys.readouterr().out
    assert out.endswith("246 passed, 4 failed\n")
    failed = [line.split()[:2] for line in out.splitlines() if line.endswith("FAIL")]
    assert [question for _, question in failed] == ["next_assessment_due"] * 4


def test_without_quirks_only_what_was_asserted_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """A case of which the published test asserted only that something is due does not fail over the quirky day."""
    assert main(["policy", "test", "us-pa", "--no-quirks"]) == 0
    out = capsys.readouterr().out
    assert 'pa-coll-002  next_collateral_due  "2000-01-25"  expected is_set true  pass' in out


def test_an_agencys_pack_brings_its_cases_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pack in a file is tested with the folder of cases next to it, and a file of cases can be named."""
    rule = '[[policies.obligations]]\ncode = "office"\nlabel = "office"\nrates = [\n  { every = "1 in 30 days" },\n]\n'
    head = 'extends = "demo"\nid = "ours"\nversion = "1"\ntitle = "Ours"\neffective_from = 2026-01-01\n'
    pack = tmp_path / "ours.toml"
    pack.write_text(f'{head}\n[[policies]]\nname = "ours-1"\neffective_from = 2026-01-01\n\n{rule}', encoding="utf-8")
    expect = {"question": "next_office_due", "value": "2026-02-14"}
    cases = json.dumps([{**CASE, "policy": "ours-1", "level": "HIGH", "contacts": [], "expect": expect}])
    assert main(["policy", "test", str(pack)]) == 0
    assert "carries no worked cases" in capsys.readouterr().err
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "ours.json").write_text(cases, encoding="utf-8")
    assert main(["policy", "test", str(pack)]) == 0
    assert capsys.readouterr().out.endswith("1 passed, 0 failed\n")
    named = tmp_path / "named.json"
    named.write_text(cases.replace("02-14", "02-15"), encoding="utf-8")
    assert main(["policy", "test", str(pack), str(named)]) == 1
    assert main(["policy", "check", str(pack)]) == 0
    assert "ours pack 1 is sound: 1 policy, 1 rule" in capsys.readouterr().out


def test_due_answers_with_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One case gives its obligations as JSON; the pack is found by the policy that the case names."""
    assert main(["policy", "due", "--case", _case(tmp_path), "--on", "2026-11-22"]) == 0
    found = {one["obligation"]: one for one in json.loads(capsys.readouterr().out)["obligations"]}
    assert list(found) == ["face_to_face", "home_visit", "assessment"]
    assert found["face_to_face"] == {
        "obligation": "face_to_face",
        "due": "2026-10-31",
        "days_left": -22,
        "last_counted": "2026-08-12",
        "satisfied_by": [],
        "rule": "us-nd pack 2021.08, US_ND_2021-08: face_to_face 1 in 2 calendar months",
        "why": "Last 2026-08-12 + 2 calendar months = 2026-10-31.",
    }
    assert found["home_visit"]["satisfied_by"] == ["2026-08-12"]


def test_due_follows_a_quirk_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A score of 0 is a score, unless the quirk is asked for."""
    file = _case(tmp_path, assessments=[{"date": "2026-03-01", "score": 0, "instrument": "LSIR"}])
    words = ["policy", "due", "--case", file, "--on", "2026-11-22"]
    dues = []
    for line in (words, [*words, "--quirks"]):
        main(line)
        dues.append(json.loads(capsys.readouterr().out)["obligations"][-1]["due"])
    assert dues == ["2026-09-29", "2026-02-14"]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"level": "ULTRA"}, 1, "has no level “ultra”"),
        ({"level": None}, 1, "The case has no level"),
        ({"supervision_start": "2026-02-30"}, 2, "supervision_start: expected a day that exists"),
        ({"supervision_start": None}, 2, "supervision_start: expected the first day of supervision"),
        (
            {"custody": [{"from": "2026-03-02", "to_exclusive": "2026-03-01"}]},
            2,
            "custody[0].to_exclusive: expected a day",
        ),
        ({"contacts": [{"date": "2026-12-24"}]}, 0, "1 contact stands after 2026-11-22"),
        ({"contacts": {"date": "2026-12-24"}}, 2, "contacts: expected array, got object"),
        ({"policy": "US_XX"}, 2, "No pack that comes with fieldpo has the policy “US_XX”"),
        ({"policy": ""}, 2, "Say which pack with --pack"),
    ],
)
def test_what_is_wrong_with_a_case_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], code: int, said: str
) -> None:
    """Each mistake has its sentence on standard error and its exit code, and no traceback."""
    assert main(["policy", "due", "--case", _case(tmp_path, **changes), "--on", "2026-11-22"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_a_day_that_is_none_and_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for the options."""
    assert main(["policy", "due", "--case", _case(tmp_path), "--on", "2026-02-30"]) == 2
    assert "--on takes a day that exists" in capsys.readouterr().err
    assert main(["policy", "test", "us-nd", str(tmp_path / "none.json")]) == 2
    assert "could not be read: No such file" in capsys.readouterr().err
    assert main(["policy", "check", str(tmp_path / "none.toml")]) == 2
    assert main(["policy", "check", "nowhere"]) == 2
    assert "There are: csosa, demo" in capsys.readouterr().err
