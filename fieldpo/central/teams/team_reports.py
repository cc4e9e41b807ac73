"""The review queue of a team: reports that wait for a supervisor, or were returned, with the evidence beside each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.books.rows import select_in
from fieldpo.central.books.tables import record
from fieldpo.central.teams.caseload_reports import CaseloadReports, reports_of
from fieldpo.central.teams.team import officers_of
from fieldpo.central.teams.team_members import subject_names
from fieldpo.sync.protocol.body import Body, Json
from fieldpo.sync.protocol.kinds import Evidence, ReviewItem, Step, ViolationReport

MOST_CITED = 500
MOST_COPIED = 2 * 1024 * 1024
"""How many entries a queue copies of one report, and how many bytes of them: the rest are named alone. It is far more
than anybody reads, and a laptop pulls no record of any size."""


def reports(conn: Connection, partition: str) -> Iterator[tuple[str, str, Body]]:
    """The reports in a team's queue: key, kind and body of each copy."""
    for officer in officers_of(conn, partition):
        caseload = reports_of(conn, officer)
        found = caseload.open()
        bodies = {each: msgspec.json.decode(caseload.reports[each].body) for each in found}
        cited = _cited(conn, bodies.values())
        names = subject_names(conn, [caseload.reports[each].person_id for each in found])
        for report_id in found:
            yield report_id, "review_item", _item(caseload, report_id, bodies[report_id], cited, names)


def _cited(conn: Connection, reports_: Any) -> Mapping[str, Row[Any]]:
    """Every condition and entry that the reports name, as it stands now."""
    named: set[str] = set()
    for body in reports_:
        for allegation in body.get("allegations", ()):
            named |= {str(allegation.get("condition_id")), *map(str, allegation.get("evidence", ())[:MOST_CITED])}
    query = sa.select(record.c.id, record.c.kind, record.c.person_id, record.c.body).where(record.c.deleted.is_(False))
    return {row.id: row for row in select_in(conn, query, record.c.id, named)}


def _item(
    caseload: CaseloadReports,
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
    if before is not None and before.person_id != row.person_id:
        before = None
    state = caseload.where(report_id)
    return ReviewItem(
        report_id=report_id,
        subject_id=row.person_id or "",
        subject_name=names.get(row.person_id or "", ""),
        officer_id=report.officer_id,
        state=state,
        written_at=next(step.written_at for step in reversed(steps) if step.step == state),
        due_on=next((step.due_on for step in reversed(steps) if step.due_on), None),
        report=body,
        steps=steps,
        conditions={key: msgspec.json.decode(each.body) for key, each in conditions.items() if each is not None},
        evidence=list(_evidence(evidence, of_person, caseload)),
        earlier=msgspec.json.decode(before.body) if before is not None else {},
        earlier_steps=list(_steps(caseload, report.answers_id)) if before is not None else [],
    )


def _steps(caseload: CaseloadReports, report_id: str | None) -> Sequence[Step]:
    return caseload.steps.get(report_id, ()) if report_id else ()


def _evidence(
    entries: Iterable[str], of_person: Mapping[str, Row[Any]], caseload: CaseloadReports
) -> Iterator[Evidence]:
    copied = 0
    for place, entry in enumerate(entries):
        row, more = of_person.get(entry), caseload.addenda.get(entry, [])
        withdrawn = entry in caseload.withdrawn
        if row is not None:
            copied += len(row.body) + sum(map(len, more))
        if place >= MOST_CITED or copied > MOST_COPIED:
            yield Evidence(id=entry, kind=row.kind if row is not None else "", withdrawn=withdrawn)
        elif row is None:
            yield Evidence(id=entry, missing=True)
        else:
            body = msgspec.json.decode(row.body)
            yield Evidence(id=entry, kind=row.kind, body=body, more=more, withdrawn=withdrawn)
