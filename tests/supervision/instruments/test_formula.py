"""Formulas: what they work out, and that they can do nothing else."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import PolicyError
from fieldpo.supervision.instruments.formula import Unworkable, completed_years, half_up, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("-(a - 5) / 2", 1),
        ("1 if a == 3 else 0", 1),
        ("2 < a <= 3", True),
        ("3 < a <= 3", False),
        ("not yes or a > 2", True),
        ("none if not given(missing) else missing", None),
        ("years(born, today)", 26),
        ("days(born, today)", 9763),
        ("ln(exp(1))", 1),
        ("max(a, 4) - min(a, 4)", 1),
        ("lookup(codes, code)", 0.5),
        ('code == "B"', False),
    ],
)
def test_what_formulas_work_out(text: str, value: object) -> None:
    """Arithmetic, comparison, choice, dates and tables."""
    values = {"a": 3, "yes": True, "missing": None, "code": "A", "born": dt.date(2000, 2, 29)}
    tables = {"codes": {"A": 0.5}}
    assert parse(text).value({**values, "today": dt.date(2026, 11, 22)}, tables) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b",
        "a[0]",
        "[a]",
        "lambda: 1",
        "a ** 9",
        "(a := 1)",
        "f'{a}'",
        "open(a)",
        "ln(a, b)",
        "lookup(1, a)",
        "ln(*a)",
        "1 if a",
        "a in b",
        "x" * 500,
        "(" * 300,
        "{}",
        "b'x'",
        "...",
    ],
)
def test_all_else_is_refused_when_it_is_read(text: str) -> None:
    """A formula that is more than arithmetic is refused before it could do anything."""
    with pytest.raises(PolicyError, match="expected"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["ln(0)", "1 / (a - a)", "missing + 1", "a > code", "exp(1000)", "lookup(codes, code)"]
)
def test_what_has_no_value_says_so(text: str) -> None:
    """A formula without a value is Unworkable, never another error."""
    with pytest.raises(Unworkable):
        parse(text).value({"a": 3, "missing": None, "code": "Z"}, {"codes": {"A": 0.5}})


@given(st.integers(-10_000, 10_000))
def test_halves_are_rounded_up(number: int) -> None:
    """A half goes away from zero, whole numbers stay."""
    assert half_up(number) == number
    assert half_up(abs(number) + 0.5) == abs(number) + 1


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 40_000))
def test_completed_years_grow_on_birthdays_only(born: dt.date, days: int) -> None:
    """From one day to the next the age stays or grows by one, and only on the birthday or 1 March."""
    day = born + dt.timedelta(days=days)
    older = completed_years(born, day + dt.timedelta(days=1)) - completed_years(born, day)
    next_day = day + dt.timedelta(days=1)
    birthday = (next_day.month, next_day.day) == (born.month, born.day)
    leap = (born.month, born.day) == (2, 29) and (next_day.month, next_day.day) == (3, 1)
    assert older in {0, 1}
    assert not older or birthday or leap
    assert math.isclose(completed_years(born, day), days / 365.2425, abs_tol=1.01)
