"""A person's violation report that came back, for the new one that answers it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.queries.reports.standing import STANDS, UNANSWERED

_RETURNED = text(
    "SELECT s.report_id, s.body AS step, r.body FROM r_report_step s "  # noqa: S608 - our own words
    "JOIN r_violation_report r ON r.id = s.report_id "
    "WHERE r.person_id = :person AND s.step = 'returned' AND s.hidden = 0 AND r.hidden = 0 "
    f"AND {STANDS} AND {UNANSWERED} "
    "ORDER BY julianday(json_extract(s.body, '$.written_at')) DESC, s.id DESC LIMIT 1"
)


@dataclass(frozen=True)
class Returned:
    """A report that its reviewer returned and that nobody has answered yet."""

    report_id: str
    returned_at: dt.datetime
    comment: str
    condition_ids: tuple[str, ...]
    evidence: tuple[str, ...]
    facts: str
    severity: str
    recommendation: str


def returned_report(connection: Connection, person_id: str) -> Returned | None:
    """The person's report that was returned last and not answered; None where there is none."""
    row = connection.execute(_RETURNED, {"person": person_id}).one_or_none()
    if row is None:
        return None
    step, body = msgspec.json.decode(row.step), msgspec.json.decode(row.body)
    alleged = body.get("allegations", [])
    return Returned(
        row.report_id,
        dt.datetime.fromisoformat(step["written_at"]),
        step.get("comment", ""),
        tuple(one["condition_id"] for one in alleged),
        tuple(dict.fromkeys(entry for one in alleged for entry in one.get("evidence", ()))),
        body.get("facts", ""),
        body.get("severity", ""),
        body.get("recommendation", ""),
    )
