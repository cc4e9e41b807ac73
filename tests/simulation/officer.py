"""What officers do on their laptops: each activity looks at what the laptop shows and saves something new."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import text

from fieldpo.store import answers, drafts, outbox_view, undo
from fieldpo.store.acts import Act, Change, Create, Remove, Step
from fieldpo.store.answers import Choice, Combined, Keep
from fieldpo.store.outbox_view import OutboxEntry, Place
from fieldpo.store.record_table import TABLES
from fieldpo.sync.protocol.body import KINDS, Json
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import (
    Addendum,
    Allegation,
    Appointment,
    Contact,
    Intake,
    Phone,
    ViolationReport,
)

from .laptop import Laptop
from .typed import TypedList


@dataclass
class Desk:
    """One officer at one laptop, about to do something."""

    laptop: Laptop
    rng: random.Random
    typed: TypedList
    order: Callable[[str], int]
    """A record's place among all ids, in the order in which the simulation met them: no clock is in it."""

    @property
    def me(self) -> str:
        """The officer's id."""
        return self.laptop.user

    @property
    def now(self) -> dt.datetime:
        """By the laptop's clock."""
        return self.laptop.now()

    def word(self) -> str:
        """A text nobody typed before."""
        word = self.typed.fresh()
        self.typed.trying([word], self.laptop.name, self.me)
        return word

    def shown(self, kind: str, person_id: str | None = None) -> list[tuple[str, Mapping[str, Json]]]:
        """Records of a kind that the laptop shows, of one person where given."""
        assert kind in TABLES
        query = f"SELECT id, person_id, body FROM r_{kind} WHERE hidden = 0"  # noqa: S608 - our kinds
        with self.laptop.open().reading() as connection:
            rows = [row for row in connection.execute(text(query)) if person_id in (None, row.person_id)]
        found = [(row.id, msgspec.json.decode(row.body)) for row in rows]
        return sorted(found, key=lambda one: self.order(one[0]))

    def person(self) -> str | None:
        """One of the clients shown."""
        persons = self.shown("person")
        return self.rng.choice(persons)[0] if persons else None

    def one(self, kind: str) -> tuple[str, Mapping[str, Json]] | None:
        """One record of a kind."""
        found = self.shown(kind)
        if found and self.rng.random() < 0.7:  # often the same, so that officers meet
            return found[0]
        return self.rng.choice(found) if found else None

    def waiting(self, place: Place) -> list[OutboxEntry]:
        """Entries that stand somewhere on their way."""
        with self.laptop.open().reading() as connection:
            return [one for one in outbox_view.outbox_entries(connection) if one.place is place]


Made = tuple[str, tuple[Step, ...], bool] | None
"""A label, the steps, and whether they go together; None where there is nothing to do it on."""


def contact(desk: Desk) -> Made:
    """A case note."""
    person = desk.person()
    return None if person is None else ("contact", (Create(_contact(desk, person)),), False)


def contact_with_next(desk: Desk) -> Made:
    """A contact with the next appointment in it, all or nothing."""
    person = desk.person()
    if person is None:
        return None
    after = Appointment(person_id=person, starts_at=desk.now + dt.timedelta(days=7), purpose=desk.word())
    return "contact and next appointment", (Create(_contact(desk, person)), Create(after)), True


def contact_and_addendum(desk: Desk) -> Made:
    """A note with an addendum to it in one act, the second depending on the first."""
    person = desk.person()
    if person is None:
        return None
    first = Create(_contact(desk, person))
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
    """A violation report with its evidence."""
    person = desk.person()
    if person is None:
        return None
    cases, conditions = desk.shown("case", person), desk.shown("condition", person)
    if not cases or not conditions:
        return None
    evidence = [record_id for record_id, _ in desk.shown("contact", person)[-2:]]
    allegation = Allegation(condition_id=conditions[0][0], facts=desk.word(), evidence=evidence)
    body = ViolationReport(
        person_id=person,
        case_id=cases[0][0],
        officer_id=desk.me,
        written_at=desk.now,
        allegations=[allegation],
        reason=desk.word(),
    )
    return "violation report", (Create(body),), False


def telephone(desk: Desk) -> Made:
    """A new number, or one taken away."""
    found = desk.one("phone")
    if found is not None and desk.rng.random() < 0.4:
        return "phone removed", (Remove("phone", found[0]),), False
    person = desk.person()
    return None if person is None else ("phone", (Create(Phone(person_id=person, number=desk.word())),), False)


def intake(desk: Desk) -> Made:
    """Someone not listed: of this agency, of another, or of nobody."""
    named = desk.rng.choice(("", "A1", "A5", "Z9"))
    body = Intake(family_name="Doe", agency_id=named, note=desk.word(), officer_id=desk.me)
    return "intake", (Create(body),), False


def _contact(desk: Desk, person: str) -> Contact:
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
    (report, 2),
    (telephone, 3),
    (intake, 1),
)
"""Activities that save one act, with how often they come."""


def saved(desk: Desk, made: Made) -> str | None:
    """Save what an activity made; its label, or None where there was nothing to do."""
    if made is None:
        return None
    label, steps, together = made
    desk.laptop.act(Act(label, steps, desk.now, together=together))
    return label


def take_back(desk: Desk) -> str | None:
    """Undo the last act."""
    vault = desk.laptop.open()
    with desk.laptop.seams.running(desk.laptop.process):
        with vault.reading() as connection:
            last = undo.last_act(connection)
        if last is None:
            return None
        undo.undo(vault, last.act_id, desk.now)
    return f"undid {last.label}"


def settle_question(desk: Desk) -> str | None:
    """Answer one question: theirs, mine or both; edit a returned entry or set it aside."""
    asked = desk.waiting(Place.CONFLICT) + desk.waiting(Place.RETURNED)
    if not asked:
        return None
    entry = desk.rng.choice(asked)
    vault = desk.laptop.open()
    with desk.laptop.seams.running(desk.laptop.process):
        if entry.place is Place.CONFLICT:
            choice = _choice(desk, entry)
            before = desk.typed.count
            if answers.answer(vault, entry.op_id, choice, desk.now) is None:
                desk.typed.unsaid(before)
            return f"answered {entry.kind}"
        if desk.rng.random() < 0.3:
            answers.set_aside(vault, entry.op_id, desk.now)
            return f"set aside {entry.kind}"
        _send_again(desk, entry)
        return f"sent {entry.kind} again"


def _choice(desk: Desk, entry: OutboxEntry) -> Mapping[str, Choice] | Keep:
    drawn = desk.rng.choice(("theirs", "mine", "both"))
    if drawn != "both":
        return Keep(drawn)
    texts = {one.field: Combined(desk.word()) for one in entry.questions if one.field in _TEXTS}
    return texts or Keep.MINE


_TEXTS = frozenset({"number", "directions", "line1", "notice", "court", "status_reason", "level_reason", "note"})


def _send_again(desk: Desk, entry: OutboxEntry) -> None:
    vault, spec = desk.laptop.open(), KINDS[entry.kind]
    if entry.verb == "create":
        body = dict(entry.typed)
        field = next((name for name in ("note", "text", "purpose", "number", "reason") if name in body), None)
        if field is not None:
            body[field] = desk.word()
        answers.replace_returned(vault, entry.op_id, spec.check(body), desk.now)
        return
    fields = {name: desk.word() for name in entry.typed if name in _TEXTS}
    if fields and entry.verb == "edit":
        answers.change_returned(vault, entry.op_id, fields, desk.now)
    else:
        answers.set_aside(vault, entry.op_id, desk.now)


def draft(desk: Desk) -> str | None:
    """A form left open, or the open one discarded."""
    vault = desk.laptop.open()
    with desk.laptop.seams.running(desk.laptop.process):
        with vault.reading() as connection:
            kept = drafts.drafts(connection)
        person = desk.person()
        with vault.writing() as connection:
            if kept:
                drafts.drop_draft(connection, kept[0].draft_id)
                return "draft discarded"
            drafts.keep_draft(connection, new_id(), "contact", person, {"note": "half"})
    return "draft kept"


Other = Callable[[Desk], str | None]

OTHERS: tuple[tuple[Other, int], ...] = ((take_back, 4), (settle_question, 6), (draft, 1))
"""Activities that save by functions of their own."""


def anything(desk: Desk) -> tuple[str, Callable[[], str | None]]:
    """Draw an activity; gives its name and what does it."""
    drawn, _ = desk.rng.choices(_ALL, [weight for _, weight in _ALL])[0]
    return drawn.__name__, lambda: _do(desk, drawn)


_ALL: tuple[tuple[Callable[[Desk], Any], int], ...] = (*ACTS, *OTHERS)
_MAKE = frozenset(make for make, _ in ACTS)


def _do(desk: Desk, drawn: Callable[[Desk], Any]) -> str | None:
    done = drawn(desk)
    return saved(desk, done) if drawn in _MAKE else done
