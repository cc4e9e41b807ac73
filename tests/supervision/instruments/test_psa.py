"""PSA against the published factors and tables (Advancing Pretrial Policy and Research)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.supervision.instruments.published import scored, table

NONE = {
    "age_at_arrest": 40,
    "current_violent": False,
    "pending_charge": False,
    "prior_misdemeanor": False,
    "prior_felony": False,
    "prior_violent_convictions": 0,
    "prior_fta_past_2y": 0,
    "prior_fta_older": False,
    "prior_incarceration": False,
}
PSA = table("psa")


def _yes(weights: dict[str, int], answer: object) -> int:
    return weights["yes" if answer else "no"]


def _published(a: dict[str, object]) -> tuple[int, int, int]:
    """FTA, NCA and NVCA by the published weights, worked out apart from the instrument."""
    age, violent, fta = int(str(a["age_at_arrest"])), int(str(a["prior_violent_convictions"])), a["prior_fta_past_2y"]
    convicted = bool(a["prior_misdemeanor"] or a["prior_felony"])
    pending, assault = bool(a["pending_charge"]), bool(a["current_violent"])
    f, n, v = PSA["FTA"]["weights"], PSA["NCA"]["weights"], PSA["NVCA"]["weights"]
    missed = "2+" if int(str(fta)) >= 2 else str(fta)
    prior = "3+" if violent >= 3 else "1-2" if violent else "0"
    return (
        _yes(f["pending"], pending)
        + _yes(f["prior_conviction"], convicted)
        + f["prior_fta_2y"][missed]
        + _yes(f["prior_fta_older"], bool(a["prior_fta_older"])),
        n["age"]["22-" if age <= 22 else "23+"]
        + _yes(n["pending"], pending)
        + _yes(n["prior_misd"], bool(a["prior_misdemeanor"]))
        + _yes(n["prior_felony"], bool(a["prior_felony"]))
        + n["prior_violent"][prior]
        + n["prior_fta_2y"][missed]
        + _yes(n["prior_incarceration"], bool(a["prior_incarceration"])),
        _yes(v["current_violent"], assault)
        + _yes(v["current_violent_and_20_or_younger"], assault and age <= 20)
        + _yes(v["pending"], pending)
        + _yes(v["prior_conviction"], convicted)
        + v["prior_violent"][prior],
    )


@given(
    st.fixed_dictionaries(
        {
            name: st.booleans() if isinstance(value, bool) else st.integers(10, 60) if value else st.integers(0, 5)
            for name, value in NONE.items()
        }
    )
)
def test_every_score_is_the_published_one(answers: dict[str, object]) -> None:
    """For any answers raw scores, scaled scores and the flag are those of the published tables."""
    fta, nca, nvca = _published(answers)
    assert scored("psa", **answers).scores == {
        "fta_raw": fta,
        "fta_scaled": PSA["FTA"]["raw_to_scaled"][fta],
        "nca_raw": nca,
        "nca_scaled": PSA["NCA"]["raw_to_scaled"][nca],
        "nvca_raw": nvca,
        "nvca_flag": nvca >= 4,
    }


@given(st.integers(0, 9), st.integers(0, 9))
def test_the_points_of_a_scale_sum_to_its_raw_score(violent: int, missed: int) -> None:
    """The points shown item by item are what a raw score is made of."""
    result = scored("psa", **{**NONE, "prior_violent_convictions": violent, "prior_fta_past_2y": missed})
    for scale in ("fta_raw", "nca_raw", "nvca_raw"):
        assert sum(one.points or 0 for one in result.items if one.scale == scale) == result.scores[scale]


@pytest.mark.parametrize(("age", "nca", "nvca"), [(20, 2, 3), (21, 2, 2), (22, 2, 2), (23, 0, 2)])
def test_age_counts_up_to_22_and_with_violence_up_to_20(age: int, nca: int, nvca: int) -> None:
    """Two points for 22 or younger in new criminal activity; one more for violence at 20 or younger."""
    result = scored("psa", **{**NONE, "age_at_arrest": age, "current_violent": True})
    assert (result.scores["nca_raw"], result.scores["nvca_raw"]) == (nca, nvca)


def test_three_violent_convictions_are_two_points() -> None:
    """The published table's 2 points for three or more, not a public implementation's 1."""
    assert scored("psa", **{**NONE, "prior_violent_convictions": 3}).scores["nca_raw"] == 2


def test_highest_scores_are_the_published_maxima() -> None:
    """All that can count together reaches 7, 13 and 7, scaled 6."""
    most: dict[str, object] = {name: True if isinstance(value, bool) else 9 for name, value in NONE.items()}
    scores = scored("psa", **{**most, "age_at_arrest": 19}).scores
    assert [scores[f"{one}_raw"] for one in ("fta", "nca", "nvca")] == [PSA[s]["max"] for s in ("FTA", "NCA", "NVCA")]
    assert (scores["fta_scaled"], scores["nca_scaled"]) == (6, 6)
