"""The officer's program that is killed: saves entry after entry and says so, until it ends.

    python -m fieldpo.demo.check_steps.writing FOLDER TURN

Each entry is two lines on standard output: `{"writing": …}` before it is saved and `{"saved": …}` when it is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from fieldpo.demo.check_steps.day import a_day
from fieldpo.demo.laptop import open_laptop
from fieldpo.store.acting.acts import perform


def main(argv: Sequence[str]) -> int:
    """Write until the day is over; 0 if nobody killed it before."""
    folder, turn = Path(argv[0]), int(argv[1])
    with open_laptop(folder) as vault:
        for typed, act in a_day(vault, turn):
            _say("writing", asdict(typed))
            perform(vault, act)
            _say("saved", asdict(typed))
    return 0


def _say(word: str, typed: dict[str, object]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode({word: typed}) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
