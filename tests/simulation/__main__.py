"""`python -m tests.simulation --seed S --steps N` replays one run; `--seeds N` runs many."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from .mutants import MUTANTS, search
from .running import run
from .templates import workshop
from .world import Options


def main() -> int:
    """The command."""
    wanted = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    wanted.add_argument("--seed", type=int, default=1, help="the first or only seed")
    wanted.add_argument("--seeds", type=int, default=1, help="how many seeds, one after another")
    wanted.add_argument("--steps", type=int, default=60, help="steps a run")
    wanted.add_argument("--trace", action="store_true", help="print every event")
    wanted.add_argument("--right-clocks", action="store_true", help="no laptop's clock is off")
    wanted.add_argument("--only", action="append", help="only this kind of trouble; may be given again")
    wanted.add_argument("--mutants", nargs="*", help="print the first seed that catches each defect, or these")
    given = wanted.parse_args()
    if given.mutants is not None:
        return _mutants(given.mutants, given.seeds)
    options = Options(given.steps, clocks=not given.right_clocks, only=tuple(given.only) if given.only else None)
    met: Counter[str] = Counter()
    bad = 0
    with workshop() as folder:
        for seed in range(given.seed, given.seed + given.seeds):
            outcome = run(seed, options, folder)
            met += outcome.met
            if given.trace:
                print("\n".join(outcome.trace))  # noqa: T201 - a command prints
            if given.seeds == 1 or outcome.violations:
                print(f"seed {seed}: {outcome.digest[:16]}", *outcome.violations[:8], sep="\n  ", flush=True)  # noqa: T201
            bad += bool(outcome.violations)
    seconds = time.process_time()
    print(f"{given.seeds} runs of {given.steps} steps in {seconds:.1f} s of the processor, {bad} violated", dict(met))  # noqa: T201
    return 1 if bad else 0


def _mutants(names: list[str], seeds: int) -> int:
    escaped = 0
    with workshop() as folder:
        for name in names or MUTANTS:
            found = search(MUTANTS[name], folder, seeds)
            escaped += found is None
            print(f'    "{name}": {found[0] if found else None},', f"# {found[1][0]}" if found else "", flush=True)  # noqa: T201
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
