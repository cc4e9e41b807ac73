"""How central stores a moment."""

from __future__ import annotations

import datetime as dt


def stamp(moment: dt.datetime) -> str:
    """A moment as central stores it: UTC, ISO 8601, milliseconds."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
