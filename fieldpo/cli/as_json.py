"""JSON on standard output, as the commands that look things up print it."""

from __future__ import annotations

import datetime as dt
import json


def iso(day: dt.date | None) -> str | None:
    """A day as JSON has it."""
    return day.isoformat() if day else None


def print_json(value: object) -> None:
    """A value over several lines, in its own letters."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
