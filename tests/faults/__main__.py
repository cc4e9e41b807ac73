"""`python -m tests.faults --seed S --rounds N [--db sqlite|postgresql]`: the long run of kill -9 under load."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from .kills import run
from .postgres import postgres


def main() -> int:
    """The command: exit code 1 where something was lost, doubled or left over."""
    wanted = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    wanted.add_argument("--seed", type=int, default=1, help="from which every moment is drawn")
    wanted.add_argument("--rounds", type=int, default=20, help="in each, every laptop and central are killed")
    wanted.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite", help="central's database")
    given = wanted.parse_args()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fieldpo-faults-")))
        url = stack.enter_context(postgres()).database() if given.db == "postgresql" else ""
        outcome = run(folder, given.seed, given.rounds, url)
    print(  # noqa: T201 - a command prints
        f"seed {given.seed}, {given.rounds} rounds on {given.db} in {time.monotonic() - began:.0f} s: "
        f"{outcome.typed} entries typed, {outcome.laptops_killed} programs and {outcome.central_killed} centrals "
        f"killed, {outcome.exchanges} exchanges answered",
        *outcome.problems[:20],
        sep="\n  ",
    )
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
