"""Key press to paint with the large caseload, in a real terminal, on the screens that an officer is on all day."""

from __future__ import annotations

import sys

from benchmarks.large_vault import PASSPHRASE, TODAY_ROWS, env
from benchmarks.screen import QUIET, Screen
from benchmarks.timing import Json, Result, summary

MOVES = 60
ESCAPE = b"\x1b"
"""Textual waits 100 ms for what may follow an escape byte; "back" has that in it."""
SCREENS = (
    ("today", b"t", TODAY_ROWS),
    ("caseload", b"c", b"CASELOAD"),
)
WORDS = b"reported as directed bus late next step"


def run() -> Result:
    """Time each key to the first byte that it paints, and to the last."""
    first: dict[str, list[float]] = {}
    last: dict[str, list[float]] = {}
    screen = Screen([sys.executable, "-m", "fieldpo"], env())
    try:
        screen.milliseconds_until(b"passphrase")
        screen.rest(2.0)
        screen.type(PASSPHRASE.encode() + b"\r")
        screen.milliseconds_until(TODAY_ROWS)
        screen.rest(1.0)

        def press(name: str, keys: bytes) -> None:
            one, other = screen.press(keys, 0.15 if keys == ESCAPE else QUIET)
            if one:  # a key at a list's end paints nothing
                first.setdefault(name, []).append(one)
                last.setdefault(name, []).append(other)

        for name, key, _ in SCREENS:
            screen.type(key)
            screen.rest(0.5)
            for move in range(MOVES):
                press(f"{name}: row", b"j" if move % 8 < 5 else b"k")
        for _ in range(10):
            press("open caseload", b"c")
            press("open a person", b"\r")
            press("back", ESCAPE)
            press("open today", b"t")
        press("open a form", b"n")
        press("form: letter", b"f")
        screen.type(ESCAPE)
        screen.rest(0.5)
        press("open search", b"\x06")
        for letter in WORDS:
            press("search: letter", bytes([letter]))
    finally:
        screen.end()
    return Result("p99 ≤ 50 ms", {"all": _both(first, last), **{name: _both(first, last, name) for name in first}})


def _both(first: dict[str, list[float]], last: dict[str, list[float]], name: str = "") -> Json:
    return {
        "first_byte": summary([one for each, times in first.items() if not name or each == name for one in times]),
        "last_byte": summary([one for each, times in last.items() if not name or each == name for one in times]),
    }
