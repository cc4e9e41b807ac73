"""What an officer is told of someone not listed: a record of central's in the caseload of who met them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

from fieldpo.sync.protocol.body import Json, plain_body
from fieldpo.sync.protocol.kinds import IntakeOutcome

NAMESPACE: Final = uuid.UUID("c6a1e4d2-4b0b-5a3c-8d0e-1a7f5f6f2b90")
MATCHED, CREATED, REFUSED = "matched", "created", "refused"
KIND: Final = "intake_outcome"


def outcome_id(intake_id: str) -> str:
    """The record that tells of an intake."""
    return str(uuid.uuid5(NAMESPACE, f"outcome {intake_id}"))


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
