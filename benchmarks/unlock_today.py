"""From Enter on Unlock to Today painted, with the large caseload, beyond deriving the key."""

from __future__ import annotations

import statistics
import sys
import time

from benchmarks.large_vault import PASSPHRASE, TODAY_ROWS, env, home
from benchmarks.screen import Screen
from benchmarks.timing import Result, summary, timed
from fieldpo.store.opening.keys import unlock

RUNS = 12
TYPING_SECONDS = 2.0
"""How long the passphrase takes to type; the database libraries load meanwhile."""


def run() -> Result:
    """Time the whole in a real terminal, and the derivation alone in this process."""
    whole: list[float] = []
    derivation: list[float] = []
    for _ in range(RUNS):
        screen = Screen([sys.executable, "-m", "fieldpo"], env())
        try:
            screen.milliseconds_until(b"passphrase")
            screen.rest(TYPING_SECONDS)
            screen.type(PASSPHRASE.encode())
            screen.rest(0.3)
            began = screen.type(b"\r")
            whole.append(screen.milliseconds_until(TODAY_ROWS, began))
            time.sleep(0.2)
        finally:
            screen.end()
        derivation += timed(lambda: unlock(home() / "data", PASSPHRASE), 1)
    beyond = statistics.median(whole) - statistics.median(derivation)
    numbers = {
        "unlock_to_today": summary(whole),
        "key_derivation": summary(derivation),
        "beyond_derivation_ms": round(beyond, 1),
        "ratio": round(statistics.median(whole) / statistics.median(derivation), 3),
    }
    return Result("≤ 300 ms beyond key derivation", numbers)
