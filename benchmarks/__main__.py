"""Run the benchmarks named, or all, and print one JSON object: `python -m benchmarks first_paint save_entry`."""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import time
from importlib import import_module

from benchmarks.timing import Skipped

NAMES = (
    "first_paint",
    "unlock_today",
    "key_paint",
    "memory",
    "find",
    "agenda",
    "save_entry",
    "day_sync",
    "up_down",
    "flat",
    "five_oclock",
    "five_oclock_postgres",
)
"""The modules here that measure, in the order in which they run."""


def main(names: list[str]) -> int:
    """Measure and print; 2 for a name that is none."""
    wrong = [name for name in names if name not in NAMES]
    if wrong:
        print(f"No benchmark {', '.join(wrong)}; there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    found: dict[str, object] = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
    }
    for name in names or NAMES:
        print(f"{name}…", file=sys.stderr, flush=True)
        load = round(os.getloadavg()[0], 1)  # others on the machine, without whom the times would be shorter
        try:
            result = import_module(f"benchmarks.{name}").run()
        except Skipped as why:
            found[name] = {"skipped": str(why)}
            continue
        found[name] = {"figure": result.figure, "load_before": load, **result.numbers}
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
