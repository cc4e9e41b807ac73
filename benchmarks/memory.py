"""Resident memory of the app with the large caseload open, against a Python that has only imported Textual's App."""

from __future__ import annotations

import sys

from benchmarks.large_vault import PASSPHRASE, TODAY_ROWS, env
from benchmarks.screen import Screen
from benchmarks.timing import Result

PEER = "import textual.app, textual.widgets; print('imported', flush=True); input()"


def run() -> Result:
    """Open Today, walk through the caseload and a person, search, and look."""
    peer = Screen([sys.executable, "-c", PEER], env())
    try:
        peer.milliseconds_until(b"imported")
        textual = peer.resident_megabytes()["launcher"]
    finally:
        peer.end()
    screen = Screen([sys.executable, "-m", "fieldpo"], env())
    try:
        screen.milliseconds_until(b"passphrase")
        screen.rest(2.0)
        screen.type(PASSPHRASE.encode() + b"\r")
        screen.milliseconds_until(TODAY_ROWS)
        screen.rest(1.0)
        at_today = screen.resident_megabytes()
        for keys in (b"c", b"\r", b"\x1b", b"\x06", b"reported as directed", b"\x1b", b"t"):
            screen.type(keys)
            screen.rest(0.8)
        walked = screen.resident_megabytes()
    finally:
        screen.end()
    app = walked.get("app", walked["launcher"])
    return Result(
        "≤ 150 MB",
        {
            "at_today_mb": at_today,
            "after_a_walk_mb": walked,
            "imported_textual_mb": textual,
            "ratio": round(app / textual, 2),
        },
    )
