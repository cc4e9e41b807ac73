"""Workload by published weights: American Probation and Parole Association, Texas."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput, NotFound, PolicyError
from fieldpo.supervision.packs.reading import shipped as shipped_pack
from fieldpo.supervision.packs.reading import shipped_packs
from fieldpo.supervision.workload.measure import CaseLoad, class_of, officer_workload, room_for, team_workload
from fieldpo.supervision.workload.weights import WEIGHTS

APPA, TEXAS = WEIGHTS.shipped("appa"), WEIGHTS.shipped("texas")


def _cases(number: int, level: str = "high", case_type: str = "general") -> list[CaseLoad]:
    return [CaseLoad(f"{level}-{case_type}-{n}", level, case_type) for n in range(number)]


@pytest.mark.parametrize(("level", "most"), [("high", 30), ("medium", 60), ("low", 120), ("max", 30), ("admin", 120)])
def test_appa_hours_make_the_published_caseloads(level: str, most: int) -> None:
    """120 hours a month at 4, 2 and 1 hours a case are 30, 60 and 120 cases."""
    full = officer_workload(APPA, _cases(most, level))
    assert (float(full.points), float(full.capacity), full.percent) == (120.0, 120.0, 100.0)
    of_level = class_of(APPA, level, "general")
    assert of_level is not None
    assert room_for(full, APPA, of_level) == 0
    assert room_for(officer_workload(APPA, []), APPA, of_level) == most


@pytest.mark.parametrize(("case_type", "most"), [("general", 60), ("sex_offense", 24), ("em", 20)])
def test_texas_maxima(case_type: str, most: int) -> None:
    """60 regular, 24 sex offender or 20 electronic monitoring cases fill one officer."""
    full = officer_workload(TEXAS, _cases(most, "high", case_type))
    assert (float(full.points), float(full.room)) == (1.0, 0.0)
    assert officer_workload(TEXAS, _cases(most + 1, "high", case_type)).percent > 100


def test_a_mixed_caseload_adds_up_and_says_how() -> None:
    """30 regular, 12 sex offender cases are a full caseload: half and half."""
    mixed = officer_workload(TEXAS, [*_cases(30), *_cases(12, "high", "sex_offense")])
    assert mixed.points == 1
    assert mixed.why == (
        "texas workload parole: 12 sex offender × 1/24 + 30 regular × 1/60 = 1 of a full caseload, of 1 for 1 officer"
    )


def test_a_team_is_measured_against_all_its_officers() -> None:
    """An officer without a case adds capacity, not points."""
    team = team_workload(APPA, {"a": _cases(30), "b": _cases(30, "medium"), "c": []})
    assert (float(team.points), float(team.capacity), team.percent) == (180.0, 360.0, 50.0)
    assert team.why == (
        "appa workload 2006: 30 high priority × 4 h + 30 medium priority × 2 h = 180 h a month, of 360 for 3 officers"
    )
    with pytest.raises(BadInput, match="A team without officers"):
        team_workload(APPA, {})


def test_a_case_of_no_class_is_named_and_not_guessed() -> None:
    """A level that the weights do not know counts nothing and is named."""
    found = officer_workload(APPA, [*_cases(1), CaseLoad("odd", "level 9", "general")])
    assert (float(found.points), found.cases, found.uncounted) == (4.0, 2, ("odd",))
    assert found.why.endswith("1 case of no class not counted")


@given(st.lists(st.tuples(st.sampled_from(["max", "high", "medium", "low"]), st.sampled_from(["general", "em"]))))
def test_classes_sum_to_the_whole_and_order_is_nothing(drawn: list[tuple[str, str]]) -> None:
    """The points of the classes are the points of the whole, exactly, whichever way the cases are listed."""
    cases = [CaseLoad(str(n), level, case_type) for n, (level, case_type) in enumerate(drawn)]
    for weights in (APPA, TEXAS):
        found = officer_workload(weights, cases)
        assert sum((one.points for one in found.classes), Fraction(0)) == found.points
        assert officer_workload(weights, reversed(cases)) == found
        assert sum(one.cases for one in found.classes) == len(cases)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("capacity = 120", "capacity = 0", "line 6: capacity: expected hours a month above 0, got 0"),
        ("hours = 4", "most = 4", "line 9: classes[0].hours: expected hours above 0, as unit “hours” asks"),
        ('code = "b"', 'code = "a"', "line 10: classes[1].code: expected a code used once, but “a” stands above"),
    ],
)
def test_errors_name_file_line_and_key(old: str, new: str, said: str) -> None:
    """An agency's own weights are checked, and told by file, line and key."""
    text = (
        'id = "own"\nversion = "1"\ntitle = "t"\nsource = "s"\nunit = "hours"\ncapacity = 120\n\nclasses = [\n'
        '  { code = "a", levels = ["high"], hours = 4 },\n  { code = "b", hours = 1 },\n]\n'
    )
    assert WEIGHTS.parse(text, "own.toml").name == "own workload 1"
    with pytest.raises(PolicyError) as wrong:
        WEIGHTS.parse(text.replace(old, new), "own.toml")
    assert wrong.value.message.startswith(f"own.toml, {said}")


def test_unknown_weights_list_those_there_are() -> None:
    """The error names what comes with fieldpo."""
    with pytest.raises(NotFound, match="There are: appa, texas"):
        WEIGHTS.shipped("ohio")


@pytest.mark.parametrize("name", shipped_packs())
def test_the_weights_that_stand_in_know_the_levels_of_every_shipped_pack(name: str) -> None:
    """No case of a shipped pack goes uncounted for its level, but where its standards name nothing either."""
    outside = {"diversion", "interstate_compact", "unknown"}
    cases = [CaseLoad(one.code, one.code, "general") for one in shipped_pack(name).levels if one.code not in outside]
    assert officer_workload(APPA, cases).uncounted == ()
