"""An agency's own instrument, without code: what a TOML file can say, and what its author reads where it is wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fieldpo.errors import BadInput, NotFound, PolicyError
from fieldpo.supervision.instruments.instrument import Instrument, load, parse_instrument, shipped, shipped_names
from fieldpo.supervision.instruments.interval import may_administer, override
from fieldpo.supervision.instruments.scoring import score

OWN = """\
id = "county"
version = "3"
title = "County needs form"
source = "made up for this test"
may_administer = ["officer"]

items = [
  { code = "sex", kind = "choice", choices = ["M", "F"] },
  { code = "job", label = "Has work" },
  { code = "friends", kind = "points", minimum = 0, maximum = 3, reversed = true },
  { code = "home", kind = "choice", choices = ["own", "shelter", "none"] },
  { code = "moves", kind = "whole", minimum = 0, if_missing = 0 },
]

[missing]
rule = "skip"
most = 1

[reassess]
months = 6
by_level = { high = 3 }

[override]
approver = "supervisor"
most_steps = 1

[[scales]]
code = "social"
section = true
terms = [
  { of = "job", yes = 0, no = 2 },
  { of = "friends" },
]

[[scales]]
code = "total"
terms = [
  { of = "social" },
  { of = "home", points = { own = 0, shelter = 1, none = 2 } },
  { of = "moves", bands = [{ to = 1, points = 0 }, { from = 2, points = 1 }] },
]

[[cutoffs]]
of = "total"
where = { sex = "M" }
levels = [
  { name = "low", to = 2 },
  { name = "medium", from = 3, to = 5 },
  { name = "high", from = 6 },
]

[[cutoffs]]
of = "total"
levels = [
  { name = "low", to = 3 },
  { name = "medium", from = 4, to = 6 },
  { name = "high", from = 7 },
]
"""
ANSWERS = {"sex": "M", "job": False, "friends": 1, "home": "shelter", "moves": 4}


def _own(text: str = OWN) -> Instrument:
    return parse_instrument(text, "county.toml")


@pytest.mark.parametrize("name", shipped_names())
def test_each_shipped_instrument_is_sound(name: str) -> None:
    """Every instrument that comes with fieldpo loads and names its source."""
    assert shipped(name).definition.id == name
    assert shipped(name).definition.source


def test_sections_choices_reversals_and_cut_offs_by_sex() -> None:
    """Sections sum apart, points go by choice, reversed points around the middle, and cut-offs by sex."""
    man = score(_own(), ANSWERS)
    assert dict(man.sections) == {"social": 4}
    assert (man.scores["total"], man.level) == (6, "high")
    assert score(_own(), {**ANSWERS, "sex": "F"}).level == "medium"
    assert "friends" in {one.item for one in man.items}
    assert "0 + 3 − 1" not in str(man.items)
    assert next(one.why for one in man.items if one.item == "friends") == "3 − 1 (turned around): 2"


def test_an_explanation_names_the_arithmetic_and_the_cut_off() -> None:
    """A score says what was summed and in which range of which table it lies."""
    result = score(_own(), ANSWERS)
    assert result.arithmetic == ("social = 2 + 2 = 4", "total = 4 + 1 + 1 = 6")
    assert result.cut_offs[0].why == "total 6 lies in 6–… (cut-offs for sex M)"


def test_one_missing_answer_is_skipped_and_two_are_refused() -> None:
    """A rule of at most one missing answer counts it nothing, names it, and refuses a second."""
    one = score(_own(), {k: v for k, v in ANSWERS.items() if k != "friends"})
    assert (one.missing, one.scores["total"]) == (("friends",), 4)
    with pytest.raises(
        BadInput, match=r"county: job, friends: expected an answer, got none \(at most 1 may be missing\)"
    ):
        score(_own(), {k: v for k, v in ANSWERS.items() if k not in {"friends", "job"}})


def test_prorating_raises_a_scale_in_proportion() -> None:
    """Four of five answered yes-or-no items with three yes make 3 × 5 / 4 = 3.75, rounded 4."""
    items = "\n".join(f'  {{ code = "q{n}" }},' for n in range(1, 6))
    terms = "\n".join(f'  {{ of = "q{n}" }},' for n in range(1, 6))
    text = (
        'id = "five"\nversion = "1"\ntitle = "t"\nsource = "s"\n'
        f'items = [\n{items}\n]\n\n[missing]\nrule = "prorate"\nmost = 1\n\n'
        f'[[scales]]\ncode = "total"\nterms = [\n{terms}\n]\n'
    )
    result = score(_own(text), {"q1": True, "q2": True, "q3": True, "q4": False})
    assert (result.scores["total"], result.missing) == (4, ("q5",))
    assert result.arithmetic == ("total = 1 + 1 + 1 + 0 = 3; × 5 / 4 for unanswered items = 4",)


def test_a_stand_in_answer_counts_and_is_named_missing() -> None:
    """An item with a stand-in is scored by it, is named as missing, and is not among the answers kept."""
    result = score(_own(), {k: v for k, v in ANSWERS.items() if k != "moves"})
    assert (result.scores["total"], result.missing) == (5, ("moves",))
    assert "moves" not in result.answers


def test_the_answers_kept_score_the_same_again() -> None:
    """What a record keeps of a scoring is enough to compute it again."""
    first = score(_own(), ANSWERS)
    assert score(_own(), first.answers_json()).as_json() == first.as_json()


@pytest.mark.parametrize(("home", "due"), [("own", dt.date(2026, 8, 31)), ("none", dt.date(2026, 5, 31))])
def test_reassessment_goes_by_the_level(home: str, due: dt.date) -> None:
    """Six months after the day, three for the high level, at the month's end where the month is shorter."""
    result = score(_own(), {**ANSWERS, "home": home}, dt.date(2026, 2, 28))
    assert result.reassess_by == due.replace(day=28)


def test_an_override_needs_reason_and_approval_and_stays_near() -> None:
    """A level is set aside with a reason and a supervisor, one step at most; score and scored level stay."""
    own, result = _own(), score(_own(), ANSWERS, dt.date(2026, 1, 15))
    changed = override(own, result, "medium", "Stable since March.", "s.okafor")
    assert changed.override is not None
    assert (changed.level, changed.override.scored_level, changed.scores) == ("medium", "high", result.scores)
    assert changed.reassess_by == dt.date(2026, 7, 15)
    for level, reason, who, said in (
        ("medium", " ", "s.okafor", "an override needs a reason; the scored level high stands"),
        ("medium", "Stable.", "", "an override needs the approval of a supervisor"),
        ("low", "Stable.", "s.okafor", "high to low is 2 steps; an override may take 1"),
        ("urgent", "Stable.", "s.okafor", "expected one of the levels low, medium, high, got “urgent”"),
    ):
        with pytest.raises(BadInput, match=said):
            override(own, result, level, reason, who)


def test_who_may_administer() -> None:
    """Only the roles that the instrument names; one that names none is open to all."""
    assert may_administer(_own(), "officer")
    assert not may_administer(_own(), "clerk")
    assert may_administer(_own(OWN.replace('may_administer = ["officer"]\n', "")), "clerk")


def test_a_table_in_a_file_beside_it(tmp_path: Path) -> None:
    """Points can be looked up in a CSV beside the TOML; a bad row is named by file and line."""
    (tmp_path / "codes.csv").write_text("CODE,POINTS\nA,1\nB,2.5\nC,\n", "utf-8")
    (tmp_path / "form.toml").write_text(
        'id = "form"\nversion = "1"\ntitle = "t"\nsource = "s"\n'
        'items = [\n  { code = "offence", kind = "text" },\n]\n'
        'derived = [\n  { code = "points", formula = "lookup(codes, offence)", blames = "offence" },\n]\n\n'
        '[[tables]]\nname = "codes"\nfile = "codes.csv"\nkey = ["CODE"]\nvalue = "POINTS"\n'
        'refused = { "" = "no points" }\n\n'
        '[[scales]]\ncode = "total"\nterms = [\n  { of = "points" },\n]\n',
        "utf-8",
    )
    form = load(tmp_path / "form.toml")
    assert score(form, {"offence": "B"}).scores["total"] == 2.5
    with pytest.raises(BadInput, match="form: offence: “C”: no points; nothing was scored"):
        score(form, {"offence": "C"})
    (tmp_path / "codes.csv").write_text("CODE,POINTS\nA,x\n", "utf-8")
    with pytest.raises(PolicyError, match=r"codes\.csv, line 2: POINTS: expected a number, got “x”"):
        load(tmp_path / "form.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{ of = "social" }', '{ of = "sociel" }', "scales[1].terms[0].of: expected a name that stands above"),
        ("{ own = 0, shelter = 1, none = 2 }", "{ own = 0 }", "scales[1].terms[1].points: expected points for each"),
        ("{ from = 2, points = 1 }", "{ from = 3, points = 1 }", "scales[1].terms[2].bands[1].from: expected it to"),
        ("from = 3, to = 5", "from = 4, to = 5", "cutoffs[0].levels[1].from: expected it to begin one above"),
        ('where = { sex = "M" }', 'where = { sex = "X" }', "cutoffs[0].where: expected one of M, F, got “X”"),
        ('version = "3"', 'version = ""', "version: expected a version, got nothing"),
        ('label = "Has work"', 'lable = "Has work"', "items[1].lable: expected no such key"),
        ('code = "job", label', 'code = "sex", label', "items[1].code: expected a name used once, but “sex” stands"),
        ('rule = "skip"', 'rule = "guess"', "missing.rule: invalid enum value 'guess'"),
        ("minimum = 0, maximum = 3, ", "maximum = 3, ", "items[2].allowed: expected allowed points, or a minimum"),
    ],
)
def test_errors_name_file_line_and_key(old: str, new: str, said: str) -> None:
    """What is wrong in a file is told with file, line and key, and what was expected there."""
    text = OWN.replace(old, new, 1)
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if new in words)
    with pytest.raises(PolicyError) as wrong:
        _own(text)
    assert wrong.value.message.startswith(f"county.toml, line {line}: {said}")


def test_what_is_not_toml_is_told() -> None:
    """A text that is no TOML names the file and the place."""
    with pytest.raises(PolicyError, match=r"^county\.toml: this is not TOML: .*line 1"):
        _own("id = \n")


def test_a_table_file_cannot_leave_the_folder() -> None:
    """A table's file is a name, never a path: a pack from a server reads nothing else on the computer."""
    text = OWN + '\n[[tables]]\nname = "codes"\nfile = "../secret.csv"\nkey = ["A"]\nvalue = "B"\n'
    with pytest.raises(PolicyError, match="expected a CSV file beside this one"):
        _own(text)


def test_an_unknown_instrument_names_those_there_are() -> None:
    """The error lists what comes with fieldpo; case and dashes do not matter."""
    assert shipped("DAST-10") is shipped("dast_10") is shipped("dast10")
    with pytest.raises(NotFound, match=r"No instrument named “lsi” comes with fieldpo\. There are: audit, dast10"):
        shipped("lsi")
