"""A person's violation reports with their way so far, as the tab lists them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.conditions import conditions
from fieldpo.store.queries.clients.names import day_of, officers_named
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json

_REPORTS = AtOnce(
    "SELECT r.id, r.id IN (SELECT id FROM base) AS not_sent, r.body, w.body AS withdrawal FROM r_violation_report r "
    "LEFT JOIN r_withdrawal w ON w.entry_id = r.id AND w.hidden = 0 "
    "WHERE r.person_id = :person AND r.hidden = 0 ORDER BY r.written_utc DESC, r.id DESC"
)
_STEPS = AtOnce(
    "SELECT report_id, body FROM r_report_step WHERE report_id IN (SELECT value FROM json_each(:ids)) AND hidden = 0"
)


@dataclass(frozen=True)
class Step:
    """One step of a report's way."""

    step: str
    at: dt.datetime
    officer: str
    comment: str
    due_on: dt.date | None


@dataclass(frozen=True)
class Report:
    """A violation report with its way so far; `state` is its last step."""

    record_id: str
    written_at: dt.datetime
    conditions: tuple[str, ...]
    facts: str
    severity: str
    recommendation: str
    officer: str
    state: str
    steps: tuple[Step, ...]
    withdrawn: bool
    not_sent: bool


def reports(connection: Connection, pack: Pack, person_id: str) -> tuple[Report, ...]:
    """Violation reports, the newest first."""
    rows = _REPORTS.rows(connection, {"person": person_id})
    bodies = {row.id: msgspec.json.decode(row.body) for row in rows}
    steps: dict[str, list[dict[str, Json]]] = {}
    for row in _STEPS.rows(connection, {"ids": list(bodies)}):
        steps.setdefault(row.report_id, []).append(msgspec.json.decode(row.body))
    texts = {one.record_id: f"{one.category}: {one.text}" for one in conditions(connection, pack, person_id)}
    written = [*bodies.values(), *(one for some in steps.values() for one in some)]
    officers = officers_named(connection, [one["officer_id"] for one in written])
    made = []
    for row in rows:
        body = bodies[row.id]
        way = _way(pack, steps.get(row.id, []), officers)
        made.append(
            Report(
                row.id,
                local(dt.datetime.fromisoformat(body["written_at"]), pack),
                tuple(texts.get(one["condition_id"], "a condition not on this laptop") for one in body["allegations"]),
                "\n".join(part for part in (body.get("facts", ""), *_facts(body)) if part),
                label_of(pack.severities, body["severity"]) if body.get("severity") else "",
                label_of(pack.recommendations, body["recommendation"]) if body.get("recommendation") else "",
                officers.get(body["officer_id"], "another officer"),
                way[-1].step if way else "written",
                way,
                row.withdrawal is not None,
                bool(row.not_sent),
            )
        )
    return tuple(made)


def _facts(body: dict[str, Json]) -> list[str]:
    return [one["facts"] for one in body["allegations"] if one.get("facts")]


def _way(pack: Pack, bodies: list[dict[str, Json]], officers: dict[str, str]) -> tuple[Step, ...]:
    steps = [
        Step(
            one["step"],
            local(dt.datetime.fromisoformat(one["written_at"]), pack),
            officers.get(one["officer_id"], "another officer"),
            one.get("comment", ""),
            day_of(one.get("due_on")),
        )
        for one in bodies
    ]
    return tuple(sorted(steps, key=lambda one: one.at))
