"""What an officer is told of someone not listed: a record of central's in the caseload of who met them.

Its id follows from nothing: who met them could else make a record of that id first, and nobody could decide.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from fieldpo.sync.protocol.body import Json, plain_body
from fieldpo.sync.protocol.kinds import IntakeOutcome

MATCHED, CREATED, REFUSED = "matched", "created", "refused"
KIND: Final = "intake_outcome"


def called(family: str, given: str) -> str:
    """Whom it tells of, as the officer typed them."""
    return ", ".join(part for part in (family, given) if part)[:400]


def outcome(
    intake_id: str, name: str, became: str, now: dt.datetime, place: str = "", reason: str = ""
) -> dict[str, Json]:
    """The record's body; `place` is the caseload where the person stands."""
    return plain_body(
        IntakeOutcome(
            intake_id=intake_id,
            name=name,
            became=became,
            decided_at=now,
            officer_id=place.partition(":")[2] or None,
            reason=reason,
        )
    )
