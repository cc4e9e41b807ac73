"""What a form of a person begins with: whose it is, the appointment that it answers, and the last contacts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import NotFound
from fieldpo.store.acting.drafts import Draft, drafts
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.entries.appointment import Ahead
from fieldpo.store.entries.contact import Booked
from fieldpo.store.queries.clients.names import PersonName, name_of, people_named
from fieldpo.store.queries.clients.whose import caseloads
from fieldpo.store.records import read_record
from fieldpo.supervision.calendar import at, local
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.body import Json

LAST_ENTRIES = 200
"""The newest entries that evidence can be picked from."""

_BOOKED = AtOnce(
    "SELECT id, person_id, body FROM r_appointment WHERE person_id = :person AND hidden = 0 "
    "AND status IN ('made', 'moved') ORDER BY starts_utc"
)
_AHEAD = AtOnce(
    "SELECT id, person_id, starts_utc, body FROM r_appointment WHERE hidden = 0 AND status IN ('made', 'moved') "
    "AND starts_utc >= :since AND partition IN (SELECT value FROM json_each(:own)) ORDER BY starts_utc LIMIT 2000"
)
_ENTRIES = AtOnce(
    "SELECT id, body FROM r_contact c WHERE person_id = :person AND hidden = 0 "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = c.id AND w.hidden = 0) "
    "ORDER BY occurred_utc DESC LIMIT :most"
)
_CASES = AtOnce("SELECT id, status FROM r_case WHERE person_id = :person AND hidden = 0 ORDER BY id DESC")


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
        for row in _BOOKED.rows(connection, {"person": person_id})
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
    own = caseloads(connection, user_id)
    rows = _AHEAD.rows(connection, {"since": int(start.timestamp()), "own": own})
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
    for row in _ENTRIES.rows(connection, {"person": person_id, "most": most}):
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
    final = pack.final_statuses
    rows = _CASES.rows(connection, {"person": person_id})
    going = [row.id for row in rows if row.status not in final]
    return next(iter([*going, *(row.id for row in rows)]), None)
