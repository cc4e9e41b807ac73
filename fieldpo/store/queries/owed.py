"""What the contact standards ask of a caseload today, and what one more contact would clear.

Only contacts that can still count are read. Where those do not settle a due day, the whole history of that one person
is read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.errors import NotFound, PolicyError
from fieldpo.store.queries.case_facts import OwedCase, owed_cases
from fieldpo.store.queries.policy import pack_named
from fieldpo.supervision.calendar import at, zone_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.counting import attempts, people_of
from fieldpo.supervision.standards.engine import Obligation, obligations
from fieldpo.supervision.standards.lookback import is_enough, lookback

_CONTACTS = text(
    "SELECT c.person_id, c.occurred_utc, c.contact, c.place, c.outcome, c.present, c.verified, c.with_collateral, c.id "
    "FROM json_each(:wanted) w CROSS JOIN r_contact c ON c.person_id = json_extract(w.value, '$[0]') "
    "AND c.occurred_utc >= json_extract(w.value, '$[1]') WHERE c.hidden = 0 AND c.occurred_utc < :until"
)
_WITHDRAWN = text("SELECT entry_id FROM r_withdrawal WHERE hidden = 0")


@dataclass(frozen=True)
class Owed:
    """What one case owes on a day, with the contacts that were read for it. `trouble` says why nothing can be told."""

    case: OwedCase
    pack: Pack
    on: dt.date
    obligations: tuple[Obligation, ...]
    contacts: tuple[Contact, ...]
    trouble: str = ""

    @property
    def person_id(self) -> str:
        """Whose case it is."""
        return self.case.person_id

    def due_by(self, day: dt.date) -> tuple[Obligation, ...]:
        """What is due up to a day, the most overdue first."""
        found = [one for one in self.obligations if one.due is not None and one.due <= day]
        return tuple(sorted(found, key=lambda one: (one.due or day, one.obligation)))

    def tries(self, one: Obligation) -> int:
        """Attempts since the obligation was last met, among the contacts that can count."""
        outcomes = attempts(self.pack)
        since = one.last_counted or dt.date.min
        return sum(1 for contact in self.contacts if contact[3] in outcomes and contact[0] > since)

    def with_contact(self, contact: Contact) -> tuple[Obligation, ...]:
        """What would be owed after one more contact."""
        return obligations(self.pack, self.case.facts, (*self.contacts, contact), max(self.on, contact[0]))

    def cleared_by(self, contact: Contact, within: dt.timedelta) -> tuple[Obligation, ...]:
        """What is due within a time and would be met by this contact, with its present due day."""
        after = {one.obligation: one.due for one in self.with_contact(contact)}
        return tuple(one for one in self.due_by(self.on + within) if after.get(one.obligation) != one.due)


def owed(connection: Connection, pack: Pack, own: str, on: dt.date, person_id: str | None = None) -> tuple[Owed, ...]:
    """What every open case of one caseload, or one person's, owes on a local day of the agency."""
    cases = owed_cases(connection, pack, own, person_id)
    packs = {one.case_id: _pack_for(connection, pack, one.facts, on) for one in cases}
    since: dict[str, dt.date] = {}
    troubles: dict[str, str] = {}
    for one in cases:
        try:
            first = max(lookback(packs[one.case_id], one.facts, on), one.facts.start)
        except (NotFound, PolicyError) as error:
            troubles[one.case_id] = error.message
            continue
        since[one.person_id] = min(first, since.get(one.person_id, first))
    read = _contacts(connection, pack, since, on)
    short = {
        one.person_id: one.facts.start
        for one in cases
        if one.case_id not in troubles and not is_enough(packs[one.case_id], one.facts, read.get(one.person_id, ()), on)
    }
    read.update(_contacts(connection, pack, short, on))
    return tuple(
        _owed_of(one, packs[one.case_id], read.get(one.person_id, ()), on, troubles.get(one.case_id, ""))
        for one in cases
    )


def _owed_of(case: OwedCase, pack: Pack, contacts: Sequence[Contact], on: dt.date, trouble: str) -> Owed:
    if trouble:
        return Owed(case, pack, on, (), (), trouble)
    return Owed(case, pack, on, obligations(pack, case.facts, contacts, on), tuple(contacts))


def _pack_for(connection: Connection, pack: Pack, facts: CaseFacts, on: dt.date) -> Pack:
    """The pack that the case's policy names, where it is another one than the agency's."""
    if not facts.policy or facts.policy == pack.id or any(one.name == facts.policy for one in pack.policies):
        return pack
    return pack_named(connection, facts.policy, on) or pack


def _contacts(
    connection: Connection, pack: Pack, since: Mapping[str, dt.date], on: dt.date
) -> dict[str, list[Contact]]:
    if not since:
        return {}
    wanted = [[person, int(at(day, dt.time(), pack).timestamp())] for person, day in since.items()]
    until = int(at(on + dt.timedelta(days=1), dt.time(), pack).timestamp())
    rows = connection.execute(_CONTACTS, {"wanted": msgspec.json.encode(wanted).decode(), "until": until})
    withdrawn = set(connection.scalars(_WITHDRAWN))
    here = zone_of(pack)
    found: defaultdict[str, list[Contact]] = defaultdict(list)
    for person, utc, kind, place, outcome, present, verified, collateral, record_id in rows:
        if record_id in withdrawn:
            continue
        day = dt.datetime.fromtimestamp(utc, here).date()
        people = people_of(pack, present.split(), with_collateral=bool(collateral))
        proved = tuple(verified.split()) if verified else ()
        found[person].append(Contact(day, kind, place, outcome, people, proved, record_id))
    return found


def labels(found: Iterable[Obligation]) -> str:
    """Obligations named in a row: "home visit + employment check"."""
    return " + ".join(one.label for one in found)
