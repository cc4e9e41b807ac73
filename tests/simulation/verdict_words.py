"""Words for verdicts and for what a laptop shows of them, as the checker understands the contract."""

from __future__ import annotations

from collections.abc import Iterator

APPLIED = ("accepted", "merged", "conflict")
OPEN = ("waiting", "blocked", "parked")
STATES = {
    "accepted": ("done",),
    "merged": ("done",),
    "conflict": ("conflict", "answered"),
    "rejected": ("rejected", "answered"),
    "blocked": ("blocked",),
}
"""What an op may stand as on its laptop at rest, by central's verdict."""

Found = Iterator[str]
"""What is wrong, in sentences."""
