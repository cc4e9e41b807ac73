"""A day in the field as acts: office contact, home visit, appointment, violation report, an edit, an addendum.

Each act carries one text of its own, which the checker looks for afterwards.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from fieldpo.demo.check_steps.trial import Typed
from fieldpo.store.acting.acts import Act, Change
from fieldpo.store.entries.appointment import make_act
from fieldpo.store.entries.contact import ContactForm, VisitForm, contact_act, visit_act
from fieldpo.store.entries.report import ReportForm, addendum_act, report_act
from fieldpo.store.queries.clients.conditions import Condition, conditions
from fieldpo.store.queries.forms.person import FormPerson, form_person
from fieldpo.store.queries.forms.visit_place import VisitPlace, visit_place
from fieldpo.store.queries.reports.signer import signer
from fieldpo.store.vault import Vault
from fieldpo.supervision.appointments import Slot, on_day
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.ids import new_id

_SAYS = "Says “the bus was late, again” – has a new job at Núñez & Söhne; wants to move in May.\nNext step: pay stub. "


@dataclass(frozen=True)
class _Visited:
    """A client with what the day's entries need."""

    person: FormPerson
    place: VisitPlace
    condition: Condition


TURNS = 3
"""So many days have clients of their own to edit, so that no edit is written over by a later one."""


def a_day(vault: Vault, turn: int) -> Iterator[tuple[Typed, Act]]:
    """Yield act after act without end, on the clients of this turn."""
    pack = shipped("demo")
    persons = _persons(vault)
    own = persons[turn % TURNS :: TURNS]
    for lap in itertools.count():
        now = dt.datetime.now().astimezone()
        clients = [seen for one in own or persons if (seen := _visited(vault, pack, one, now)) is not None]
        if not clients:
            return
        for seen in clients:
            yield from _entries(pack, vault, seen, now, edits=bool(own) and lap == 0)


def _entries(pack: Pack, vault: Vault, seen: _Visited, now: dt.datetime, *, edits: bool) -> Iterator[tuple[Typed, Act]]:
    officer, name = vault.identity.user_id, seen.person.name
    slot = on_day(pack, now.date() + dt.timedelta(days=14), Slot(now.replace(hour=16, minute=0), 15), "office")
    words = _words()
    contact = ContactForm(
        person_id=name.person_id,
        short_name=name.short,
        officer_id=officer,
        case_id=seen.person.case_id,
        occurred_at=now - dt.timedelta(minutes=40),
        entered_at=now,
        contact="face_to_face",
        place="office",
        outcome="reported",
        told={"home": True, "job": False},
        note=words,
        next_appointment=slot,
    )
    yield _entry("contact", words, contact_act(pack, contact))
    words = _words()
    visit = VisitForm(
        person_id=name.person_id,
        short_name=name.short,
        officer_id=officer,
        case_id=seen.person.case_id,
        occurred_at=now - dt.timedelta(minutes=30),
        entered_at=now,
        contact="face_to_face",
        place="home",
        outcome="seen",
        note=words,
        arrived_at=now - dt.timedelta(minutes=30),
        left_at=now - dt.timedelta(minutes=10),
        address_id=seen.place.address_id,
        checklist={"client_here": "yes", "sober": "no"},
        whys={"sober": "smelled of beer"},
    )
    yield _entry("home visit", words, visit_act(pack, visit))
    words = _words()
    line = " ".join(words.split())
    yield _entry("appointment", line, make_act(pack, name.person_id, name.short, slot, now, purpose=line))
    words = _words()
    report = ReportForm(
        person_id=name.person_id,
        short_name=name.short,
        officer_id=officer,
        case_id=seen.condition.case_id,
        condition_ids=(seen.condition.record_id,),
        evidence=(contact.entry_id, visit.entry_id),
        facts=words,
        severity="low",
        recommendation="warning",
    )
    with vault.reading() as connection:
        signature = signer(connection, vault.identity).at(now)
    yield _entry("violation report", words, report_act(pack, report, signature))
    words = _words()
    if edits and seen.place.address_id:
        change = Change("address", seen.place.address_id, {"directions": words})
        edit = Act(f"Directions to {name.short}", (change,), now)
        yield _entry("edit", words, edit)
    words = _words()
    addendum = addendum_act(
        pack, name.person_id, name.short, contact.entry_id, words, officer_id=officer, now=now, addendum_id=new_id()
    )
    yield _entry("addendum", words, addendum)


def _entry(what: str, words: str, act: Act) -> tuple[Typed, Act]:
    first, *_ = act.steps
    return Typed(what, words, first.kind, first.record_id, tuple(step.record_id for step in act.steps)), act


def _words() -> str:
    """A text that stands nowhere else."""
    return f"{_SAYS}({new_id()})"


def _persons(vault: Vault) -> list[str]:
    with vault.reading() as connection:
        return [str(one) for one in connection.scalars(text("SELECT id FROM r_person WHERE hidden = 0 ORDER BY id"))]


def _visited(vault: Vault, pack: Pack, person_id: str, now: dt.datetime) -> _Visited | None:
    with vault.reading() as connection:
        person = form_person(connection, pack, vault.identity.user_id, person_id, now, form="contact")
        alleged = conditions(connection, pack, person_id)
        return _Visited(person, visit_place(connection, pack, person_id), alleged[0]) if alleged else None
