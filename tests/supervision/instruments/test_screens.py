"""DAST-10, AUDIT and TCU Drug Screen II against their published rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from tests.supervision.instruments.published import scored, table

SCREENS = table("screens_audit_dast_tcu")
TCU = ("q1", "q2", "q3", "q4a", "q4b", "q5", "q6a", "q6b", "q7", "q8", "q9")


def _level(levels: dict[str, list[int]], total: int) -> str:
    return next(name for name, (low, high) in levels.items() if low <= total <= high)


@given(st.lists(st.booleans(), min_size=10, max_size=10))
def test_dast10_counts_yes_and_turns_question_3_around(yes: list[bool]) -> None:
    """One a yes, but for question 3, where no counts; the level is the published one."""
    result = scored("dast10", **{f"q{n}": answer for n, answer in enumerate(yes, start=1)})
    total = sum(yes) - yes[2] + (not yes[2])
    assert result.scores == {"total": total}
    assert result.level == _level(SCREENS["DAST-10"]["levels"], total)


def test_dast10_questions_4_and_5_are_not_turned_around() -> None:
    """Yes to 3, 4 and 5 and no to the rest is 2: the keys of the DAST-20 are not used."""
    answers = {f"q{n}": n in {3, 4, 5} for n in range(1, 11)}
    assert scored("dast10", **answers).scores["total"] == 2


@given(
    st.lists(st.integers(0, 4), min_size=8, max_size=8), st.lists(st.sampled_from([0, 2, 4]), min_size=2, max_size=2)
)
def test_audit_sums_the_points_and_names_the_zone(eight: list[int], two: list[int]) -> None:
    """The sum of the points chosen, and the zone of the WHO manual."""
    result = scored("audit", **{f"q{n}": points for n, points in enumerate([*eight, *two], start=1)})
    assert result.scores == {"total": sum(eight) + sum(two)}
    assert result.level == _level(SCREENS["AUDIT"]["zones"], sum(eight) + sum(two))


@pytest.mark.parametrize(
    ("item", "points", "said"),
    [
        ("q9", 1, "q9: expected one of 0, 2, 4, got 1"),
        ("q10", 3, "q10: expected one of 0, 2, 4, got 3"),
        ("q1", 5, "q1: expected a whole number of 4 or less, got 5"),
        ("q1", -1, "q1: expected a whole number of 0 or more, got -1"),
        ("q1", True, "q1: expected a whole number, got true"),
        ("q1", 1.5, "q1: expected a whole number, got 1.5"),
    ],
)
def test_audit_refuses_points_that_an_item_does_not_have(item: str, points: object, said: str) -> None:
    """Points outside an item's own are an error that names the item."""
    answers: dict[str, object] = {f"q{n}": 0 for n in range(1, 11)}
    with pytest.raises(BadInput, match="nothing was scored") as wrong:
        scored("audit", **{**answers, item: points})
    assert said in wrong.value.message


@given(st.lists(st.booleans(), min_size=11, max_size=11))
def test_tcu_counts_the_halves_of_4_and_6_once(yes: list[bool]) -> None:
    """Nine points at most: 4a and 4b count once between them, and 6a and 6b; the threshold is 3."""
    a = dict(zip(TCU, yes, strict=True))
    once = [a["q1"], a["q2"], a["q3"], a["q4a"] or a["q4b"], a["q5"], a["q6a"] or a["q6b"], a["q7"], a["q8"], a["q9"]]
    result = scored("tcuds2", **a)
    threshold = SCREENS["TCU Drug Screen II"]["threshold"]
    assert result.scores == {"total": sum(once), "at_or_above_threshold": sum(once) >= threshold}
    assert result.level is None
