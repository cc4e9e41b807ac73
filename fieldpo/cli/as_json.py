"""JSON on standard output, as the commands that look things up print it; rows also as lines."""

from __future__ import annotations

import datetime as dt
import json


def iso(day: dt.date | None) -> str | None:
    """A day as JSON has it."""
    return day.isoformat() if day else None


def print_json(value: object) -> None:
    """A value over several lines, in its own letters."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_rows(rows: list[dict[str, str | bool | None]], *, as_json: bool) -> None:
    """Rows as JSON, or a line each of what they hold."""
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(str(value) for value in row.values() if value not in (None, "", False)))
