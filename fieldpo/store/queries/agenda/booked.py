"""What is booked: appointments and hearings, those past their time with no outcome, and those of the week to come."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import clock, day, minutes
from fieldpo.store.database.at_once import Asked
from fieldpo.store.entries.facts.hearing import HEARINGS
from fieldpo.store.queries.clients.whose import People, listed, of_people
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.supervision.agenda.placing import AHEAD, WEEK
from fieldpo.supervision.calendar import at as clock_at
from fieldpo.supervision.calendar import zone_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_OPEN = "status IN ('made', 'moved')"
_THEN = f"({_OPEN} OR (status <> 'cancelled' AND starts_utc >= :day))"
_APPOINTMENTS = (
    "SELECT id, person_id, starts_utc, appointment, body FROM r_appointment WHERE {which} AND starts_utc < :until "
    "AND hidden = 0 AND +partition IN (SELECT value FROM json_each(:own))"
)
_HEARINGS = (
    "SELECT id, person_id, held_on, body FROM r_hearing WHERE {which} AND held_on <= :last "
    "AND hidden = 0 AND +partition IN (SELECT value FROM json_each(:own))"
)


def booked(
    connection: Connection,
    pack: Pack,
    partitions: Collection[str],
    on: dt.date,
    people: People,
    *,
    past: bool = False,
) -> list[Item]:
    """The appointments without an outcome up to a week after a local day, of some caseloads or some people in them.

    `past`: those from the day on were open then, whatever came of them, but for the cancelled.
    """
    query = of_people(_APPOINTMENTS.format(which=_THEN if past else _OPEN), people)
    rows = query.rows(connection, _asked(pack, partitions, on, people, WEEK))
    return [_appointment(pack, row, on) for row in rows]


def hearings(
    connection: Connection,
    pack: Pack,
    partitions: Collection[str],
    on: dt.date,
    people: People,
    *,
    past: bool = False,
) -> list[Item]:
    """The hearings set and not held up to a month after a local day; a past one waits for its outcome."""
    which = "(status = 'set' OR (status = 'held' AND held_on >= :today))" if past else "status = 'set'"
    query = of_people(_HEARINGS.format(which=which), people)
    rows = query.rows(connection, _asked(pack, partitions, on, people, AHEAD))
    return [_hearing(pack, row) for row in rows]


def _asked(
    pack: Pack, partitions: Collection[str], on: dt.date, people: People, ahead: dt.timedelta
) -> dict[str, Asked]:
    until = clock_at(on + ahead + dt.timedelta(days=1), dt.time(), pack)
    return {
        "own": listed(partitions),
        "until": int(until.timestamp()),
        "day": int(clock_at(on, dt.time(), pack).timestamp()),
        "last": (on + ahead).isoformat(),
        "today": on.isoformat(),
        "people": listed(people or ()),
    }


def _appointment(pack: Pack, row: Any, on: dt.date) -> Item:
    body = msgspec.json.decode(row.body)
    starts = dt.datetime.fromtimestamp(row.starts_utc, zone_of(pack))
    what, place, length = (
        label_of(pack.appointment_kinds, row.appointment),
        body.get("place", "office"),
        body.get("minutes", 15),
    )
    moved = "moved to" if body.get("status") == "moved" else "made for"
    why = f"{what[:1].upper()}{what[1:]} {moved} {day(starts)} {clock(starts)} ({minutes(length)})"
    why += f": {body['purpose']}." if body.get("purpose") else "."
    if starts.date() < on:
        why += " No outcome is written."
    return Item(
        f"appointment:{row.id}",
        Source.APPOINTMENT,
        what,
        row.person_id,
        row.id,
        starts.date(),
        starts,
        length,
        place=place,
        at_home=place == "home",
        why=why,
    )


def _hearing(pack: Pack, row: Any) -> Item:
    body, that = msgspec.json.decode(row.body), dt.date.fromisoformat(row.held_on)
    starts = (
        clock_at(that, dt.time.fromisoformat(body["time"]), pack) if _TIME.fullmatch(body.get("time", "")) else None
    )
    label = label_of(HEARINGS, body.get("hearing", "review"))
    when = f"{day(that)} {clock(starts)}" if starts else f"{day(that)}, no time on file"
    where = f", {body['court']}" if body.get("court") else ""
    why = f"{label[:1].upper()}{label[1:]} {when}{where}."
    if body.get("notice_by") and not body.get("notified_on"):
        why += f" Notice to the client is due {day(body['notice_by'])}."
    key, minutes_long = f"hearing:{row.id}", body.get("minutes", 60)
    return Item(key, Source.HEARING, label, row.person_id, row.id, that, starts, minutes_long, place="court", why=why)
