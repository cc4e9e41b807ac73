"""What the rows of a response offer and say: choices with their keys, and what the limits leave."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any, Final

from fieldpo.screens.widgets.choice_row import Choice
from fieldpo.supervision.agenda.words import dates_in_words
from fieldpo.supervision.responses.recommendation import Recommendation
from fieldpo.supervision.written.responses import Coded, Matrix


def left(matrix: Matrix, found: Recommendation) -> str:
    """What the limits leave of the range, and of each limit."""
    if found.range is None or found.range.available is None or not found.range.most:
        return ""
    labels = {one.code: one.label or one.code for one in matrix.limits}
    left = ", ".join(str(one) for one in found.range.available) or "none"
    each = ", ".join(f"{labels[one.limit].casefold()} {one.left} of {one.most}" for one in found.limits)
    return f"{left} {found.range.unit}; left: {each}" if each else f"{left} {found.range.unit}"


def numbered(entries: Any) -> list[Choice]:
    """Choices by digits; from the tenth on without a key."""
    return [Choice(str(at) if at < 10 else "", one.words, one.code) for at, one in enumerate(entries, start=1)]


def keyed(entries: tuple[Coded, ...], known: tuple[Any, ...]) -> list[Choice]:
    """With the pack's own keys and words where it knows all the codes; else numbered."""
    by = {one.code: one for one in known}
    if all(one.code in by and by[one.code].key for one in entries):
        return [Choice(by[one.code].key, one.label or by[one.code].label, one.code) for one in entries]
    return numbered(entries)


_MONTH: Final = re.compile(r"\b(\d{4})-(\d{2})\b(?!-)")


def why_in_words(matrix: Matrix, found: Recommendation, on: dt.date) -> tuple[str, ...]:
    """Every sentence that led to a range, as an officer reads it: the matrix's own words in place of its codes, days
    and months as they are said. `on` is the local day.
    """
    led = {found.range.why} if found.range is not None else set()
    return tuple(
        _MONTH.sub(_month, dates_in_words(_of_range(matrix, said) if said in led else said, on)) for said in found.why
    )


def _of_range(matrix: Matrix, said: str) -> str:
    """The sentence about the range, with words for codes; after the matrix's own name, which stays."""
    name, colon, rest = said.partition(": ")
    return f"{name}{colon}{named(matrix, rest)}"


def named(matrix: Matrix, said: str) -> str:
    """A sentence that the matrix made of its codes, with its words in their place: "more contacts departs from …"."""
    kinds: tuple[Any, ...] = (*matrix.severities, *matrix.risks, *matrix.histories, *matrix.responses)
    words = {one.code: one.label for one in kinds if one.label and one.label != one.code}
    if not words:
        return said
    codes = re.compile(r"\b(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + r")\b")
    made = codes.sub(lambda code: words[code[0]], f"{said[:1].lower()}{said[1:]}")
    return f"{made[:1].upper()}{made[1:]}" if said[:1].isupper() else made


def _month(found: re.Match[str]) -> str:
    number = int(found[2])
    return f"{calendar.month_abbr[number]} {found[1]}" if 1 <= number <= 12 else found[0]
