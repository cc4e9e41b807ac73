"""What comes near or has passed, whatever the contact standards say: ends, expiries, reviews, old assessments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import day, late
from fieldpo.store.queries.clients.whose import People, listed, of_people
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.supervision.agenda.placing import AHEAD
from fieldpo.supervision.calendar import add_months
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

ASSESSMENT_MONTHS = 12
"""The age at which an assessment is called old, where no policy says otherwise."""

_CONDITIONS = (
    "SELECT id, person_id, category, expires_on AS on_, body FROM r_condition "
    "WHERE expires_on BETWEEN :today AND :until AND compliance != 'completed' AND hidden = 0 "
    "AND +partition IN (SELECT value FROM json_each(:own))"
)
_CASES = (
    "SELECT id, person_id, end_on AS on_, status, body FROM r_case WHERE end_on <= :until AND hidden = 0 "
    "AND +partition IN (SELECT value FROM json_each(:own))"
)
_HAZARDS = (
    "SELECT id, person_id, hazard, json_extract(body, '$.review_on') AS on_ FROM r_hazard "
    "WHERE active = 1 AND on_ < :today AND hidden = 0 AND +partition IN (SELECT value FROM json_each(:own))"
)
_ASSESSMENTS = (
    "SELECT id, person_id, instrument, max(done_on) AS on_ FROM r_assessment a WHERE hidden = 0 "
    "AND +partition IN (SELECT value FROM json_each(:own)) "
    "AND EXISTS (SELECT 1 FROM r_case c WHERE c.person_id = a.person_id AND c.hidden = 0 "
    "AND c.status NOT IN (SELECT value FROM json_each(:final))) "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = a.id AND w.hidden = 0)"
)


@dataclass(frozen=True)
class Alert:
    """One thing that will need a hand, in words for a list."""

    key: str
    record_id: str
    person_id: str
    on: dt.date | None
    when: str
    what: str
    why: str


def alert_of(item: Item, today: dt.date) -> Alert:
    """An item of the agenda as an alert says it on a local day."""
    when = "now" if item.on is None else late(item.on, today)
    return Alert(item.key, item.about, item.person_id, item.on, when, item.label, item.why)


def alerts(
    connection: Connection,
    pack: Pack,
    partitions: Collection[str],
    today: dt.date,
    people: People = None,
) -> list[Item]:
    """The alerts of these caseloads, or of some people in them, on a day of the office's calendar, by date."""
    final = pack.final_statuses
    asked = {
        "own": listed(partitions),
        "today": today.isoformat(),
        "until": (today + AHEAD).isoformat(),
        "old": add_months(today, -ASSESSMENT_MONTHS).isoformat(),
        "final": listed(final),
        "people": listed(people or ()),
    }

    def rows(query: str, rest: str = "") -> list[Any]:
        return of_people(query, people, rest=rest).rows(connection, asked)

    found = [_condition(pack, row) for row in rows(_CONDITIONS)]
    found += [_case(pack, row, today) for row in rows(_CASES) if row.status not in final]
    found += [_hazard(pack, row) for row in rows(_HAZARDS)]
    found += [_assessment(row) for row in rows(_ASSESSMENTS, " GROUP BY person_id HAVING max(done_on) < :old")]
    return sorted(found, key=lambda one: (one.on or today, one.key))


def _condition(pack: Pack, row: Any) -> Item:
    ends = dt.date.fromisoformat(row.on_)
    said = " ".join(msgspec.json.decode(row.body).get("text", "").split())
    what = f"condition expires: {label_of(pack.condition_categories, row.category)}"
    return _dated(row, Source.CONDITION, ends, what, f"Expires {day(ends)}: {said}")


def _case(pack: Pack, row: Any, today: dt.date) -> Item:
    ends = dt.date.fromisoformat(row.on_)
    body = msgspec.json.decode(row.body)
    kind = label_of(pack.supervision_types, body.get("supervision_type", "probation"))
    what = f"{kind} ends" if ends >= today else f"{kind} ended, case open"
    number = f", case {body['case_number']}" if body.get("case_number") else ""
    return _dated(row, Source.SUPERVISION_END, ends, what, f"Supervision ends {day(ends)}{number}.")


def _hazard(pack: Pack, row: Any) -> Item:
    review = dt.date.fromisoformat(row.on_)
    what = f"safety review: {label_of(pack.hazard_kinds, row.hazard)}"
    why = f"To be looked at again by {day(review)}. Ask, and correct or confirm what stands."
    return _dated(row, Source.HAZARD, review, what, why)


def _assessment(row: Any) -> Item:
    done = dt.date.fromisoformat(row.on_)
    due = add_months(done, ASSESSMENT_MONTHS)
    instrument = row.instrument.upper().replace("_", "-")
    why = f"Last assessed {day(done)}, with {instrument}: more than {ASSESSMENT_MONTHS} months ago."
    return _dated(row, Source.ASSESSMENT, due, "assessment is old", why)


def _dated(row: Any, source: Source, on: dt.date, what: str, why: str) -> Item:
    return Item(f"alert:{row.id}", source, what, row.person_id, row.id, on, why=why)
