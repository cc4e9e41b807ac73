"""Timing shared by all benchmarks, and the shape of what they print. Times are milliseconds of a monotonic clock."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

Json = dict[str, object]


@dataclass(frozen=True)
class Result:
    """What one benchmark found: numbers by name, and the figure of the design that they stand beside."""

    figure: str
    numbers: Json


class Skipped(Exception):
    """Why a benchmark, or one of its peers, cannot run here; told in the results."""


class Stopwatch:
    """Collects durations."""

    def __init__(self) -> None:
        self.times: list[float] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time what is inside."""
        began = time.perf_counter()
        yield
        self.times.append((time.perf_counter() - began) * 1000)

    def summary(self) -> Json:
        """Median and high percentiles."""
        return summary(self.times)


def timed(doing: Callable[[], object], runs: int) -> list[float]:
    """How long each of some runs took."""
    watch = Stopwatch()
    for _ in range(runs):
        with watch.running():
            doing()
    return watch.times


def summary(times: Sequence[float]) -> Json:
    """Median, p95, p99, the largest, and of how many."""
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(percentile(times, 95), 2),
        "p99_ms": round(percentile(times, 99), 2),
        "max_ms": round(max(times), 2),
        "runs": len(times),
    }


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest time that so many of a hundred do not exceed (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Our median over theirs."""
    return round(statistics.median(ours) / statistics.median(theirs), 3)
