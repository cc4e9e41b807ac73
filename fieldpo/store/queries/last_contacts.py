"""When each client was last seen or heard, and what was tried since: one statement for any number of clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from fieldpo.plain import ago, clock, count, short_day
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack, label_of

RECORDS_CHECK = "records"
"""A kind of contact that meets nobody, so that it is never anyone's last contact."""

LOOKED_AT = 12
"""The newest entries of a person that are looked at; more tries in a row than this are not told apart."""

_NEWEST = text(
    "SELECT c.person_id, c.occurred_utc, c.contact, c.place, c.outcome FROM r_person p "
    "CROSS JOIN r_contact c ON c.rowid IN (SELECT n.rowid FROM r_contact n WHERE n.person_id = p.id "
    "AND n.occurred_utc <= :until ORDER BY n.occurred_utc DESC LIMIT :most) "
    "WHERE p.id IN :ids AND c.hidden = 0 "
    "AND c.rowid NOT IN (SELECT e.rowid FROM r_withdrawal w JOIN r_contact e ON e.id = w.entry_id WHERE w.hidden = 0) "
    "ORDER BY c.person_id, c.occurred_utc DESC"
).bindparams(bindparam("ids", expanding=True))


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


def last_contacts(connection: Connection, pack: Pack, ids: Iterable[str], now: dt.datetime) -> dict[str, LastContact]:
    """The last contact of each person named, and the attempts since; a person without entries is left out."""
    counts = {one.code: one.satisfies for one in pack.outcomes}
    attempts = {one.code for one in pack.outcomes if one.attempt or one.appointment == "missed"}
    found: dict[str, tuple[ContactLine | None, list[ContactLine]]] = {}
    rows = connection.execute(
        _NEWEST, {"ids": list(dict.fromkeys(ids)), "until": int(now.timestamp()), "most": LOOKED_AT}
    )
    for row in rows:
        last, tries = found.get(row.person_id, (None, []))
        if last is not None:
            continue
        at = local(dt.datetime.fromtimestamp(row.occurred_utc, dt.UTC), pack)
        line = ContactLine(at, row.contact, row.place, row.outcome)
        if counts.get(row.outcome) and row.contact != RECORDS_CHECK:
            last = line
        elif row.outcome in attempts:
            tries.append(line)
        found[row.person_id] = (last, tries)
    return {person_id: LastContact(last, tuple(tries)) for person_id, (last, tries) in found.items()}


def _day(day: dt.date, today: dt.date) -> str:
    return short_day(day) if day.year == today.year else f"{short_day(day)} {day.year}"
