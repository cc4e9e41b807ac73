"""The violation reports of a person as a response matrix counts them, and the response that one of them keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import day
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.entries.response import again, amount_words, due_words, response_words
from fieldpo.store.queries.reports.standing import STANDS
from fieldpo.store.queries.rules.case_pack import case_pack
from fieldpo.supervision.agenda.words import dates_in_words
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.uses import matrix_of
from fieldpo.supervision.written.responses import Coded, Matrix
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.choosing import ChosenResponse

SANCTIONED = frozenset({"approved", "filed"})
"""The steps after which a report's response stands."""

_REPORTS = AtOnce(
    "SELECT r.id, r.body FROM r_violation_report r WHERE r.person_id = :person AND r.hidden = 0 "  # noqa: S608 - ours
    f"AND {STANDS}"
    "ORDER BY r.written_utc, r.id"
)
_WITH_RESPONSE = AtOnce(
    "SELECT id, body FROM r_violation_report WHERE person_id = :person AND hidden = 0 "
    "AND json_extract(body, '$.response') IS NOT NULL"
)
_STEPS = AtOnce(
    "SELECT report_id, step FROM r_report_step WHERE report_id IN (SELECT value FROM json_each(:ids)) "
    "AND hidden = 0 ORDER BY id"
)


def earlier_violations(
    connection: Connection, pack: Pack, matrix: Matrix, person_id: str, answers_id: str | None = None
) -> tuple[dict[str, Json], ...]:
    """Reports that stand, the oldest first, as the matrix takes them.

    One that came back, one that a later one answers and one that is `answers_id` are not counted: the report that takes
    their place is. Sanctioned are those approved or filed.
    """
    rows = _REPORTS.rows(connection, {"person": person_id})
    bodies = {row.id: msgspec.json.decode(row.body) for row in rows}
    answered = {one.get("answers_id") for one in bodies.values()} | {answers_id}
    steps: dict[str, str] = {}
    for row in _STEPS.rows(connection, {"ids": list(bodies)}):
        steps[row.report_id] = row.step
    return tuple(
        _earlier(key, body, pack, matrix, steps.get(key, ""))
        for key, body in bodies.items()
        if key not in answered and steps.get(key) != "returned"
    )


def _earlier(key: str, body: Mapping[str, Json], pack: Pack, matrix: Matrix, step: str) -> dict[str, Json]:
    kept: Mapping[str, Any] = body.get("response") or {}
    same = kept.get("matrix") == matrix.id
    written = local(dt.datetime.fromisoformat(body["written_at"]), pack).date().isoformat()
    response = _known(matrix.responses, kept.get("response", "") if same else body.get("recommendation", ""))
    found: dict[str, Json] = {
        "id": key,
        "on": kept.get("known_on", written),
        "severity": _known(matrix.severities, kept.get("severity", "") if same else body.get("severity", "")),
        "violation": _known(matrix.violations, kept.get("violation", "")) if same else "",
        "sanctioned": step in SANCTIONED,
        "response": response,
        "amount": kept.get("amount", 0) if response and same else 0,
        "starts_on": kept.get("starts_on") if response and same else None,
    }
    return {name: value for name, value in found.items() if value not in ("", None)}


def _known(entries: tuple[Coded, ...], code: str) -> str:
    return code if any(one.code == code for one in entries) else ""


def responses_of(
    connection: Connection, pack: Pack, person_id: str, today: dt.date
) -> dict[str, list[tuple[str, str]]]:
    """The responses that a person's reports keep, by report, as `response_lines` says them."""
    rows = _WITH_RESPONSE.rows(connection, {"person": person_id})
    if not rows:
        return {}
    theirs = case_pack(connection, pack, person_id, today).pack
    return {row.id: response_lines(theirs, matrix_of(theirs), msgspec.json.decode(row.body)) for row in rows}


def response_lines(pack: Pack, matrix: Matrix, body: Mapping[str, Json]) -> list[tuple[str, str]]:
    """What a report keeps of its response, label and words; nothing for one that was written without a matrix."""
    if not body.get("response"):
        return []
    kept = msgspec.convert(body["response"], ChosenResponse)
    amount = f", {amount_words(kept)}" if kept.amount else ""
    under = f"{kept.matrix} responses {kept.version}"
    lines = [("RESPONSE", f"{response_words(matrix, kept.response)}{amount}{_begins(kept)}")]
    lines.append(("RANGE", f"{kept.range or 'none'}, under {under}"))
    if kept.departs:
        lines.append(("DEPARTS", kept.departure))
    if kept.approver:
        lines.append(("APPROVES", kept.approver))
    lines += [("DUE", due_words(one, pack)) for one in kept.due]
    if kept.points is not None:
        lines.append(("POINTS", str(kept.points)))
    lines.append(("COUNTED", _counted(kept)))
    lines += [("WHY", dates_in_words(one, kept.known_on)) for one in kept.why]
    lines.append(("CHECK", again(matrix, pack, kept)))
    return lines


def _begins(kept: ChosenResponse) -> str:
    return f" from {day(kept.starts_on)}" if kept.starts_on else ""


def _counted(kept: ChosenResponse) -> str:
    """The days of the reports that a rule counted."""
    days = {one.get("id"): day(str(one["on"])) for one in kept.asked.get("earlier", ())}
    found = [days.get(entry, entry) for entry in kept.counted]
    return f"reports of {', '.join(found)}" if found else ""
