"""Today: the lines of the agenda as rows, with the officer's own unfinished work among them.

A client has one row in a section, the most pressing thing first; see `supervision.agenda.placing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from fieldpo.store.queries.agenda.days import PersonDay, kept_days, person_days
from fieldpo.store.queries.clients.last_contacts import NEVER, LastContact
from fieldpo.store.queries.clients.names import people_named
from fieldpo.store.queries.clients.whose import caseloads, covered
from fieldpo.store.queries.day.rows import Row, row_of
from fieldpo.store.queries.day.unfinished import begun, own_work
from fieldpo.supervision.agenda.items import Section
from fieldpo.supervision.agenda.placing import lines
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack


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


def today(connection: Connection, pack: Pack, user_id: str, now: dt.datetime, *, past: bool = False) -> Today:
    """Everything that Today shows at `now` (any UTC offset) to one officer: of the own caseload and of those covered.

    `past`: that moment's day is over; it is worked out as it was to be answered then, without the unfinished work of
    the present.
    """
    here = local(now, pack)
    mine = caseloads(connection, user_id)
    if past:
        days: Mapping[str, PersonDay] = person_days(connection, pack, mine, here.date(), past=True)
    else:
        days = kept_days(connection, pack, mine, here.date())
    own = [] if past else [*own_work(connection, user_id, here), *begun(connection, pack)]
    others = people_named(connection, {one.person_id for one in own if one.person_id and one.person_id not in days})
    items = [one for each in days.values() for one in each.items]
    items += [one for one in own if not one.person_id or one.person_id in days or one.person_id in others]
    rows = tuple(row_of(pack, here, line, days.get(line.first.person_id), others) for line in lines(items, here))
    return Today(here, rows, {person: one.contact for person, one in days.items()}, covered(connection, mine))
