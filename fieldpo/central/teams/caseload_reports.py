"""What one officer's caseload says of violation reports: which of them are open, and where each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.books.rows import texts
from fieldpo.central.books.tables import record
from fieldpo.central.books.team_tables import QUEUED
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Step

WAITING = frozenset({"submitted", "returned"})
"""Where a report stands that is still in the queue: with the supervisor, or back with its officer."""


@dataclass
class CaseloadReports:
    """The reports with what was said of them; `withdrawn` are entries of any kind that were entered in error."""

    reports: dict[str, Row[Any]] = field(default_factory=dict)
    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    answered: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    addenda: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def open(self) -> dict[str, str]:
        """Where each report stands that is in the queue: not approved or filed, not withdrawn, not answered by a newer
        one that stands.
        """
        standing = {report_id: self.where(report_id) for report_id in self.reports}
        over = self.answered | self.withdrawn
        return {key: where for key, where in standing.items() if where in WAITING and key not in over}

    def where(self, report_id: str) -> str:
        """A report's place by its steps in feed order, no clock of a device: the last decision, however often it is
        submitted again, whatever else is said.
        """
        steps = [each.step for each in self.steps.get(report_id, ())]
        decided = [step for step in steps if step in ("returned", "approved", "filed")]
        return decided[-1] if decided else "submitted" if "submitted" in steps else ""


def reports_of(conn: Connection, officer: str) -> CaseloadReports:
    """The reports of an officer's caseload."""
    found = CaseloadReports()
    rows = queued(conn, officer, "violation_report")
    if not rows:
        return found
    found.reports = {row.id: row for row in rows}
    for row in queued(conn, officer, "withdrawal"):
        found.withdrawn.add(str(msgspec.json.decode(row.body).get("entry_id")))
    answers = [msgspec.json.decode(row.body).get("answers_id") for row in rows if row.id not in found.withdrawn]
    found.answered = texts(answers)
    for row in queued(conn, officer, "report_step"):
        if row.id not in found.withdrawn:
            body = msgspec.json.decode(row.body)
            found.steps[str(body.get("report_id"))].append(msgspec.convert(body, Step, strict=False))
    for row in queued(conn, officer, "addendum"):
        body = msgspec.json.decode(row.body)
        found.addenda[str(body.get("entry_id"))].append(str(body.get("text", "")))
    return found


def queued(conn: Connection, officer_id: str, kind: str) -> Sequence[Row[Any]]:
    """The live records of one of the queue's kinds in an officer's caseload, in feed order."""
    query = sa.select(record.c.id, record.c.person_id, record.c.body).where(
        record.c.partition_id == caseload_partition(officer_id),
        record.c.kind == kind,
        sa.text(QUEUED),
        record.c.deleted.is_(False),
    )
    return list(conn.execute(query.order_by(record.c.number)))
