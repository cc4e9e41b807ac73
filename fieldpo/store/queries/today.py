"""Today: what is overdue, returned, on for today and this week, and what will need a hand soon.

What the contact standards ask stands beside what was agreed on: a case with something overdue or due this week has
one row, the most pressing first. An appointment past its day with no outcome is overdue too.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, text
from sqlalchemy import Row as SqlRow

from fieldpo.plain import clock, count, late, short_day
from fieldpo.store.drafts import Draft, drafts
from fieldpo.store.queries.alerts import Alert, alerts
from fieldpo.store.queries.case_troubles import case_alerts
from fieldpo.store.queries.last_contacts import NEVER, LastContact, last_contacts
from fieldpo.store.queries.names import Hazard, PersonName, day_of, hazards_of, people_named
from fieldpo.store.queries.owed import owed
from fieldpo.store.queries.pressing import Pressing, pressing
from fieldpo.store.queries.whose import caseloads, covered, listed
from fieldpo.store.sheet_marks import FORM as MARKS
from fieldpo.supervision.calendar import at as clock_at
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack, label_of

WEEK_DAYS = 7
"""Days after today that "this week" shows."""

_APPOINTMENTS = text(
    "SELECT id, person_id, starts_utc, appointment, body FROM r_appointment WHERE status IN ('made', 'moved') "
    "AND starts_utc < :until AND hidden = 0 AND "
    "+partition IN (SELECT value FROM json_each(:own)) ORDER BY starts_utc, id"
)
_RETURNED = text(
    "SELECT s.report_id, s.body, r.person_id FROM r_report_step s JOIN r_violation_report r ON r.id = s.report_id "
    "WHERE s.step = 'returned' AND s.hidden = 0 AND r.hidden = 0 AND "
    "+r.partition IN (SELECT value FROM json_each(:own)) "
    "AND NOT EXISTS (SELECT 1 FROM r_report_step later WHERE later.report_id = s.report_id AND later.hidden = 0 "
    "  AND (json_extract(later.body, '$.written_at'), later.id) > (json_extract(s.body, '$.written_at'), s.id)) "
    "AND NOT EXISTS (SELECT 1 FROM r_violation_report answer WHERE answer.person_id = r.person_id "
    "  AND answer.hidden = 0 AND json_extract(answer.body, '$.answers_id') = r.id)"
)
_HOMES = text(
    "SELECT person_id, area, body FROM r_address WHERE \"use\" = 'home' AND hidden = 0 AND until IS NULL "
    "AND person_id IN (SELECT value FROM json_each(:ids)) ORDER BY id"
)


class Section(enum.StrEnum):
    """Where a row stands on Today, in order."""

    OVERDUE = "overdue"
    RETURNED = "returned"
    BEGUN = "begun"
    """Forms begun and not saved."""
    TODAY = "today"
    WEEK = "week"
    ALERTS = "alerts"


class Owes(enum.StrEnum):
    """What a row owes, which is what Enter opens."""

    VISIT = "visit"
    APPOINTMENT = "appointment"
    REPORT = "report"
    CONTACT = "contact"
    """A contact that the standards ask for and nobody has booked."""
    DRAFT = "draft"
    """A form to go on with."""
    LOOK = "look"
    """Only a look at the person."""
    ANSWER = "answer"
    """An entry that needs the officer's answer."""


@dataclass(frozen=True)
class Row:
    """One line of Today; `key` stays the same from one refresh to the next."""

    key: str
    section: Section
    owes: Owes
    record_id: str
    person: PersonName | None
    when: str
    what: str
    where: str
    why: str
    hazards: tuple[Hazard, ...] = ()
    form: str = ""
    """The name that a draft is kept under."""
    appointment_id: str | None = None
    """The appointment that a draft answers."""

    clears: str = ""
    """What one visit would clear."""
    whole: str = ""
    """Why at length, where `why` is its beginning."""

    @property
    def booked_id(self) -> str | None:
        """The appointment that the row is about."""
        return self.record_id if self.key.startswith("appointment:") else None

    @property
    def person_id(self) -> str:
        """Whose row it is; empty for a row of nobody's."""
        return self.person.person_id if self.person else ""


@dataclass(frozen=True)
class Today:
    """The whole screen for one moment, on the office's clock."""

    now: dt.datetime
    rows: tuple[Row, ...]
    contacts: Mapping[str, LastContact] = field(default_factory=dict)
    covered: Mapping[str, str] = field(default_factory=dict)
    """For which colleague a person is covered, by the person's id."""

    def of(self, section: Section) -> tuple[Row, ...]:
        """The rows of one section, in order."""
        return tuple(row for row in self.rows if row.section is section)

    def last_contact(self, person_id: str) -> LastContact:
        """A person's last contact, for a person with a row."""
        return self.contacts.get(person_id, NEVER)


@dataclass(frozen=True)
class _Booked:
    """An appointment with no outcome yet."""

    record_id: str
    person_id: str
    starts: dt.datetime
    code: str
    place: str
    purpose: str
    status: str
    minutes: int


@dataclass(frozen=True)
class _Known:
    """What every row is made with."""

    pack: Pack
    here: dt.datetime
    people: Mapping[str, PersonName]
    hazards: Mapping[str, tuple[Hazard, ...]]
    homes: Mapping[str, str]


def today(connection: Connection, pack: Pack, user_id: str, now: dt.datetime) -> Today:
    """Everything that Today shows at `now` (any UTC offset) to one officer: of the own caseload and of those
    covered."""
    here = local(now, pack)
    mine = caseloads(connection, user_id)
    own = listed(mine)
    booked = _booked(connection, pack, own, here)
    returned = connection.execute(_RETURNED, {"own": own}).all()
    begun = [one for one in drafts(connection) if one.form != MARKS]
    coming = alerts(connection, pack, mine, here.date())
    owing = owed(connection, pack, mine, here.date())
    asked = [found for one in owing if (found := pressing(one)) is not None]
    coming = [*case_alerts(connection, pack, owing, here.date()), *coming]
    ids = [one.person_id for one in booked]
    ids += [row.person_id for row in returned]
    ids += [one.person_id for one in begun if one.person_id]
    ids += [one.person_id for one in coming if one.person_id]
    ids += [one.person_id for one in asked]
    people = people_named(connection, ids)
    hazards = hazards_of(connection, pack, ids)
    visited = [one.person_id for one in booked if one.place == "home"]
    visited += [one.person_id for one in asked if one.at_home]
    homes = _homes(connection, visited)
    known = _Known(pack, here, people, hazards, homes)
    rows: list[Row] = [_appointment_row(known, one) for one in booked if one.person_id in people]
    rows += [_returned_row(known, row) for row in returned if row.person_id in people]
    rows += [_draft_row(known, one) for one in begun if not one.person_id or one.person_id in people]
    rows += [_alert_row(known, one) for one in coming if not one.person_id or one.person_id in people]
    order = list(Section)
    held = {one.person_id for one in booked if one.starts >= here}
    asked.sort(key=lambda one: one.days_left)
    rows += [_owed_row(known, one, booked=one.person_id in held) for one in asked if one.person_id in people]
    rows.sort(key=lambda row: order.index(row.section))
    return Today(here, tuple(rows), last_contacts(connection, pack, people, now), covered(connection, mine))


def _booked(connection: Connection, pack: Pack, own: str, here: dt.datetime) -> list[_Booked]:
    until = clock_at(here.date() + dt.timedelta(days=WEEK_DAYS + 1), dt.time(), pack)
    found = []
    for row in connection.execute(_APPOINTMENTS, {"until": int(until.timestamp()), "own": own}):
        body = msgspec.json.decode(row.body)
        found.append(
            _Booked(
                row.id,
                row.person_id,
                local(dt.datetime.fromtimestamp(row.starts_utc, dt.UTC), pack),
                row.appointment,
                body.get("place", "office"),
                body.get("purpose", ""),
                body.get("status", "made"),
                body.get("minutes", 15),
            )
        )
    return found


def _homes(connection: Connection, ids: list[str]) -> dict[str, str]:
    """Where each of these persons lives, as short as a trip is planned: the area, else street and city."""
    rows = connection.execute(_HOMES, {"ids": msgspec.json.encode(ids).decode()})
    found = {}
    for row in rows:
        body = msgspec.json.decode(row.body)
        found[row.person_id] = row.area or body["line1"]
    return found


def _appointment_row(known: _Known, one: _Booked) -> Row:
    pack, at_home = known.pack, one.place == "home"
    section, when = _when(one, known.here)
    what = label_of(pack.appointment_kinds, one.code)
    if at_home:
        where = known.homes.get(one.person_id, "home, no address")
    else:
        where = label_of(pack.places, one.place) if one.place else what.split()[0]
    moved = "moved to" if one.status == "moved" else "made for"
    why = f"{what[:1].upper()}{what[1:]} {moved} {short_day(one.starts)} {one.starts.year} {clock(one.starts)}"
    why += f" ({one.minutes} min): {one.purpose}." if one.purpose else f" ({one.minutes} min)."
    if one.starts < known.here:
        why += " No outcome is written."
    return Row(
        f"appointment:{one.record_id}",
        section,
        Owes.VISIT if at_home else Owes.APPOINTMENT,
        one.record_id,
        known.people[one.person_id],
        when,
        what,
        where,
        why,
        known.hazards.get(one.person_id, ()),
    )


def _when(one: _Booked, here: dt.datetime) -> tuple[Section, str]:
    day = one.starts.date()
    if day < here.date():
        return Section.OVERDUE, late(day, here)
    if day == here.date():
        passed = one.starts + dt.timedelta(minutes=one.minutes) < here
        return Section.TODAY, f"{clock(one.starts)} to log" if passed else clock(one.starts)
    return Section.WEEK, f"{short_day(day)[:6]} {clock(one.starts)}"


def _owed_row(known: _Known, one: Pressing, *, booked: bool) -> Row:
    """What the standards ask of one case; `booked` tells that the client has an appointment ahead."""
    section = Section.OVERDUE if one.days_left < 0 else Section.TODAY if one.days_left == 0 else Section.WEEK
    where = known.homes.get(one.person_id, "home, no address") if one.at_home else "desk"
    if one.place and not one.at_home:
        where = label_of(known.pack.places, one.place)
    return Row(
        one.key,
        section,
        Owes.VISIT if one.at_home else Owes.CONTACT,
        one.case_id,
        known.people[one.person_id],
        one.when,
        one.what,
        where if one.place or one.at_home else "booked" if booked else "any",
        one.why,
        known.hazards.get(one.person_id, ()),
        clears=one.clears,
        whole=one.whole,
    )


def _returned_row(known: _Known, row: SqlRow[Any]) -> Row:
    body, today = msgspec.json.decode(row.body), known.here.date()
    due = day_of(body.get("due_on"))
    comment = " ".join(body.get("comment", "").split())
    when = late(due, today) if due and due < today else f"by {short_day(due)[:6]}" if due else "no date"
    why = f"Returned on {short_day(body['written_at'])}"
    return Row(
        f"report:{row.report_id}",
        Section.RETURNED,
        Owes.REPORT,
        row.report_id,
        known.people[row.person_id],
        when,
        known.pack.labels.violation_report,
        "desk",
        f"{why}: {comment}" if comment else f"{why}, without a comment.",
        known.hazards.get(row.person_id, ()),
    )


def _draft_row(known: _Known, one: Draft) -> Row:
    kept = local(dt.datetime.fromtimestamp(one.saved_utc, dt.UTC), known.pack)
    what = one.form.partition(":")[0].replace("_", " ")
    return Row(
        f"draft:{one.draft_id}",
        Section.BEGUN,
        Owes.DRAFT,
        one.draft_id,
        known.people.get(one.person_id or ""),
        clock(kept) if kept.date() == known.here.date() else short_day(kept),
        what,
        "desk",
        f"Begun and not saved; kept {short_day(kept)} {clock(kept)}. Enter goes on with it.",
        known.hazards.get(one.person_id or "", ()),
        one.form,
        one.state.get("appointment_id"),
    )


def _alert_row(known: _Known, one: Alert) -> Row:
    return Row(
        one.key,
        Section.ALERTS,
        Owes.LOOK if one.person_id else Owes.ANSWER,
        one.record_id,
        known.people.get(one.person_id),
        one.when,
        one.what,
        "",
        one.why,
        known.hazards.get(one.person_id, ()),
    )


def safety_words(hazards: tuple[Hazard, ...]) -> str:
    """How many hazards a person has and how recent the newest is: "2 entries, newest Mon 02 Nov 2026"."""
    if not hazards:
        return "nothing on file"
    seen = [one.observed_on for one in hazards if one.observed_on]
    newest = f", newest {short_day(max(seen))} {max(seen).year}" if seen else ", no date given"
    return f"{count(len(hazards), 'entry')}{newest}"
