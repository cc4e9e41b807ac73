"""What is typed where a response is chosen, and how a draft keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_DAYS = ("known_on", "starts_on", "received_on", "started_on")


@dataclass
class Typed:
    """What was typed for it. Days are local days; `reason` is why the choice departs."""

    known_on: dt.date | None = None
    starts_on: dt.date | None = None
    confined_at: dt.datetime | None = None
    received_on: dt.date | None = None
    started_on: dt.date | None = None
    aggravating: str = ""
    reason: str = ""
    amount: int = 0
    moved: frozenset[str] = field(default_factory=frozenset)

    def state(self) -> dict[str, Any]:
        """The same in JSON values."""
        days: dict[str, dt.date | None] = {name: getattr(self, name) for name in _DAYS}
        return {
            **{name: one.isoformat() if one else None for name, one in days.items()},
            "confined_at": self.confined_at.isoformat() if self.confined_at else None,
            "aggravating": self.aggravating,
            "reason": self.reason,
            "amount": self.amount,
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Self:
        """What a draft kept; its choice stands as the officer's own."""
        return cls(
            **{name: dt.date.fromisoformat(state[name]) if state[name] else None for name in _DAYS},
            confined_at=dt.datetime.fromisoformat(state["confined_at"]) if state["confined_at"] else None,
            aggravating=state["aggravating"],
            reason=state["reason"],
            amount=state["amount"],
            moved=frozenset({"recommendation"}),
        )
