"""The field sheet: the home visits that are possible on a day, by what each clears, grouped by place.

A visit is possible where a home visit on the day would meet something that is due within a week, or one is booked for
the day; whoever the officer marked stands on the sheet in any case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldpo.store.acting.sheet_marks import marked
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.agenda.days import PersonDay, kept_days
from fieldpo.store.queries.clients.hazards import Hazard, hazards_of
from fieldpo.store.queries.clients.homes import NO_AREA, NOT_ON_FILE, Home, homes_of
from fieldpo.store.queries.clients.names import PersonName, people_named
from fieldpo.store.queries.clients.whose import caseloads, covered
from fieldpo.supervision.agenda.items import Source
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.engine import Obligation

PRINTED = 10
"""Suggestions on the printed sheet, where nobody is marked."""

_MINE = AtOnce(
    "SELECT id FROM r_person WHERE hidden = 0 AND id IN (SELECT value FROM json_each(:ids)) "
    "AND +partition IN (SELECT value FROM json_each(:own))"
)


@dataclass(frozen=True)
class BookedVisit:
    """A home visit that was made for the day; `starts` on the office's clock."""

    appointment_id: str
    starts: dt.datetime


@dataclass(frozen=True)
class SheetVisit:
    """One possible visit. `clears` is what it would meet, the most overdue first; `booked` if made for the day."""

    person: PersonName
    home: Home
    hazards: tuple[Hazard, ...]
    clears: tuple[Obligation, ...]
    marked: bool
    booked: BookedVisit | None = None
    covered_for: str = ""
    """The colleague for whom the officer covers."""

    @property
    def person_id(self) -> str:
        """Whom it is to."""
        return self.person.person_id

    @property
    def days_late(self) -> int:
        """Days since the oldest due day of what it clears: negative while that is ahead, 0 too for clearing nothing."""
        return max((-one.days_left for one in self.clears if one.days_left is not None), default=0)


@dataclass(frozen=True)
class SheetGroup:
    """The visits to one area, the one that clears most first."""

    area: str
    visits: tuple[SheetVisit, ...]


@dataclass(frozen=True)
class FieldSheet:
    """The sheet of a day: who was marked, and what else would be worth the way."""

    now: dt.datetime
    marked: tuple[SheetGroup, ...]
    suggested: tuple[SheetGroup, ...]

    @property
    def visits(self) -> tuple[SheetVisit, ...]:
        """Every visit in the order of the sheet."""
        return tuple(one for group in (*self.marked, *self.suggested) for one in group.visits)

    def printed(self) -> tuple[SheetGroup, ...]:
        """What is printed: the marked; where nobody is, the best suggestions."""
        if self.marked:
            return self.marked
        best = sorted((one for group in self.suggested for one in group.visits), key=_rank)
        return _grouped(best[:PRINTED])

    def near(self, here: SheetVisit) -> tuple[SheetVisit, ...]:
        """Who else could be visited in the same area."""
        if here.home.area == NO_AREA:
            return ()
        return tuple(one for one in self.visits if one.home.area == here.home.area and one is not here)


def field_sheet(connection: Connection, pack: Pack, user_id: str, now: dt.datetime) -> FieldSheet:
    """The sheet of `now`'s day (any UTC offset) for one officer: the own caseload and those covered."""
    here = local(now, pack)
    day = here.date()
    mine = caseloads(connection, user_id)
    days = kept_days(connection, pack, mine, day)
    chosen = _allowed(connection, mine, marked(connection, day))
    possible = {person: one for person, one in days.items() if one.cleared or _booked(one) or person in chosen}
    possible |= _not_owing(connection, pack, [person for person in chosen if person not in days], day)
    colleagues = covered(connection, mine)
    visits = [
        SheetVisit(
            one.name, one.home, one.hazards, one.cleared, person in chosen, _booked(one), colleagues.get(person, "")
        )
        for person, one in possible.items()
    ]
    visits.sort(key=_rank)
    return FieldSheet(
        here,
        _grouped(one for one in visits if one.marked),
        _grouped(one for one in visits if not one.marked),
    )


def _rank(one: SheetVisit) -> tuple[int, int, bool, str, str]:
    """Most cleared first, then the most overdue, then the booked; names only so that the order is always the same."""
    return -len(one.clears), -one.days_late, one.booked is None, one.person.full, one.person_id


def _grouped(visits: Iterable[SheetVisit]) -> tuple[SheetGroup, ...]:
    """By area, in the order of each area's first visit; those without an address last."""
    areas: dict[str, list[SheetVisit]] = {}
    for one in visits:
        areas.setdefault(one.home.area, []).append(one)
    return tuple(SheetGroup(area, tuple(areas[area])) for area in sorted(areas, key=lambda area: area == NO_AREA))


def _booked(one: PersonDay) -> BookedVisit | None:
    """The first home visit booked for the day."""
    found = [
        (each.at, each.about)
        for each in one.items
        if each.source is Source.APPOINTMENT and each.on == one.on
        if each.at_home and each.at is not None
    ]
    return BookedVisit(min(found)[1], min(found)[0]) if found else None


def _not_owing(connection: Connection, pack: Pack, people: Sequence[str], day: dt.date) -> dict[str, PersonDay]:
    """Persons of whom the day asks nothing."""
    hazards, homes = hazards_of(connection, pack, people), homes_of(connection, people)
    return {
        person: PersonDay(name, day, (), (), hazards.get(person, ()), homes.get(person, NOT_ON_FILE))
        for person, name in people_named(connection, people).items()
    }


def _allowed(connection: Connection, mine: tuple[str, ...], ids: tuple[str, ...]) -> frozenset[str]:
    """Those of the marked whom the officer still works with."""
    return frozenset(_MINE.values(connection, {"ids": ids, "own": mine}))
