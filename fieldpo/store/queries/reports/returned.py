"""A person's violation report that came back, for the new one that answers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.queries.reports.standing import STANDS, UNANSWERED
from fieldpo.sync.protocol.body import Json

_RETURNED = text(
    "SELECT s.report_id, s.body AS step, r.body FROM r_report_step s "  # noqa: S608 - our own words
    "JOIN r_violation_report r ON r.id = s.report_id "
    "WHERE r.person_id = :person AND s.step = 'returned' AND s.hidden = 0 AND r.hidden = 0 "
    f"AND {STANDS} AND {UNANSWERED} "
    "ORDER BY julianday(json_extract(s.body, '$.written_at')) DESC, s.id DESC LIMIT 1"
)


@dataclass(frozen=True)
class Returned:
    """A report that its reviewer returned and that nobody has answered yet, with its body as it was signed."""

    report_id: str
    returned_at: dt.datetime
    comment: str
    body: Mapping[str, Json]


def returned_report(connection: Connection, person_id: str) -> Returned | None:
    """The person's report that was returned last and not answered; None where there is none."""
    row = connection.execute(_RETURNED, {"person": person_id}).one_or_none()
    if row is None:
        return None
    step = msgspec.json.decode(row.step)
    return Returned(
        row.report_id,
        dt.datetime.fromisoformat(step["written_at"]),
        step.get("comment", ""),
        msgspec.json.decode(row.body),
    )
