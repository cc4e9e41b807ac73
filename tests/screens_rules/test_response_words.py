"""What a matrix says of a range, as an officer reads it: its own words in place of its codes, days as they are said."""

from __future__ import annotations

import datetime as dt

from fieldpo.screens.widgets.response_words import named, why_in_words
from fieldpo.store.entries.response import Asking, recommended
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.packs.uses import matrix_of

PACK = shipped("demo")
MATRIX = matrix_of(PACK)


def test_why_has_neither_codes_nor_iso_dates() -> None:
    """The range by its labels, days and months in words; the matrix keeps its name and its version."""
    found = recommended(MATRIX, PACK, Asking(known_on=dt.date(2026, 11, 20), severity="medium", risk="high"))
    said = " ".join(why_in_words(MATRIX, found, dt.date(2026, 11, 20)))
    assert "demo responses 2026.1: medium × high × none in a year gives modify conditions or short confinement" in said
    assert "days in Nov 2026 used" in said
    assert "from Fri 20 Nov" in said
    assert "2026-" not in said


def test_a_refusal_names_responses_as_the_matrix_does() -> None:
    """Also where the sentence begins with one."""
    assert named(MATRIX, "More_contacts departs from continue or warning") == (
        "More contacts departs from continue supervision, no action or written warning"
    )
