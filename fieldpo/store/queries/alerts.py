"""Alerts that can be known without contact standards: ends, reviews and expiries that come near, and open questions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, text

from fieldpo.plain import count, day, late
from fieldpo.store.outbox import counts
from fieldpo.store.queries.whose import listed
from fieldpo.supervision.calendar import add_months
from fieldpo.supervision.pack import Pack, label_of

AHEAD_DAYS = 30
"""How long before its day an end or expiry is called out."""

ASSESSMENT_MONTHS = 12
"""The age at which an assessment is called old, where no policy says otherwise."""

_CONDITIONS = text(
    "SELECT id, person_id, category, expires_on, body FROM r_condition WHERE expires_on BETWEEN :today AND :until "
    "AND compliance != 'completed' AND hidden = 0 AND "
    "+partition IN (SELECT value FROM json_each(:own)) ORDER BY expires_on, id"
)
_CASES = text(
    "SELECT id, person_id, end_on, status, body FROM r_case WHERE end_on <= :until AND hidden = 0 "
    "AND +partition IN (SELECT value FROM json_each(:own)) ORDER BY end_on, id"
)
_HAZARDS = text(
    "SELECT id, person_id, hazard, json_extract(body, '$.review_on') AS review_on FROM r_hazard "
    "WHERE active = 1 AND review_on < :today AND hidden = 0 AND "
    "+partition IN (SELECT value FROM json_each(:own)) ORDER BY review_on, id"
)
_ASSESSMENTS = text(
    "SELECT id, person_id, instrument, max(done_on) AS done_on FROM r_assessment a WHERE hidden = 0 "
    "AND +partition IN (SELECT value FROM json_each(:own)) "
    "AND EXISTS (SELECT 1 FROM r_case c WHERE c.person_id = a.person_id AND c.hidden = 0 "
    "AND c.status NOT IN (SELECT value FROM json_each(:final))) "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = a.id AND w.hidden = 0) "
    "GROUP BY person_id HAVING max(done_on) < :old ORDER BY done_on, id"
)


@dataclass(frozen=True)
class Alert:
    """One thing that will need a hand; `person_id` is empty for one that is nobody's."""

    key: str
    record_id: str
    person_id: str
    on: dt.date | None
    when: str
    what: str
    why: str


def alerts(connection: Connection, pack: Pack, partitions: tuple[str, ...], today: dt.date) -> list[Alert]:
    """The alerts of these caseloads on a day of the office's calendar, open questions first, then by date."""
    final = [one.code for one in pack.case_statuses if one.final]
    until = today + dt.timedelta(days=AHEAD_DAYS)
    asked = {
        "own": listed(partitions),
        "today": today.isoformat(),
        "until": until.isoformat(),
        "old": add_months(today, -ASSESSMENT_MONTHS).isoformat(),
        "final": msgspec.json.encode(final).decode(),
    }
    found = [_condition(pack, row, today) for row in connection.execute(_CONDITIONS, asked)]
    found += [_case(pack, row, today) for row in connection.execute(_CASES, asked) if row.status not in final]
    found += [_hazard(pack, row, today) for row in connection.execute(_HAZARDS, asked)]
    found += [_assessment(row, today) for row in connection.execute(_ASSESSMENTS, asked)]
    found.sort(key=lambda one: (one.on or today, one.key))
    return _questions(connection) + found


def _questions(connection: Connection) -> list[Alert]:
    asked = counts(connection).need_answer
    if not asked:
        return []
    what = f"{count(asked, 'entry')} {'needs' if asked == 1 else 'need'} your answer"
    why = "Central kept both values or could not take an entry. Nothing is lost; enter shows what to do."
    return [Alert("answers", "", "", None, "now", what, why)]


def _condition(pack: Pack, row: Row[Any], today: dt.date) -> Alert:
    ends = dt.date.fromisoformat(row.expires_on)
    said = " ".join(msgspec.json.decode(row.body).get("text", "").split())
    what = f"condition expires: {label_of(pack.condition_categories, row.category)}"
    return _dated(row, ends, today, what, f"Expires {day(ends)}: {said}")


def _case(pack: Pack, row: Row[Any], today: dt.date) -> Alert:
    ends = dt.date.fromisoformat(row.end_on)
    body = msgspec.json.decode(row.body)
    kind = label_of(pack.supervision_types, body.get("supervision_type", "probation"))
    what = f"{kind} ends" if ends >= today else f"{kind} ended, case open"
    number = f", case {body['case_number']}" if body.get("case_number") else ""
    return _dated(row, ends, today, what, f"Supervision ends {day(ends)}{number}.")


def _hazard(pack: Pack, row: Row[Any], today: dt.date) -> Alert:
    review = dt.date.fromisoformat(row.review_on)
    what = f"safety review: {label_of(pack.hazard_kinds, row.hazard)}"
    why = f"To be looked at again by {day(review)}. Ask, and correct or confirm what stands."
    return _dated(row, review, today, what, why)


def _assessment(row: Row[Any], today: dt.date) -> Alert:
    done = dt.date.fromisoformat(row.done_on)
    due = add_months(done, ASSESSMENT_MONTHS)
    instrument = row.instrument.upper().replace("_", "-")
    why = f"Last assessed {day(done)}, with {instrument}: more than {ASSESSMENT_MONTHS} months ago."
    return _dated(row, due, today, "assessment is old", why)


def _dated(row: Row[Any], on: dt.date, today: dt.date, what: str, why: str) -> Alert:
    return Alert(f"alert:{row.id}", row.id, row.person_id, on, late(on, today), what, why)
