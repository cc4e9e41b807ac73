"""The open case that a fact is about, as it stands when the form is opened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fieldpo.supervision.standards.engine import Obligation


@dataclass(frozen=True)
class LevelThen:
    """A level that was recorded, with the record's id. `since` is a local day."""

    record_id: str
    since: dt.date
    level: str


@dataclass(frozen=True)
class CaseNow:
    """What the case owes today and the levels that it had. `level_since` is the case's own, or its start."""

    case_id: str
    person_id: str
    level: str = ""
    level_since: dt.date | None = None
    start: dt.date | None = None
    owes: tuple[Obligation, ...] = ()
    levels: tuple[LevelThen, ...] = ()

    def owed(self, obligation: str) -> Obligation | None:
        """One obligation by its code."""
        return next((one for one in self.owes if one.obligation == obligation), None)
