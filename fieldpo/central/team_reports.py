"""The review queue of a team: reports that wait for a supervisor, or were returned, with the evidence beside each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.rows import select_in, texts
from fieldpo.central.tables import record
from fieldpo.central.team import officers_of
from fieldpo.central.team_members import queued, subject_names
from fieldpo.sync.protocol.body import Body, Json
from fieldpo.sync.protocol.kinds import ViolationReport
from fieldpo.sync.protocol.kinds_team import Evidence, ReviewItem, Step

WAITING = frozenset({"submitted", "returned"})
"""The steps after which a report is still in the queue: with the supervisor, or back with its officer."""


@dataclass
class _Caseload:
    """What one officer's caseload says of reports."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    reports: dict[str, Row[Any]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    addenda: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def open_reports(self) -> list[str]:
        """Reports in the queue: not approved or filed, not withdrawn, not answered by a newer one."""
        return [
            report_id
            for report_id in self.reports
            if self.steps.get(report_id)
            and self.steps[report_id][-1].step in WAITING
            and report_id not in self.answered | self.withdrawn
        ]


def reports(conn: Connection, partition: str) -> Iterator[tuple[str, str, Body]]:
    """The reports in a team's queue: key, kind and body of each copy."""
    for officer in officers_of(conn, partition):
        caseload = _read(conn, officer)
        found = caseload.open_reports()
        bodies = {each: msgspec.json.decode(caseload.reports[each].body) for each in found}
        cited = _cited(conn, bodies.values())
        names = subject_names(conn, [caseload.reports[each].person_id for each in found])
        for report_id in found:
            yield report_id, "review_item", _item(caseload, report_id, bodies[report_id], cited, names)


def _read(conn: Connection, officer: str) -> _Caseload:
    found = _Caseload()
    rows = queued(conn, officer, "violation_report")
    if not rows:
        return found
    found.reports = {row.id: row for row in rows}
    found.answered = texts(msgspec.json.decode(row.body).get("answers_id") for row in rows)
    for row in queued(conn, officer, "withdrawal"):
        found.withdrawn.add(str(msgspec.json.decode(row.body).get("entry_id")))
    for row in queued(conn, officer, "report_step"):
        if row.id not in found.withdrawn:
            body = msgspec.json.decode(row.body)
            found.steps[str(body.get("report_id"))].append(msgspec.convert(body, Step, strict=False))
    for row in queued(conn, officer, "addendum"):
        body = msgspec.json.decode(row.body)
        found.addenda[str(body.get("entry_id"))].append(str(body.get("text", "")))
    return found


def _cited(conn: Connection, reports_: Any) -> Mapping[str, Row[Any]]:
    """Every condition and entry that the reports name, as it stands now."""
    named: set[str] = set()
    for body in reports_:
        for allegation in body.get("allegations", ()):
            named |= {str(allegation.get("condition_id")), *map(str, allegation.get("evidence", ()))}
    query = sa.select(record.c.id, record.c.kind, record.c.person_id, record.c.body).where(record.c.deleted.is_(False))
    return {row.id: row for row in select_in(conn, query, record.c.id, named)}


def _item(
    caseload: _Caseload,
    report_id: str,
    body: dict[str, Json],
    cited: Mapping[str, Row[Any]],
    names: Mapping[str, str],
) -> ReviewItem:
    row = caseload.reports[report_id]
    report = msgspec.convert(body, ViolationReport, strict=False)
    steps = caseload.steps[report_id]
    # An entry of another person is not this report's evidence, whatever the report says.
    of_person = {key: each for key, each in cited.items() if each.person_id == row.person_id}
    conditions = {one.condition_id: of_person.get(one.condition_id) for one in report.allegations}
    evidence = dict.fromkeys(entry for one in report.allegations for entry in one.evidence)
    before = caseload.reports.get(report.answers_id or "")
    return ReviewItem(
        report_id=report_id,
        subject_id=row.person_id or "",
        subject_name=names.get(row.person_id or "", ""),
        officer_id=report.officer_id,
        state=steps[-1].step,
        written_at=steps[-1].written_at,
        due_on=next((step.due_on for step in reversed(steps) if step.due_on), None),
        report=body,
        steps=steps,
        conditions={key: msgspec.json.decode(each.body) for key, each in conditions.items() if each is not None},
        evidence=[_evidence(entry, of_person.get(entry), caseload) for entry in evidence],
        earlier=msgspec.json.decode(before.body) if before is not None else {},
        earlier_steps=list(_steps(caseload, report.answers_id)),
    )


def _steps(caseload: _Caseload, report_id: str | None) -> Sequence[Step]:
    return caseload.steps.get(report_id, ()) if report_id else ()


def _evidence(entry: str, row: Row[Any] | None, caseload: _Caseload) -> Evidence:
    if row is None:
        return Evidence(id=entry, missing=True)
    return Evidence(
        id=entry,
        kind=row.kind,
        body=msgspec.json.decode(row.body),
        more=caseload.addenda.get(entry, []),
        withdrawn=entry in caseload.withdrawn,
    )
