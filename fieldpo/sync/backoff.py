"""Waiting between tries: full jitter, so that a thousand laptops do not come back at the same second."""

from __future__ import annotations

import random

CEILING = 300.0
"""The longest wait, in seconds."""


def pause(rng: random.Random, tries: int, retry_after: float | None = None) -> float:
    """Seconds before the next try after `tries` failed ones: anything up to 2^tries, at least what central asked."""
    drawn = rng.uniform(0, min(CEILING, 2.0 ** min(tries, 16)))
    return max(drawn, min(retry_after or 0.0, CEILING))
