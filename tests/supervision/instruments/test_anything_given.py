"""Whatever is given as answers or as a violation: an answer, or a sentence; never another error."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from fieldpo.supervision.instruments.instrument import shipped, shipped_names
from fieldpo.supervision.instruments.scoring import score
from fieldpo.supervision.packs.reading import shipped as shipped_pack
from fieldpo.supervision.responses.matrix_file import MATRICES
from fieldpo.supervision.responses.respond import respond

DAYS = st.dates().map(str)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 60),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    DAYS,
    st.sampled_from(["M", "F", "MALE", "FEMALE", "CST", "02700", "low", "high", "violation", "I", "confinement"]),
)
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner))
EARLIER = st.fixed_dictionaries(
    {"on": DAYS}, optional={"severity": PLAIN, "response": PLAIN, "amount": st.integers(-1, 40), "starts_on": DAYS}
)


@pytest.mark.parametrize("name", shipped_names())
@settings(max_examples=60)
@given(st.data())
def test_any_answers_score_or_are_refused(name: str, data: st.DataObject) -> None:
    """Any JSON whatever, also with the right names, is scored or refused with BadInput."""
    instrument = shipped(name)
    codes = [item.code for item in instrument.definition.items]
    given_answers = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(codes, PLAIN)) | ANYTHING)
    with contextlib.suppress(BadInput):
        score(instrument, given_answers)


@pytest.mark.parametrize("name", MATRICES.shipped_names())
@settings(max_examples=60)
@given(st.data())
def test_any_violation_is_answered_or_refused(name: str, data: st.DataObject) -> None:
    """Any JSON whatever, also with the right keys, is answered or refused with BadInput."""
    matrix = MATRICES.shipped(name)
    severity = st.sampled_from([one.code for one in matrix.severities])
    codes = [one.code for one in (*matrix.risks, *matrix.histories)] or [""]
    asked = st.fixed_dictionaries(
        {"known_on": DAYS, "severity": severity},
        optional={
            "risk": st.sampled_from(codes),
            "history": st.sampled_from(codes),
            "earlier": st.lists(EARLIER, max_size=3),
            "starts_on": DAYS,
            "confined_at": PLAIN,
            "received_on": DAYS,
            "chosen": st.fixed_dictionaries({"response": PLAIN}, optional={"amount": PLAIN, "reason": PLAIN}),
        },
    )
    with contextlib.suppress(BadInput):
        respond(matrix, data.draw(asked | ANYTHING), shipped_pack("demo"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (10**400, "expected a whole number that there can be, got 1000"),
        (float("nan"), "expected a whole number, got nan"),
    ],
)
def test_numbers_that_cannot_be(number: float, said: str) -> None:
    """A number past all counting is refused by item."""
    with pytest.raises(BadInput, match=f"lsir: score: {said}"):
        score(shipped("lsir"), {"score": number})


def test_a_week_is_no_day() -> None:
    """Days are given as year, month and day, and in no other way that ISO 8601 has."""
    with pytest.raises(BadInput, match="assessment_date: expected a day as 2026-11-22, got “2026-W01-1”"):
        score(shipped("lsir_us_pa"), {"score": 3, "assessment_date": "2026-W01-1"})
