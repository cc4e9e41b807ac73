"""Whether an entry costs the same in a queue of 1,000, of 10,000 and of 100,000, up and down; ± 30 % is the figure."""

from __future__ import annotations

import sys

from benchmarks.prose import named
from benchmarks.timing import Json, Result
from benchmarks.up_down import OURS, one_turn

COUNTS = (1_000, 10_000, 100_000)
RUNS = {1_000: 5, 10_000: 3, 100_000: 1}
"""The least of several runs counts, since others use the machine; filling a queue of 100,000 takes minutes."""


def run() -> Result:
    """Race ourselves at each length."""
    up: Json = {}
    down: Json = {}
    for count in COUNTS:
        found = [one_turn(OURS, count, seed + 1, counted=False) for seed in range(RUNS[count])]
        up[f"{count:,}"] = round(min(one.up for one in found) * 1_000 / count)
        down[f"{count:,}"] = round(min(one.down for one in found) * 1_000 / count)
        print(
            f"  {count:,}: up {up[f'{count:,}']} µs, down {down[f'{count:,}']} µs an entry", file=sys.stderr, flush=True
        )
    return Result("flat, ± 30 %", {"prose": named(), "up_us_an_entry": up, "down_us_an_entry": down})
