"""OGRS3 against the published formula, weights and scenarios (UK Ministry of Justice)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import math
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from fieldpo.supervision.instruments.instrument import shipped
from tests.supervision.instruments.published import scored, table

OGRS3 = table("ogrs3")
WEIGHTS = resources.files("fieldpo.supervision.instruments") / "shipped" / "ogrs3_offence_weights.csv"
FIRST = {
    "sex": "M",
    "date_of_birth": "1965-12-07",
    "conviction_date": "2025-05-13",
    "follow_up_start": "2026-12-06",
    "total_sanctions": 2,
    "age_at_first_sanction": 47,
}
SECOND = {
    "sex": "M",
    "date_of_birth": "1991-07-17",
    "conviction_date": "2021-08-05",
    "follow_up_start": "2021-12-12",
    "total_sanctions": 2,
    "age_at_first_sanction": 21,
}


@pytest.mark.parametrize(
    ("answers", "one_year", "two_year"),
    [
        ({**FIRST, "offence_code": "02700"}, 8, 16),
        ({**FIRST, "offence_weight": 0.7606}, 8, 16),
        ({**FIRST, "offence_code": "027/00"}, 8, 16),
        ({**SECOND, "offence_weight": 0.1599}, 11, 20),
    ],
)
def test_published_scenarios(answers: dict[str, object], one_year: int, two_year: int) -> None:
    """Scenarios 1 and 2 of OGRS3RiskProducerServiceTest in hmpps-arns-risk-actuarial-api come out as there."""
    assert scored("ogrs3", **answers).scores == {
        "one_year_percent": one_year,
        "two_year_percent": two_year,
        "band": "LOW",
    }


def _age_points(sex: str, age: int) -> float:
    bands: dict[str, float] = OGRS3[f"age_at_start_of_followup_{'male' if sex == 'M' else 'female'}"]
    for band, points in bands.items():
        low, _, high = band.rstrip("+").partition("-")
        if int(low) <= age <= int(high or (999 if band.endswith("+") else low)):
            return points
    raise AssertionError(age)


@given(
    st.sampled_from("MF"),
    st.integers(10, 80),
    st.integers(0, 30),
    st.integers(0, 20),
    st.integers(1, 40),
    st.sampled_from([-0.7956, -0.0607, 0.0, 0.1819, 0.7606]),
)
def test_any_answers_give_the_published_formula(
    sex: str, convicted_at: int, years_since_first: int, until: int, sanctions: int, weight: float
) -> None:
    """Whatever the answers, both figures and the band are the published formula's, a half rounded up."""
    first_at = max(convicted_at - years_since_first, 0)
    born = dt.date(1940, 3, 1)
    result = scored(
        "ogrs3",
        sex=sex,
        date_of_birth=born.isoformat(),
        conviction_date=born.replace(year=1940 + convicted_at).isoformat(),
        follow_up_start=born.replace(year=1940 + convicted_at + until).isoformat(),
        total_sanctions=sanctions,
        age_at_first_sanction=first_at,
        offence_weight=weight,
    )
    z = (
        _age_points(sex, convicted_at + until)
        + (0.12614 if sanctions == 1 else 0.46306)
        + 1.25112 * math.log((1 + sanctions - 1) / (10 + convicted_at - first_at))
        + weight
    )
    one, two = (
        int(Decimal(100 / (1 + math.exp(-(base + z)))).quantize(Decimal(1), ROUND_HALF_UP))
        for base in (1.40256, 2.1217)
    )
    band = "LOW" if two < 50 else "MEDIUM" if two < 75 else "HIGH" if two < 90 else "VERY_HIGH"
    assert result.scores == {"one_year_percent": one, "two_year_percent": two, "band": band}
    assert result.level == band


def test_all_offence_weights_are_those_published() -> None:
    """The shipped file is the published one, byte for byte, with its 3,022 codes."""
    digest = hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert digest == "c80bc3449655a1b062ca3180961b7701e8964789c03681d2c5942e5c009644d2"
    ogrs3 = shipped("ogrs3")
    assert len(ogrs3.tables["offence_weights"]) + len(ogrs3.refused["offence_weights"]) == 3022


def test_every_code_is_scored_with_its_weight_or_refused() -> None:
    """Each of the 3,022 codes gives its weight to the sum; one without a weight is an error that names it."""
    with WEIGHTS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            code, weight = row["OFFENCE_GROUP_CODE"] + row["SUB_CODE"], row["OGRS3_WEIGHTING"]
            if weight in {"", "999"}:
                with pytest.raises(BadInput, match=r"ogrs3: offence_code: .*nothing was scored"):
                    scored("ogrs3", **FIRST, offence_code=code)
                continue
            points = [one for one in scored("ogrs3", **FIRST, offence_code=code).items if one.item == "weight"]
            assert [one.points for one in points] == [float(weight)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"age_at_first_sanction": 60}, "age_at_first_sanction: expected a first sanction at or before the age"),
        ({"total_sanctions": 0}, "total_sanctions: expected a whole number of 1 or more, got 0"),
        ({"total_sanctions": -1}, "total_sanctions: expected a whole number of 1 or more, got -1"),
        ({"offence_weight": 999}, "offence_weight: weight 999 stands for no weight"),
        ({"offence_code": "02700", "offence_weight": 0.1}, "offence_weight: expected the weight of the offence code"),
        ({"offence_code": "99999"}, "offence_code: 99999 is not in offence_weights"),
        ({"conviction_date": "1960-01-01"}, "conviction_date: expected a day after the birth"),
        ({"conviction_date": "1970-01-01"}, "conviction_date: expected a conviction at 10 or older"),
        ({"follow_up_start": "2024-01-01"}, "follow_up_start: expected the day of the conviction or a later one"),
        ({"sex": "X"}, "sex: expected one of M, F, got “X”"),
        ({"date_of_birth": "1965-02-30"}, "date_of_birth: expected a day that there is, got “1965-02-30”"),
        ({"date_of_birth": 1965}, "date_of_birth: expected a day as 2026-11-22, got 1965"),
    ],
)
def test_impossible_answers_are_refused_by_item(changed: dict[str, object], said: str) -> None:
    """Each impossible answer is an error that names the item and says what was expected."""
    answers: dict[str, object] = {**FIRST, "offence_weight": 0.1, **changed}
    if "offence_code" in changed and "offence_weight" not in changed:
        del answers["offence_weight"]
    with pytest.raises(BadInput, match="nothing was scored") as wrong:
        scored("ogrs3", **answers)
    assert said in wrong.value.message


def test_one_of_code_and_weight_is_needed() -> None:
    """Without an offence the error names both ways of giving it."""
    with pytest.raises(BadInput, match=r"offence_code \(or offence_weight\): expected an answer, got none"):
        scored("ogrs3", **FIRST)


def test_one_born_on_29_february_is_older_on_1_march() -> None:
    """Completed years: on 28 February of a common year the birthday of a leap day has not come."""
    answers = {**SECOND, "date_of_birth": "2000-02-29", "conviction_date": "2021-02-28", "offence_weight": 0}
    young = scored("ogrs3", **{**answers, "follow_up_start": "2021-02-28", "age_at_first_sanction": 15})
    older = scored("ogrs3", **{**answers, "follow_up_start": "2021-03-01", "age_at_first_sanction": 15})
    assert "age_at_follow_up = years(date_of_birth, follow_up_start) → 20" in young.arithmetic
    assert "age_at_follow_up = years(date_of_birth, follow_up_start) → 21" in older.arithmetic
