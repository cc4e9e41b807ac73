"""Levels by published cut-offs: LSI-R in Idaho and Pennsylvania, ORAS."""

from __future__ import annotations

from typing import Any

import pytest

from fieldpo.errors import BadInput
from tests.supervision.instruments.published import scored, table

LEVELS = table("risk_level_cutoffs", "standards")
ORAS = table("oras_cutoffs")


@pytest.mark.parametrize("case", LEVELS["asserted_cases"])
def test_idaho_asserted_cases(case: dict[str, Any]) -> None:
    """The 13 asserted cases give the published band."""
    result = scored("lsir_us_ix", score=case["score"], sex=case["sex"], assessment_date=case["assessment_date"])
    assert result.scores["band"] == case["expect"]
    assert result.level == case["expect"]


@pytest.mark.parametrize("score", range(55))
@pytest.mark.parametrize(("sex", "row"), [("MALE", 1), ("FEMALE", 1), ("OTHER", 0)])
def test_idaho_supervision_levels(score: int, sex: str, row: int) -> None:
    """Every score has the supervision level of the day of the evaluation, on both sides of 23 July 2020."""
    published = LEVELS["US_IX"]["level_from_score"]
    before = scored("lsir_us_ix", score=score, sex=sex, assessment_date="2020-01-01", evaluation_date="2020-07-22")
    assert before.scores["supervision_level"] == _cut(published[0]["any_sex"], score)
    after = scored("lsir_us_ix", score=score, sex=sex, assessment_date="2020-01-01", evaluation_date="2020-07-23")
    assert after.scores.get("supervision_level") == (_cut(published[row][sex], score) if row else None)
    least = LEVELS["US_IX"]["sex_offence_reassess_needed_at_or_above"]["OTHER_OR_UNKNOWN" if sex == "OTHER" else sex]
    assert after.scores["sex_offence_reassess_needed"] == (score >= least)


def test_idaho_never_assessed_is_medium() -> None:
    """Without a score the level is MEDIUM since 23 July 2020."""
    result = scored("lsir_us_ix", score=None, sex="MALE", assessment_date="2021-01-01", evaluation_date="2021-01-01")
    assert (result.scores["supervision_level"], result.scores["band"]) == ("MEDIUM", "NO_BAND")
    assert result.missing == ("score",)


@pytest.mark.parametrize(("day", "row"), [("2008-12-31", 0), ("2009-01-01", 1), ("2014-12-03", 1), ("2014-12-04", 2)])
def test_pennsylvania_bands_change_with_the_day(day: str, row: int) -> None:
    """Every score has the band of its day; the ends of the spans belong as published."""
    bands = {k: v for k, v in LEVELS["US_PA"]["band_by_assessment_date"][row].items() if k.isupper()}
    for score in range(55):
        assert scored("lsir_us_pa", score=score, assessment_date=day).level == _cut(bands, score)


def test_pennsylvania_levels_since_2011() -> None:
    """Every score has the supervision level in force since 4 January 2011; before that day there is none."""
    levels = LEVELS["US_PA"]["level_from_score_since_2011-01-04"]
    for score in range(55):
        answers = {"score": score, "assessment_date": "2010-01-01"}
        since = scored("lsir_us_pa", **answers, evaluation_date="2011-01-04")
        assert since.scores["supervision_level"] == _cut(levels, score)
        assert "supervision_level" not in scored("lsir_us_pa", **answers, evaluation_date="2011-01-03").scores


@pytest.mark.parametrize(
    ("code", "total", "level"),
    [(55, 54, "HIGH"), (60, None, "unknown"), (70, None, "unknown"), (56, None, "unknown"), (99, None, "unknown")],
)
def test_pennsylvania_special_codes(code: int, total: int | None, level: str) -> None:
    """55 is read as 54; not completed, refused and all else above 55 are no score."""
    result = scored("lsir_us_pa", score=code, assessment_date="2020-01-01")
    assert (result.scores["total"], result.level) == (total, level)


def test_generic_buckets() -> None:
    """The buckets used elsewhere."""
    names = [scored("lsir", score=score).level for score in (0, 23, 24, 29, 30, 38, 39, 54)]
    assert list(dict.fromkeys(names)) == LEVELS["generic_LSIR_buckets_used_elsewhere"]
    assert [names.count(name) for name in dict.fromkeys(names)] == [2, 2, 2, 2]


@pytest.mark.parametrize("tool", ["CST", "ORAS-SRT", "ORAS-PIT", "ORAS-RT"])
@pytest.mark.parametrize("sex", ["male", "female"])
def test_oras_levels(tool: str, sex: str) -> None:
    """Both ends of each published range have its level; a score above the tool's most is refused."""
    rows = ORAS[tool][sex] if tool == "CST" else ORAS["other_tools"][tool][sex]
    for name, row in zip(("Low", "Moderate", "High"), rows, strict=True):
        for score in row[-2:]:
            answers = {"tool": tool.removeprefix("ORAS-"), "sex": sex.upper(), "score": score}
            assert scored("oras", **answers).level == name
    with pytest.raises(BadInput, match="nothing was scored"):
        scored("oras", tool=tool.removeprefix("ORAS-"), sex=sex.upper(), score=rows[-1][-1] + 1)


def _cut(levels: dict[str, list[int | None]], score: int) -> str:
    return next(name for name, (low, high) in levels.items() if (low or 0) <= score <= (999 if high is None else high))
