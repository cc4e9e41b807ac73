"""Draws what is done next at a laptop, by whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import officer, supervisor
from .answering import draft, second_thoughts, settle_question, take_back
from .cast import WHITFIELD
from .desk import Desk, saved

OTHERS: tuple[tuple[Callable[[Desk], str | None], int], ...] = (
    (take_back, 4),
    (settle_question, 6),
    (second_thoughts, 2),
    (draft, 1),
)
"""Activities that save by functions of their own; the others make an act that is saved here."""


def anything(desk: Desk) -> tuple[str, Callable[[], str | None]]:
    """Draw an activity; gives its name and what does it."""
    acts = supervisor.ACTS if desk.me == WHITFIELD.id else officer.ACTS
    every: list[tuple[Callable[[Desk], Any], int]] = [*acts, *OTHERS]
    drawn = desk.rng.choices([one for one, _ in every], [weight for _, weight in every])[0]
    if drawn in dict(OTHERS):
        return drawn.__name__, lambda: drawn(desk)
    return drawn.__name__, lambda: saved(desk, drawn(desk))
