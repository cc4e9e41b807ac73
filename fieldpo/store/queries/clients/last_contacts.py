"""When each client was last seen or heard, and what was tried since: one statement for any number of clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import ago, clock, count, short_day
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.whose import People, listed, of_people
from fieldpo.supervision.calendar import zone_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

RECORDS_CHECK = "records"
"""A kind of contact that meets nobody, so that it is never anyone's last contact."""

LOOKED_AT = 12
"""The newest entries of a person that are looked at; more tries in a row than this are not told apart."""

_NEWEST = AtOnce(  # a scalar subquery: everything comes out of the index, and no row is looked up
    "SELECT p.value AS person_id, (SELECT json_group_array(json_array(occurred_utc, contact, place, outcome, rid)) "
    "FROM (SELECT n.occurred_utc, n.contact, n.place, n.outcome, n.rowid AS rid FROM r_contact n "
    "WHERE n.person_id = p.value AND n.occurred_utc <= :until AND n.hidden = 0 "
    "ORDER BY n.occurred_utc DESC LIMIT :most)) AS found FROM json_each(:ids) p"
)
_WITHDRAWN = (
    "SELECT c.rowid AS place FROM r_withdrawal w CROSS JOIN r_contact c ON c.id = w.entry_id WHERE w.hidden = 0"
)


@dataclass(frozen=True)
class ContactLine:
    """One contact or attempt, as short as a list has it."""

    occurred_at: dt.datetime
    """On the office's clock."""
    contact: str
    place: str
    outcome: str

    def words(self, pack: Pack) -> str:
        """What it was: "home, seen"; "phone, left a message"."""
        where = label_of(pack.places, self.place) if self.place else label_of(pack.contact_kinds, self.contact)
        return f"{where}, {label_of(pack.outcomes, self.outcome)}"


@dataclass(frozen=True)
class LastContact:
    """A person's last contact that counts as one, and the attempts after it, newest first."""

    last: ContactLine | None
    tries: tuple[ContactLine, ...]

    def sentence(self, pack: Pack, today: dt.date) -> str:
        """The last contact in words, with the tries since: "Last contact Thu 12 Nov, 10 d ago: home, seen."."""
        if self.last is None and len(self.tries) >= LOOKED_AT:
            said = f"No contact among the last {LOOKED_AT} entries."
        elif self.last is None:
            said = "No contact on this laptop yet."
        else:
            when = self.last.occurred_at
            said = f"Last contact {_day(when.date(), today)}, {ago(when, today)}: {self.last.words(pack)}."
        if self.tries:
            named = ", ".join(
                f"{_day(one.occurred_at.date(), today)} {clock(one.occurred_at)} {label_of(pack.outcomes, one.outcome)}"
                for one in self.tries[:2]
            )
            tries = count(len(self.tries), "try", "tries")
            said += f" Since then {tries}: {named}." if self.last else f" {tries[0].upper()}{tries[1:]}: {named}."
        return said


NEVER = LastContact(None, ())


def withdrawn_contacts(connection: Connection, people: People) -> frozenset[int]:
    """The contacts entered in error, by their place in the vault (rowid): of some people, or of all.

    A withdrawal that names nobody is found under all.
    """
    some = people is not None
    found = set(of_people(_WITHDRAWN, people, "w.person_id").values(connection, {"people": listed(people or ())}))
    if some:
        found.update(of_people(_WITHDRAWN, None, rest=" AND w.person_id IS NULL").values(connection))
    return frozenset(found)


def last_contacts(connection: Connection, pack: Pack, ids: Iterable[str], now: dt.datetime) -> dict[str, LastContact]:
    """The last contact of each person named, and the attempts since; a person without entries is left out."""
    counts = {one.code: one.satisfies for one in pack.outcomes}
    attempts = {one.code for one in pack.outcomes if one.attempt or one.appointment == "missed"}
    people = list(dict.fromkeys(ids))
    gone = withdrawn_contacts(connection, people)
    here, found = zone_of(pack), dict[str, LastContact]()
    for row in _NEWEST.rows(connection, {"ids": people, "until": int(now.timestamp()), "most": LOOKED_AT}):
        last: ContactLine | None = None
        tries: list[ContactLine] = []
        for utc, contact, place, outcome, place_in_vault in msgspec.json.decode(row.found):
            counted = counts.get(outcome) and contact != RECORDS_CHECK
            if place_in_vault in gone or not (counted or outcome in attempts):
                continue
            line = ContactLine(dt.datetime.fromtimestamp(utc, here), contact, place, outcome)
            if counted:
                last = line
                break
            tries.append(line)
        if row.found != "[]":
            found[row.person_id] = LastContact(last, tuple(tries))
    return found


def _day(day: dt.date, today: dt.date) -> str:
    return short_day(day) if day.year == today.year else f"{short_day(day)} {day.year}"
