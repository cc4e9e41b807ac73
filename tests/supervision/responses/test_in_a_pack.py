"""Instruments, matrices and workload weights that an agency carries in its policy pack."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fieldpo.cli import main
from fieldpo.errors import PolicyError
from fieldpo.supervision.instruments.instrument import parse_instrument
from fieldpo.supervision.instruments.scoring import score
from fieldpo.supervision.packs.reading import parse_pack, shipped, shipped_text
from fieldpo.supervision.responses.matrix_file import MATRICES
from fieldpo.supervision.responses.respond import respond

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "policy-packs.md").read_text("utf-8")
OWN = """
[[instruments]]
id = "county"
version = "1"
title = "County form"
source = "Policy 12.4"
items = [
  { code = "job" },
]

[[instruments.scales]]
code = "total"
terms = [
  { of = "job", yes = 0, no = 2 },
]

[[matrices]]
id = "county"
version = "1"
title = "County responses"
source = "Policy 14"
effective_from = 2026-01-01
severities = [
  { code = "any" },
]

[[matrices.deadlines]]
code = "respond"
days = 2
counted = "business"

[[workloads]]
id = "county"
version = "1"
title = "County weights"
source = "Policy 3"
unit = "cases"
classes = [
  { code = "all", most = 50 },
]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The demo pack with the county's own rules at its end."""
    file = tmp_path / "county.toml"
    file.write_text(shipped_text("demo") + OWN, "utf-8")
    return file


def _shell(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["policy", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_commands_find_a_packs_own_rules(capsys: pytest.CaptureFixture[str], pack: Path, tmp_path: Path) -> None:
    """score, respond and workload take the pack's own instrument, matrix and weights by their id."""
    file = tmp_path / "given.json"
    file.write_text('{"job": false}', "utf-8")
    scored = _shell(capsys, "score", "county", "--answers", str(file), "--pack", str(pack))
    assert scored["scores"] == {"total": 2}
    file.write_text('{"known_on": "2026-11-20", "severity": "any"}', "utf-8")
    found = _shell(capsys, "respond", "--violation", str(file), "--matrix", "county", "--pack", str(pack))
    assert found["deadlines"][0]["due"] == "2026-11-24"
    file.write_text('{"a": [{"id": "1", "level": "x", "case_type": "y"}]}', "utf-8")
    weighed = _shell(capsys, "workload", "--cases", str(file), "--weights", "county", "--pack", str(pack))
    assert weighed["team"]["percent"] == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{ of = "job", yes', '{ of = "jib", yes', "instruments[0].scales[0].terms[0].of: expected a name that stands"),
        ("days = 2", "days = 0", "matrices[0].deadlines[0].days: expected days of 1 or more"),
        ("most = 50", "most = 0", "workloads[0].classes[0].most: expected most above 0"),
    ],
)
def test_a_packs_own_rules_are_checked_with_it(old: str, new: str, said: str) -> None:
    """What is wrong in one of them is told with the pack's line and key."""
    text = shipped_text("demo") + OWN.replace(old, new)
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if new in words)
    with pytest.raises(PolicyError) as wrong:
        parse_pack(text, "county.toml")
    assert wrong.value.message.startswith(f"county.toml, line {line}: {said}")


def test_a_pack_travels_alone_and_names_things_once() -> None:
    """A table in a file beside it is refused, and so is an id used twice."""
    table = '\n[[instruments.tables]]\nname = "codes"\nfile = "c.csv"\nkey = ["A"]\nvalue = "B"\n'
    with pytest.raises(PolicyError, match=r"tables\[0\]\.file: expected rows: a pack travels alone"):
        parse_pack(shipped_text("demo") + OWN.replace("\n[[matrices]]", table + "\n[[matrices]]"), "p.toml")
    workload = OWN[OWN.index("[[workloads]]") :]
    with pytest.raises(PolicyError, match=r"workloads\[1\]\.id: expected an id used once, but “county” stands above"):
        parse_pack(shipped_text("demo") + OWN + workload, "p.toml")


def test_the_examples_of_the_guide_work() -> None:
    """The instrument made from nothing in docs/policy-packs.md scores, and its violation is answered."""
    instrument = re.search(r'```toml\n(id = "county".*?)```', PAGE, re.DOTALL)
    violation = re.search(r"```json\n(\{\n  \"known_on.*?)```", PAGE, re.DOTALL)
    assert instrument is not None
    assert violation is not None
    answers = {"sex": "F", "job": False, "friends": 1, "arrests": 2, "age": 20}
    assert score(parse_instrument(instrument[1], "page"), answers).scores["total"] == 6
    found = respond(MATRICES.shipped("us-wa"), json.loads(violation[1]), shipped("demo"))
    assert found.departure is None
