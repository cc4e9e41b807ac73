"""What any matrix can say: history by count, escalation, departures, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldpo.cli import main
from fieldpo.errors import BadInput, NotFound, PolicyError
from fieldpo.supervision.packs.reading import shipped as shipped_pack
from fieldpo.supervision.responses.matrix_file import MATRICES
from fieldpo.supervision.responses.recommendation import Recommendation
from fieldpo.supervision.responses.respond import respond

DEMO = (Path(__file__).resolve().parents[3] / "fieldpo/supervision/responses/shipped/demo.toml").read_text("utf-8")
MEDIUM = {"known_on": "2026-11-18", "severity": "medium", "risk": "low"}


def ask(**violation: object) -> Recommendation:
    """What the demo agency's matrix recommends for a medium violation, changed so."""
    return respond(MATRICES.shipped("demo"), {**MEDIUM, **violation}, shipped_pack("demo"))


def _earlier(*days: str, severity: str = "medium") -> list[dict[str, str]]:
    return [{"on": day, "severity": severity} for day in days]


@pytest.mark.parametrize(
    ("days", "history", "responses"),
    [
        ((), "first", ("warning", "treatment")),
        (("2025-11-18",), "first", ("warning", "treatment")),
        (("2025-11-19",), "repeat", ("treatment", "modify")),
        (("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"), "pattern", ("treatment", "modify")),
    ],
)
def test_history_is_read_from_the_count_in_a_year(
    days: tuple[str, ...], history: str, responses: tuple[str, ...]
) -> None:
    """Earlier violations within 365 days make the history category, which chooses the cell."""
    found = ask(earlier=_earlier(*days))
    assert found.range is not None
    assert (found.history, found.range.responses) == (history, responses)
    assert f"history {history}: " in "".join(found.why)


def test_the_third_medium_one_in_180_days_is_treated_as_high() -> None:
    """This one and two more within 180 days raise the severity; one day earlier they do not."""
    raised = ask(earlier=_earlier("2026-05-23", "2026-10-01"))
    assert raised.range is not None
    assert (raised.treated_as, raised.range.under, raised.range.approver) == ("high", "three_medium", "supervisor")
    assert "3 counted after 2026-05-22 (within 180 days of 2026-11-18), this one included" in raised.range.why
    assert ask(earlier=_earlier("2026-05-22", "2026-10-01")).treated_as == "medium"


def test_a_choice_inside_the_range_is_no_departure() -> None:
    """Nothing needs a reason that the cell already has."""
    found = ask(chosen={"response": "treatment"})
    assert (found.departure, found.chosen) == (None, {"response": "treatment", "amount": 0})


def test_a_departure_needs_a_reason_and_names_who_approves() -> None:
    """Outside the range a reason is asked for; with one the departure is told, with who must approve."""
    with pytest.raises(BadInput, match=r"chosen\.reason: continue departs from warning or treatment, so a reason"):
        ask(chosen={"response": "continue", "reason": " "})
    found = ask(chosen={"response": "continue", "reason": "In hospital.", "approved_by": "s.okafor"})
    assert found.departure is not None
    assert (found.departure.reason, found.departure.approver) == ("In hospital.", "supervisor")
    assert found.departure.why == (
        "continue departs from warning or treatment: In hospital.; supervisor must approve, approved by s.okafor"
    )
    assert found.why[-1] == found.departure.why


def test_over_a_ceiling_no_reason_helps() -> None:
    """Washington's three days for a low-level violation cannot be departed from upward."""
    violation = {
        "known_on": "2026-11-18",
        "severity": "low",
        "chosen": {"response": "confinement", "amount": 4, "reason": "Very serious."},
    }
    with pytest.raises(BadInput, match="4 days is over 3, the most that may be given; no reason opens more"):
        respond(MATRICES.shipped("us-wa"), violation, shipped_pack("demo"))


def test_a_rule_that_opens_more_is_a_departure_under_its_name() -> None:
    """After five low-level ones ten days may be given, with a reason, under the rule that opens them."""
    violation = {
        "known_on": "2026-11-18",
        "severity": "low",
        "earlier": [{"on": f"2026-0{n}-02", "severity": "low"} for n in range(1, 6)],
        "chosen": {"response": "confinement", "amount": 10, "reason": "Sixth in a year."},
    }
    departure = respond(MATRICES.shipped("us-wa"), violation, shipped_pack("demo")).departure
    assert departure is not None
    assert departure.why.endswith("under after_five_low: Sixth in a year.")


def test_the_clock_starts_on_the_offices_day() -> None:
    """A moment late in the evening at the office belongs to its day there, whatever the day in UTC."""
    found = ask(known_on=None, known_at="2026-11-19T03:30:00+00:00")
    assert found.known_on.isoformat() == "2026-11-18"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"severity": "grave"}, "severity: expected one of low, medium, high, got “grave”"),
        ({"severity": ""}, "severity: expected one of low, medium, high, got none"),
        ({"risk": ""}, "risk: expected one of admin, low, medium, high, max, got none"),
        ({"risk": "extreme"}, "risk: expected one of admin, low, medium, high, max, got “extreme”"),
        ({"known_on": None}, "known_on: expected known_on (a day) or known_at (a moment), one of them"),
        ({"known_on": "2026-02-30"}, "known_on: expected a day that exists"),
        ({"known_on": "0001-01-01"}, "known_on: expected a year from 1900 to 2200, got 1"),
        ({"known_on": "2019-12-31"}, "known_on: demo responses 2026.1 is in force from 2020-01-01 on, not on 2019"),
        ({"known_on": None, "known_at": "2026-11-19T03:30:00"}, "known_at: expected a moment with its UTC offset"),
        ({"starts_on": "2026-11-17"}, "starts_on: expected 2026-11-18 or a later day, got 2026-11-17"),
        ({"earlier": [{"on": "2026-11-19"}]}, "earlier[0].on: expected a day up to 2026-11-18, got 2026-11-19"),
        ({"earlier": [{"on": "2026-11-01", "amount": -1}]}, "earlier[0].amount: expected 0 to 1200, got -1"),
        ({"earlier": [{"on": "2026-11-01", "amount": 10**9}]}, "earlier[0].amount: expected 0 to 1200, got 1000000000"),
        ({"earlier": [{"on": "2026-11-01", "response": "stocks"}]}, "earlier[0].response: expected one of continue"),
        ({"chosen": {"response": "stocks"}}, "chosen.response: expected one of continue, warning"),
        ({"severty": "low"}, "severty: expected no such key"),
    ],
)
def test_what_is_refused_names_the_key(changed: dict[str, object], said: str) -> None:
    """A violation that is not one of the matrix is an error that names the key; nothing is recommended."""
    given = {key: value for key, value in {**MEDIUM, **changed}.items() if value is not None}
    with pytest.raises(BadInput, match=r"Nothing was recommended\.$") as wrong:
        respond(MATRICES.shipped("demo"), given, shipped_pack("demo"))
    assert wrong.value.message.startswith(f"violation: {said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('treat_as = "high", approver', 'treat_as = "grave", approver', "escalations[0].treat_as: expected a code of"),
        ('responses = ["continue", "warning"]', 'responses = ["wait"]', "cells[0].responses: expected a code of"),
        (
            '["repeat"], responses = ["warning"',
            '["first"], responses = ["warning"',
            "cells[1]: expected one cell for low",
        ),
        ("days = 3, counted", "days = 0, counted", "deadlines[0].days: expected days of 1 or more, as business asks"),
        ("from = 1, to = 3", "from = 2, to = 3", "histories[1].from: expected it to begin one above the end"),
        ("effective_from = 2020-01-01", "effective_from = 2020-13-01", ""),
        ('measure = "days", most = 18', 'measure = "weeks", most = 18', "limits[1].measure: invalid enum value"),
    ],
)
def test_errors_in_a_matrix_name_file_line_and_key(old: str, new: str, said: str) -> None:
    """What is wrong in a file is told with file, line and key."""
    text = DEMO.replace(old, new, 1)
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if new in words)
    with pytest.raises(PolicyError) as wrong:
        MATRICES.parse(text, "county.toml")
    assert wrong.value.message.startswith(f"county.toml, line {line}: {said}" if said else "county.toml: this is not")


def test_an_agencys_matrix_from_a_file(tmp_path: Path) -> None:
    """A matrix is read from a file; an unknown name lists those that come with fieldpo."""
    file = tmp_path / "county.toml"
    file.write_text(DEMO.replace('id = "demo"', 'id = "county"'), "utf-8")
    assert MATRICES.load(file).name == "county responses 2026.1"
    with pytest.raises(NotFound, match="No response matrix “us-xx” comes with fieldpo"):
        MATRICES.shipped("us-xx")


def test_the_command_prints_json_and_its_errors(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`fieldpo policy respond` prints the recommendation as JSON, and a sentence with code 2 for a mistake."""
    file = tmp_path / "violation.json"
    file.write_text(json.dumps(MEDIUM), "utf-8")
    assert main(["policy", "respond", "--violation", str(file)]) == 0
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (shown["matrix"], shown["known_on"]) == ("demo", "2026-11-18")
    assert shown["deadlines"][0]["due"] == "2026-11-23"
    file.write_text(json.dumps({**MEDIUM, "severity": "grave"}), "utf-8")
    assert main(["policy", "respond", "--violation", str(file)]) == 2
    assert capsys.readouterr().err.startswith("fieldpo: violation: severity: expected one of low, medium, high")
