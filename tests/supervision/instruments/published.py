"""The published tables that the shipped instruments are checked against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fieldpo.supervision.instruments.instrument import shipped
from fieldpo.supervision.instruments.scored import Scored
from fieldpo.supervision.instruments.scoring import score

DATA = Path(__file__).resolve().parents[2] / "data"


def table(name: str, room: str = "instruments") -> dict[str, Any]:
    """A published table as JSON."""
    read: dict[str, Any] = json.loads((DATA / room / f"{name}.json").read_text("utf-8"))
    return read


def scored(name: str, **answers: object) -> Scored:
    """Answers scored by a shipped instrument."""
    return score(shipped(name), answers)
