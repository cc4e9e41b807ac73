"""What the rows of a response offer and say: choices with their keys, and what the limits leave."""

from __future__ import annotations

from typing import Any

from fieldpo.screens.widgets.choice_row import Choice
from fieldpo.supervision.responses.model import Coded, Matrix
from fieldpo.supervision.responses.recommendation import Recommendation


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
