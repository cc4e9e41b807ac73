"""Violation reports that came back, and the deadlines that were counted when a response was chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import clock, day, short_day
from fieldpo.store.queries.clients.whose import People, listed, of_people
from fieldpo.store.queries.reports.standing import STANDS, UNANSWERED
from fieldpo.supervision.agenda.items import Item, Source

_RETURNED = (
    "SELECT s.report_id, s.body, r.person_id FROM r_report_step s "  # noqa: S608 - our own words
    "JOIN r_violation_report r ON r.id = s.report_id "
    "WHERE s.step = 'returned' AND s.hidden = 0 AND r.hidden = 0 "
    "AND +r.partition IN (SELECT value FROM json_each(:own)) "
    "AND NOT EXISTS (SELECT 1 FROM r_report_step later WHERE later.report_id = s.report_id AND later.hidden = 0 "
    "  AND (julianday(json_extract(later.body, '$.written_at')), later.id) "
    "  > (julianday(json_extract(s.body, '$.written_at')), s.id)) "
    f"AND {STANDS} AND {UNANSWERED}"
)
_RESPONSES = (
    "SELECT r.id, r.person_id, r.body FROM r_violation_report r WHERE r.hidden = 0 "  # noqa: S608 - our own words
    "AND json_extract(r.body, '$.response') IS NOT NULL AND +r.partition IN (SELECT value FROM json_each(:own)) "
    "AND NOT EXISTS (SELECT 1 FROM r_report_step s WHERE s.report_id = r.id AND s.hidden = 0 AND s.step = 'filed') "
    f"AND {STANDS} AND {UNANSWERED}"
)


def returned(connection: Connection, partitions: Collection[str], people: People) -> list[Item]:
    """The reports whose last step is that they came back, that no new one answers and nobody has withdrawn."""
    return [_returned(row) for row in _rows(connection, _RETURNED, partitions, people)]


def deadlines(connection: Connection, partitions: Collection[str], on: dt.date, people: People) -> Iterator[Item]:
    """What is due about the violations that were reported and are not filed; nothing that was due long before."""
    for row in _rows(connection, _RESPONSES, partitions, people):
        response = msgspec.json.decode(row.body).get("response") or {}
        for number, one in enumerate(response.get("due", ())):
            due = dt.date.fromisoformat(one["due"])
            if due < on - dt.timedelta(days=90):
                continue
            label = one.get("label") or one.get("deadline", "").replace("_", " ")
            why = f"{label[:1].upper()}{label[1:]} by {day(due)}, counted by {response.get('matrix', '')}"
            why += f" {response['version']}." if response.get("version") else "."
            moment = dt.datetime.fromisoformat(one["at"]) if one.get("at") else None
            if moment is not None:
                why += f" The hour is {clock(moment)}."
            yield Item(f"deadline:{row.id}:{number}", Source.RESPONSE, label, row.person_id, row.id, due, why=why)


def _returned(row: Any) -> Item:
    body = msgspec.json.decode(row.body)
    due = dt.date.fromisoformat(body["due_on"]) if body.get("due_on") else None
    comment = " ".join(body.get("comment", "").split())
    why = f"Returned on {short_day(body['written_at'])}"
    why += f": {comment}" if comment else ", without a comment."
    return Item(f"report:{row.report_id}", Source.RETURNED, "", row.person_id, row.report_id, due, why=why)


def _rows(connection: Connection, query: str, partitions: Collection[str], people: People) -> list[Any]:
    asked = {"own": listed(partitions), "people": listed(people or ())}
    return of_people(query, people, "r.person_id").rows(connection, asked)
