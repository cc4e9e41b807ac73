"""One person: who they are, what to know before the door, and how things stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import NotFound
from fieldpo.plain import clock, count, day, late
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.agenda.alerts import Alert, alert_of
from fieldpo.store.queries.agenda.days import person_days
from fieldpo.store.queries.clients.hazards import Hazard, hazards_of
from fieldpo.store.queries.clients.last_contacts import NEVER, LastContact, last_contacts
from fieldpo.store.queries.clients.names import PersonName, day_of, name_of
from fieldpo.store.queries.clients.of_kind import bodies
from fieldpo.store.queries.person.case_moves import case_lines
from fieldpo.store.queries.person.described_facts import described_lines
from fieldpo.store.queries.person.facts import Line, fact_lines
from fieldpo.store.queries.rules.owed import Owed
from fieldpo.store.records import read_record
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import CASE

_NEXT = AtOnce(
    "SELECT id, starts_utc, appointment, body FROM r_appointment WHERE person_id = :person "
    "AND status IN ('made', 'moved') AND hidden = 0 ORDER BY starts_utc LIMIT 5"
)


@dataclass(frozen=True)
class Booking:
    """An appointment with no outcome yet."""

    record_id: str
    starts: dt.datetime
    what: str
    place: str
    past: bool


@dataclass(frozen=True)
class PersonView:
    """The person's header and overview at one moment, on the office's clock."""

    name: PersonName
    hazards: tuple[Hazard, ...]
    headline: str
    """Level, kind of supervision and state: "HIGH, probation, until Fri 12 Mar 2027"."""
    bookings: tuple[Booking, ...]
    contact: LastContact
    alerts: tuple[Alert, ...]
    lines: tuple[Line, ...]
    owed: tuple[Owed, ...] = ()
    """What each open case owes."""
    read_only: bool = False
    """Whether it is a case that a supervisor asked for: to read for some days, not to write in."""


def person(connection: Connection, pack: Pack, person_id: str, now: dt.datetime) -> PersonView:
    """The header and overview of a person. Raises `NotFound` for one who is not (or no more) on this laptop."""
    record = read_record(connection, "person", person_id)
    if record is None or record.hidden:
        raise NotFound("This person is not in your caseload on this laptop any more. What you wrote is kept.")
    here = local(now, pack)
    today = here.date()
    cases = list(bodies(connection, "case", person_id).values())
    known = person_days(connection, pack, (record.partition,), today, (person_id,)).get(person_id)
    return PersonView(
        name_of(person_id, record.body),
        hazards_of(connection, pack, [person_id]).get(person_id, ()),
        _headline(pack, cases),
        _bookings(connection, pack, person_id, here),
        last_contacts(connection, pack, [person_id], now).get(person_id, NEVER),
        tuple(alert_of(one, today) for one in known.alerts) if known else (),
        (
            *_who(person_id, record.body, today),
            *_cases(pack, cases),
            *_conditions(pack, list(bodies(connection, "condition", person_id).values())),
            *case_lines(connection, pack, person_id, today),
            *described_lines(connection, pack, person_id, today),
            *fact_lines(connection, pack, person_id),
        ),
        known.owed if known else (),
        read_only=record.partition.startswith(CASE),
    )


def _bookings(connection: Connection, pack: Pack, person_id: str, here: dt.datetime) -> tuple[Booking, ...]:
    found = []
    for row in _NEXT.rows(connection, {"person": person_id}):
        starts = local(dt.datetime.fromtimestamp(row.starts_utc, dt.UTC), pack)
        place = msgspec.json.decode(row.body).get("place", "office")
        what = label_of(pack.appointment_kinds, row.appointment)
        found.append(Booking(row.id, starts, what, label_of(pack.places, place) if place else "", starts < here))
    return tuple(found)


def booking_words(one: Booking, today: dt.date) -> str:
    """An appointment in words: "Mon 07 Dec 2026 14:30, office report, in 14 d"."""
    said = f"{day(one.starts)} {clock(one.starts)}, {one.what}, {late(one.starts, today).replace('due ', '')}"
    return f"{said}, no outcome" if one.past else said


def _headline(pack: Pack, cases: list[dict[str, Json]]) -> str:
    final = pack.final_statuses
    open_cases = [case for case in cases if case.get("status", "active") not in final]
    for case in open_cases or cases:
        parts = [
            label_of(pack.levels, case["level"]) if case.get("level") else "",
            label_of(pack.supervision_types, case.get("supervision_type", "probation")),
            label_of(pack.case_statuses, case["status"]) if case.get("status", "active") != "active" else "",
            f"until {day(case['end_on'])}" if case.get("end_on") else "",
        ]
        return ", ".join(part for part in parts if part)
    return "no case on this laptop"


def _who(person_id: str, body: Mapping[str, Json], today: dt.date) -> list[Line]:
    lines = []
    if body.get("aliases"):
        lines.append(_own(person_id, "Also known as", "; ".join(body["aliases"])))
    if born := day_of(body.get("birth_date")):
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        lines.append(Line("Born", f"{day(born)}, {age} years", private=True))
    if body.get("language") or body.get("interpreter"):
        interpreter = "interpreter needed" if body.get("interpreter") else ""
        words = ", ".join(part for part in (body.get("language", ""), interpreter) if part)
        lines.append(_own(person_id, "Language", words))
    if body.get("needs"):
        lines.append(_own(person_id, "Needs", "; ".join(body["needs"])))
    if body.get("notice"):
        lines.append(Line("Notice", body["notice"], private=True))
    ids = ", ".join(f"{system} {value}" for system, value in body.get("agency_ids", {}).items())
    if ids:
        lines.append(Line("Agency IDs", ids, private=True))
    return lines


def _own(person_id: str, label: str, words: str) -> Line:
    return Line(label, words, kind="person", record_id=person_id)


def _cases(pack: Pack, cases: list[dict[str, Json]]) -> list[Line]:
    lines = []
    for case in cases:
        status = label_of(pack.case_statuses, case.get("status", "active"))
        since = f" since {day(case['status_since'])}" if case.get("status_since") else ""
        parts = [
            case.get("case_number", ""),
            case.get("court", ""),
            label_of(pack.case_types, case.get("case_type", "general")),
            case.get("offense", ""),
            f"{status}{since}",
            f"from {day(case['start_on'])}" if case.get("start_on") else "",
            f"to {day(case['end_on'])}" if case.get("end_on") else "",
        ]
        lines.append(Line("Case", ", ".join(part for part in parts if part)))
        if case.get("history_complete_from"):
            words = f"complete from {day(case['history_complete_from'])}; earlier entries may be missing here"
            lines.append(Line("History", words))
        lines += [Line(name, str(value), private=True) for name, value in case.get("facts", {}).items()]
    return lines


def _conditions(pack: Pack, conditions: list[dict[str, Json]]) -> list[Line]:
    if not conditions:
        return []
    states: dict[str, int] = {}
    for one in conditions:
        state = one.get("compliance", "not_reviewed")
        states[state] = states.get(state, 0) + 1
    order = [one.code for one in pack.compliance_states]
    parts = [
        f"{number} {label_of(pack.compliance_states, state)}"
        for state, number in sorted(
            states.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)
        )
    ]
    return [Line("Conditions", f"{count(len(conditions), 'condition')}: {', '.join(parts)}")]
