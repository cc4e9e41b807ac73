"""What a form begins with: whose it is, the appointment that it answers, the last contacts, and what is picked from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, RowMapping, text

from fieldpo.errors import NotFound
from fieldpo.store.acting.drafts import Draft, drafts
from fieldpo.store.entries.appointment import Ahead
from fieldpo.store.entries.contact import Booked
from fieldpo.store.queries.names import Hazard, PersonName, hazards_of, name_of, people_named
from fieldpo.store.queries.standing_reports import STANDS, UNANSWERED
from fieldpo.store.queries.whose import caseloads, listed
from fieldpo.store.records import read_record
from fieldpo.supervision.calendar import at, local
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.body import Json

LAST_ENTRIES = 200
"""The newest entries that evidence can be picked from."""

_BOOKED = text(
    "SELECT id, person_id, body FROM r_appointment WHERE person_id = :person AND hidden = 0 "
    "AND status IN ('made', 'moved') ORDER BY starts_utc"
)
_AHEAD = text(
    "SELECT id, person_id, starts_utc, body FROM r_appointment WHERE hidden = 0 AND status IN ('made', 'moved') "
    "AND starts_utc >= :since AND partition IN (SELECT value FROM json_each(:own)) ORDER BY starts_utc LIMIT 2000"
)
_ENTRIES = text(
    "SELECT id, body FROM r_contact c WHERE person_id = :person AND hidden = 0 "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = c.id AND w.hidden = 0) "
    "ORDER BY occurred_utc DESC LIMIT :most"
)
_CASES = text("SELECT id, status, body FROM r_case WHERE person_id = :person AND hidden = 0 ORDER BY id DESC")
_CONDITIONS = text("SELECT id, case_id, body FROM r_condition WHERE person_id = :person AND hidden = 0 ORDER BY id")
_HOME = text(
    "SELECT id, body FROM r_address WHERE person_id = :person AND hidden = 0 AND until IS NULL "
    "ORDER BY \"use\" <> 'home', id DESC LIMIT 1"
)
_RETURNED = text(
    "SELECT s.report_id, s.body AS step, r.body FROM r_report_step s "  # noqa: S608 - our own words
    "JOIN r_violation_report r ON r.id = s.report_id "
    "WHERE r.person_id = :person AND s.step = 'returned' AND s.hidden = 0 AND r.hidden = 0 "
    f"AND {STANDS} AND {UNANSWERED} "
    "ORDER BY julianday(json_extract(s.body, '$.written_at')) DESC, s.id DESC LIMIT 1"
)
_COLLATERALS = text("SELECT body FROM r_collateral WHERE person_id = :person AND hidden = 0 ORDER BY id")


@dataclass(frozen=True)
class Entry:
    """A case note to be read or picked as evidence; `occurred_at` on the office's clock."""

    entry_id: str
    occurred_at: dt.datetime
    contact: str
    place: str
    outcome: str
    note: str


@dataclass(frozen=True)
class FormPerson:
    """What every form of a person needs."""

    name: PersonName
    case_id: str | None
    language: str
    interpreter: bool
    needs: tuple[str, ...]
    booked: Booked | None
    """The appointment that this contact answers: the one asked for, else one of today."""
    upcoming: tuple[Booked, ...]
    """The person's open appointments from now on, earliest first."""
    ahead: tuple[Ahead, ...]
    """All of the officer's appointments from today on, to be clashed with."""
    last: tuple[Entry, ...]
    draft: Draft | None
    """The newest draft of this form for this person, to go on with."""


@dataclass(frozen=True)
class ConditionChoice:
    """A condition to allege a violation of."""

    condition_id: str
    case_id: str
    category: str
    text: str
    standard: bool


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


@dataclass(frozen=True)
class VisitPlace:
    """What is read before the door. Texts are person-made."""

    hazards: tuple[Hazard, ...]
    address_id: str | None
    where: str
    directions: str
    household: str
    verified_on: str
    people: tuple[str, ...]
    barred: tuple[str, ...]
    orders: tuple[str, ...]
    """No-contact conditions."""


def form_person(
    connection: Connection,
    pack: Pack,
    user_id: str,
    person_id: str,
    now: dt.datetime,
    *,
    form: str,
    appointment_id: str | None = None,
    draft_id: str | None = None,
) -> FormPerson:
    """All that a form of this person begins with, at `now` (any offset).

    Raises `NotFound` when the person is not, or no longer, on this laptop.
    """
    record = read_record(connection, "person", person_id)
    if record is None or record.hidden:
        raise NotFound("This client is not in your caseload on this laptop. Nothing was saved.")
    booked = [
        _booked(pack, row.id, row.person_id, msgspec.json.decode(row.body))
        for row in connection.execute(_BOOKED, {"person": person_id})
    ]
    kept = [one for one in drafts(connection, form, person_id) if draft_id in (None, one.draft_id)]
    return FormPerson(
        name=name_of(person_id, record.body),
        case_id=_open_case(connection, pack, person_id),
        language=record.body.get("language", ""),
        interpreter=record.body.get("interpreter", False),
        needs=tuple(record.body.get("needs", ())),
        booked=_answers(booked, pack, now, appointment_id),
        upcoming=tuple(one for one in booked if one.starts_at >= now),
        ahead=officers_ahead(connection, pack, user_id, now),
        last=entries(connection, pack, person_id, 5),
        draft=kept[0] if kept else None,
    )


def officers_ahead(connection: Connection, pack: Pack, user_id: str, now: dt.datetime) -> tuple[Ahead, ...]:
    """The officer's open appointments from the start of today on, with short names; those of covered clients too."""
    start = at(local(now, pack).date(), dt.time(), pack)
    own = listed(caseloads(connection, user_id))
    rows = connection.execute(_AHEAD, {"since": int(start.timestamp()), "own": own}).all()
    names = people_named(connection, [row.person_id for row in rows])
    return tuple(
        Ahead(
            local(dt.datetime.fromtimestamp(row.starts_utc, dt.UTC), pack),
            msgspec.json.decode(row.body).get("minutes", 15),
            row.id,
            names[row.person_id].short,
        )
        for row in rows
        if row.person_id in names
    )


def entries(connection: Connection, pack: Pack, person_id: str, most: int = LAST_ENTRIES) -> tuple[Entry, ...]:
    """A person's newest case notes, withdrawn ones left out."""
    found = []
    for row in connection.execute(_ENTRIES, {"person": person_id, "most": most}):
        body = msgspec.json.decode(row.body)
        found.append(
            Entry(
                row.id,
                local(dt.datetime.fromisoformat(body["occurred_at"]), pack),
                body["contact"],
                body.get("place", ""),
                body["outcome"],
                body.get("note", ""),
            )
        )
    return tuple(found)


def conditions(connection: Connection, person_id: str) -> tuple[ConditionChoice, ...]:
    """A person's conditions, the special ones first: they are what reports are mostly about."""
    found = []
    for row in connection.execute(_CONDITIONS, {"person": person_id}):
        body = msgspec.json.decode(row.body)
        found.append(
            ConditionChoice(row.id, row.case_id, body["category"], body["text"], standard=body.get("standard", True))
        )
    return tuple(sorted(found, key=lambda one: one.standard))


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


def visit_place(connection: Connection, pack: Pack, person_id: str) -> VisitPlace:
    """Hazards, the home, who is there and who must not be."""
    row = connection.execute(_HOME, {"person": person_id}).mappings().one_or_none()
    body: dict[str, Json] = msgspec.json.decode(row["body"]) if row else {}
    collaterals = [msgspec.json.decode(body) for body in connection.scalars(_COLLATERALS, {"person": person_id})]
    return VisitPlace(
        hazards=hazards_of(connection, pack, [person_id]).get(person_id, ()),
        address_id=row["id"] if row else None,
        where=_address(row, body),
        directions=body.get("directions", ""),
        household=body.get("household", ""),
        verified_on=body.get("verified_on") or "",
        people=tuple(_named(one) for one in collaterals if one.get("in_household") and not one.get("barred")),
        barred=tuple(_named(one) for one in collaterals if one.get("barred")),
        orders=tuple(one.text for one in conditions(connection, person_id) if one.category == "no_contact"),
    )


def _booked(pack: Pack, record_id: str, person_id: str, body: dict[str, Json]) -> Booked:
    return Booked(
        appointment_id=record_id,
        person_id=person_id,
        starts_at=local(dt.datetime.fromisoformat(body["starts_at"]), pack),
        minutes=body.get("minutes", 15),
        kind=body.get("appointment", "office"),
        place=body.get("place", "office"),
        status=body.get("status", "made"),
        purpose=body.get("purpose", ""),
        case_id=body.get("case_id"),
    )


def _answers(booked: list[Booked], pack: Pack, now: dt.datetime, appointment_id: str | None) -> Booked | None:
    """The appointment asked for; without one, today's: the nearest to now."""
    if appointment_id is not None:
        return next((one for one in booked if one.appointment_id == appointment_id), None)
    today = local(now, pack).date()
    here = [one for one in booked if one.starts_at.date() == today]
    return min(here, key=lambda one: abs(one.starts_at - now), default=None)


def _open_case(connection: Connection, pack: Pack, person_id: str) -> str | None:
    """The person's case: the newest that has not ended, else the newest."""
    final = {status.code for status in pack.case_statuses if status.final}
    rows = connection.execute(_CASES, {"person": person_id}).all()
    going = [row.id for row in rows if row.status not in final]
    return next(iter([*going, *(row.id for row in rows)]), None)


def _address(row: RowMapping | None, body: dict[str, Json]) -> str:
    if row is None:
        return ""
    parts = (body.get("line1", ""), body.get("line2", ""), body.get("city", ""))
    return ", ".join(part for part in parts if part)


def _named(body: dict[str, Json]) -> str:
    relationship = body.get("relationship", "")
    return f"{body['name']} ({relationship})" if relationship else str(body["name"])
