"""What officers type on their laptops: each activity looks at what the laptop shows and makes something new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from fieldpo.store.acting.acts import Change, Create, Remove
from fieldpo.store.entries.report import ReportForm, Signature, report_act
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.kinds import Addendum, Appointment, Contact, Intake, Phone

from .desk import Desk, Made

PACK = shipped("demo")


def contact(desk: Desk) -> Made:
    """A case note."""
    person = desk.person()
    return None if person is None else ("contact", (Create(a_contact(desk, person)),), False)


def contact_with_next(desk: Desk) -> Made:
    """A contact with the next appointment in it, all or nothing."""
    person = desk.person()
    if person is None:
        return None
    after = Appointment(person_id=person, starts_at=desk.now + dt.timedelta(days=7), purpose=desk.word())
    return "contact and next appointment", (Create(a_contact(desk, person)), Create(after)), True


def contact_and_addendum(desk: Desk) -> Made:
    """A note with an addendum to it in one act, the second depending on the first."""
    person = desk.person()
    if person is None:
        return None
    first = Create(a_contact(desk, person))
    body = Addendum(
        person_id=person, entry_id=first.record_id, text=desk.word(), officer_id=desk.me, written_at=desk.now
    )
    return "contact and addendum", (first, Create(body)), desk.rng.random() < 0.5


def addendum(desk: Desk) -> Made:
    """An addendum to an entry that stands."""
    entry = desk.one("contact")
    if entry is None:
        return None
    record_id, body = entry
    made = Addendum(
        person_id=body["person_id"], entry_id=record_id, text=desk.word(), officer_id=desk.me, written_at=desk.now
    )
    return "addendum", (Create(made),), False


def number(desk: Desk) -> Made:
    """A telephone number that changed."""
    return _edit(desk, "phone", {"number": desk.word()})


def directions(desk: Desk) -> Made:
    """How to find the door, and sometimes the street too."""
    fields = {"directions": desk.word()}
    if desk.rng.random() < 0.4:
        fields["line1"] = desk.word()
    return _edit(desk, "address", fields)


def notice(desk: Desk) -> Made:
    """A notice on a person."""
    return _edit(desk, "person", {"notice": desk.word()})


def alias(desk: Desk) -> Made:
    """One more alias, and sometimes one less."""
    found = desk.one("person")
    if found is None:
        return None
    record_id, body = found
    standing = body.get("aliases", [])
    remove = {"aliases": [desk.rng.choice(standing)]} if standing and desk.rng.random() < 0.4 else {}
    return "alias", (Change("person", record_id, {}, {"aliases": [desk.word()]}, remove),), False


def compliance(desk: Desk) -> Made:
    """A condition, whose fields go all or nothing."""
    code = desk.rng.choice(("compliant", "violation", "not_reviewed"))
    return _edit(desk, "condition", {"compliance": code, "court": desk.word()})


def status(desk: Desk) -> Made:
    """A case's status or level with its reason."""
    which = desk.rng.choice(("status", "level"))
    code = desk.rng.choice(("active", "warrant", "suspended") if which == "status" else ("low", "medium", "high"))
    return _edit(desk, "case", {which: code, f"{which}_reason": desk.word()})


def appointment(desk: Desk) -> Made:
    """An appointment made."""
    person = desk.person()
    if person is None:
        return None
    starts = desk.now + dt.timedelta(days=desk.rng.randint(1, 20))
    return "appointment", (Create(Appointment(person_id=person, starts_at=starts, purpose=desk.word())),), False


def moved(desk: Desk) -> Made:
    """An appointment moved or cancelled."""
    found = desk.one("appointment")
    if found is None:
        return None
    if desk.rng.random() < 0.5:
        fields: dict[str, Json] = {"status": "cancelled", "status_reason": desk.word()}
    else:
        starts = dt.datetime.fromisoformat(found[1]["starts_at"]) + dt.timedelta(hours=1)
        fields = {"starts_at": starts.isoformat(), "note": desk.word()}
    return "appointment moved", (Change("appointment", found[0], fields),), False


def report(desk: Desk) -> Made:
    """A violation report with its evidence, signed and submitted; it may answer one that was returned."""
    back = desk.returned_reports()
    answers = desk.rng.choice(back) if back and desk.rng.random() < 0.7 else None
    person = desk.person_of(answers) if answers is not None else desk.person()
    if person is None:
        return None
    cases, conditions = desk.shown("case", person), desk.shown("condition", person)
    if not cases or not conditions:
        return None
    form = ReportForm(
        person_id=person,
        short_name="Client",
        officer_id=desk.me,
        case_id=cases[0][0],
        condition_ids=(conditions[0][0],),
        evidence=tuple(record_id for record_id, _ in desk.shown("contact", person)[-2:]),
        facts=desk.word(),
        severity=PACK.severities[0].code,
        recommendation=PACK.recommendations[0].code,
        reason=desk.word(),
        answers_id=answers,
    )
    made = report_act(PACK, form, Signature(desk.laptop.enrolled.officer.name, "", desk.now))
    return "violation report", made.steps, made.together


def telephone(desk: Desk) -> Made:
    """A new number, or one taken away."""
    found = desk.one("phone")
    if found is not None and desk.rng.random() < 0.4:
        return "phone removed", (Remove("phone", found[0]),), False
    person = desk.person()
    return None if person is None else ("phone", (Create(Phone(person_id=person, number=desk.word())),), False)


def intake(desk: Desk) -> Made:
    """Someone not listed: of this agency, of another, or of nobody; called as a client is, or not."""
    named = desk.rng.choice(("", "A1", "A5", "Z9"))
    name = desk.rng.choice(("Doe", "Client1", "Client3"))
    body = Intake(family_name=name, agency_id=named, note=desk.word(), officer_id=desk.me)
    return "intake", (Create(body),), False


def a_contact(desk: Desk, person: str) -> Contact:
    """A case note on a person."""
    return Contact(
        person_id=person, occurred_at=desk.now, contact="home", outcome="reported", officer_id=desk.me, note=desk.word()
    )


def _edit(desk: Desk, kind: str, fields: Mapping[str, Json]) -> Made:
    found = desk.one(kind)
    return None if found is None else (f"{kind} changed", (Change(kind, found[0], fields),), False)


ACTS: tuple[tuple[Callable[[Desk], Made], int], ...] = (
    (contact, 5),
    (contact_with_next, 3),
    (contact_and_addendum, 2),
    (addendum, 3),
    (number, 9),
    (directions, 4),
    (notice, 2),
    (alias, 3),
    (compliance, 7),
    (status, 5),
    (appointment, 2),
    (moved, 2),
    (report, 3),
    (telephone, 3),
    (intake, 2),
)
"""Activities that save one act, with how often they come."""
