"""What the engine asks of the world, and what the world answers: the engine itself does no I/O."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from fieldpo.sync.protocol.codings import GZIP

BATCH_SECONDS = 120.0
"""The most that one exchange may take."""


@dataclass(frozen=True)
class Post:
    """Send compressed JSON and wait for the answer. `meanwhile` may run while it is under way, once or never."""

    path: str
    body: bytes
    deadline: float = BATCH_SECONDS
    meanwhile: Callable[[], None] | None = None
    coding: str = GZIP


@dataclass(frozen=True)
class Sleep:
    """Wait, unless somebody wants the sync to end or to go on at once."""

    seconds: float


@dataclass(frozen=True)
class Refresh:
    """Get a new access token; answered by `Refreshed`, or by a `Fault`."""


Effect = Post | Sleep | Refresh


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, inflated. `retry_after` in seconds where central named it; `reads` is the coding to write in."""

    status: int
    body: bytes
    retry_after: float | None = None
    reads: str = GZIP


@dataclass(frozen=True)
class Fault:
    """No usable answer came. `reached` where the other side may have got the request all the same."""

    reason: str
    reached: bool = False


class Refreshed(enum.Enum):
    """How asking for a new access token ended."""

    FRESH = "fresh"
    ENDED = "ended"
    """The sign-in is over: the officer has to sign in again."""


Reply = Answer | Fault | Refreshed | None


def nothing() -> None:
    """For what need not be done, or told."""
