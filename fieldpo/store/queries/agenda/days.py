"""What a local day asks of an officer, person by person: everything that Today, the caseload, the field sheet and the
person's own screen say of it comes from here, and is kept in memory while the vault is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from fieldpo.store.queries.agenda.alerts import alerts
from fieldpo.store.queries.agenda.booked import booked, hearings
from fieldpo.store.queries.agenda.drug_tests import tests_asked
from fieldpo.store.queries.agenda.kept import kept
from fieldpo.store.queries.agenda.pressing import owed_items
from fieldpo.store.queries.agenda.reports import deadlines, returned
from fieldpo.store.queries.agenda.troubles import case_alerts
from fieldpo.store.queries.agenda.unreadable import unreadable_items
from fieldpo.store.queries.clients.hazards import Hazard, hazards_of
from fieldpo.store.queries.clients.homes import NOT_ON_FILE, Home, homes_of
from fieldpo.store.queries.clients.last_contacts import NEVER, LastContact, last_contacts
from fieldpo.store.queries.clients.names import PersonName, people_named
from fieldpo.store.queries.clients.whose import People
from fieldpo.store.queries.rules.owed import Owed, owed, visit
from fieldpo.supervision.agenda.items import Item, Section, Source
from fieldpo.supervision.agenda.out_of_contact import out_of_contact
from fieldpo.supervision.agenda.placing import WEEK, section_of
from fieldpo.supervision.calendar import at
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.engine import Obligation


@dataclass(frozen=True)
class PersonDay:
    """One person on one local day."""

    name: PersonName
    on: dt.date
    owed: tuple[Owed, ...]
    """What each open case owes."""
    items: tuple[Item, ...]
    hazards: tuple[Hazard, ...] = ()
    home: Home = NOT_ON_FILE
    contact: LastContact = NEVER

    @cached_property
    def alerts(self) -> tuple[Item, ...]:
        """What will need a hand and stands under no day of this week."""
        return tuple(one for one in self.items if section_of(one, self.on) is Section.ALERTS)

    @cached_property
    def cleared(self) -> tuple[Obligation, ...]:
        """What a home visit on the day would meet of all that is due within a week, the most overdue first."""
        met = [
            each
            for one in self.owed
            if one.due_by(one.on + WEEK)
            for each in one.cleared_by(visit(one.pack, one.on), WEEK)
        ]
        return tuple(sorted(met, key=lambda one: (one.due or dt.date.max, one.obligation)))

    @cached_property
    def next_due(self) -> Obligation | None:
        """What is owed next, also what is far ahead."""
        due = [each for one in self.owed for each in one.obligations if each.due is not None]
        return min(due, key=lambda one: (one.due or dt.date.max, one.obligation), default=None)


def kept_days(connection: Connection, pack: Pack, partitions: tuple[str, ...], on: dt.date) -> Mapping[str, PersonDay]:
    """Every person of some caseloads on a local day; those alone are worked out anew whose records changed."""

    def work(connection: Connection, people: People) -> Mapping[str, PersonDay]:
        return person_days(connection, pack, partitions, on, people)

    return kept(connection, "days", (pack, partitions, on), work)


def person_days(
    connection: Connection,
    pack: Pack,
    partitions: tuple[str, ...],
    on: dt.date,
    people: People = None,
    *,
    past: bool = False,
) -> dict[str, PersonDay]:
    """Every person of some caseloads, or these people in them, on a local day, worked out from the vault.

    `past`: the day is over, so that what was booked for it stands there whatever came of it.
    """
    owing: dict[str, list[Owed]] = {}
    for one in owed(connection, pack, partitions, on, people):
        owing.setdefault(one.person_id, []).append(one)
    items: dict[str, list[Item]] = {}
    for item in _read(connection, pack, partitions, on, people, past=past):
        items.setdefault(item.person_id, []).append(item)
    for item in tests_asked(connection, pack, partitions, on, people, owing):
        items.setdefault(item.person_id, []).append(item)
    for item in case_alerts(connection, pack, [one for some in owing.values() for one in some], on):
        items.setdefault(item.person_id, []).append(item)
    ids = dict.fromkeys((*owing, *items))
    names, hazards, homes = people_named(connection, ids), hazards_of(connection, pack, ids), homes_of(connection, ids)
    evening = at(on + dt.timedelta(days=1), dt.time(), pack) - dt.timedelta(seconds=1)
    contacts = last_contacts(connection, pack, ids, evening)
    found = {}
    for person, name in names.items():
        theirs, last = owing.get(person, []), contacts.get(person, NEVER)
        made = [*items.get(person, ()), *owed_items(theirs), *_clock(person, theirs, last, on)]
        assessed = any(one.source is Source.REASSESSMENT for one in made) or _assessments_by_standard(theirs)
        made = [one for one in made if one.source is not Source.ASSESSMENT or not assessed]
        found[person] = PersonDay(
            name, on, tuple(theirs), tuple(made), hazards.get(person, ()), homes.get(person, NOT_ON_FILE), last
        )
    return found


def _read(
    connection: Connection,
    pack: Pack,
    partitions: tuple[str, ...],
    on: dt.date,
    people: People,
    *,
    past: bool,
) -> Iterator[Item]:
    """What stands in records of its own."""
    yield from booked(connection, pack, partitions, on, people, past=past)
    yield from hearings(connection, pack, partitions, on, people, past=past)
    yield from returned(connection, partitions, people)
    yield from deadlines(connection, partitions, on, people)
    yield from alerts(connection, pack, partitions, on, people)
    yield from unreadable_items(connection, partitions, people)


def _clock(person: str, theirs: Sequence[Owed], last: LastContact, on: dt.date) -> Iterator[Item]:
    """The out-of-contact clock of a person with an open case: with several, that of the shortest."""
    if not theirs or not last.tries:
        return
    stays = [stay for one in theirs for stay in one.case.facts.stays]
    seen = last.last.occurred_at.date() if last.last else None
    clock = min((one.pack.out_of_contact for one in theirs), key=lambda one: one.days)
    found = out_of_contact(seen, last.tries[0].occurred_at.date(), stays, on, clock)
    if found is not None:
        since = last.sentence(theirs[0].pack, on)
        due = on + dt.timedelta(days=found.of - found.day)
        why = f"{since} At {found.of} days a client counts as out of contact."
        yield Item(f"contact:{person}", Source.OUT_OF_CONTACT, found.words(), person, person, due, why=why)


def _assessments_by_standard(theirs: Sequence[Owed]) -> bool:
    """Whether the standards themselves say when the next assessment is due."""
    return any(one.due is not None and one.obligation == "assessment" for each in theirs for one in each.obligations)
