"""The few contacts of each case that can decide what is owed: the newest of each sort that an obligation counts.

One statement for all that ask for as many, answered from an index that holds all it filters by: of 250,000 contacts
neither the bodies nor the rows are read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import Asked as Given
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.last_contacts import withdrawn_contacts
from fieldpo.store.queries.clients.whose import People, listed
from fieldpo.supervision.calendar import at, zone_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.counting import attempts, counted, people_of, satisfying
from fieldpo.supervision.standards.lookback import Reach, reaches
from fieldpo.supervision.written.standards import Counts

ALL = -1
"""As many as there are, as SQLite's LIMIT has it."""

_FOUND = (  # a scalar subquery, so that every column comes out of the index and no row is looked up
    "WITH w AS MATERIALIZED (SELECT value ->> 0 AS person, value ->> 1 AS since, value ->> 2 AS kinds, "
    "value ->> 3 AS places, value ->> 4 AS outcomes, value ->> 5 AS verified, value ->> 6 AS people, "
    "value ->> 7 AS others FROM json_each(:wanted)) SELECT (SELECT json_group_array(json_array("
    "occurred_utc, contact, place, outcome, present, verified, with_collateral, rid)) FROM ("
    "SELECT n.occurred_utc, n.contact, n.place, n.outcome, n.present, n.verified, n.with_collateral, n.rowid AS rid "
    "FROM r_contact n WHERE n.person_id = w.person AND n.occurred_utc >= w.since "
    "AND n.occurred_utc < :until AND n.hidden = 0 "
    "AND (w.kinds = '' OR instr(w.kinds, ' ' || n.contact || ' ')) "
    "AND (w.places = '' OR instr(w.places, ' ' || n.place || ' ')) "
    "AND (w.outcomes = '' OR instr(w.outcomes, ' ' || n.outcome || ' ')) "
    "AND (w.verified = '' OR instr(' ' || n.verified || ' ', w.verified)) "
    "AND (w.people <> 'client' OR (n.present = '' AND NOT n.with_collateral) "
    "OR (n.present <> '' AND NOT instr(w.others, ' ' || n.present || ' '))) "
    "AND (w.people <> 'collateral' OR n.with_collateral OR (n.present NOT IN ('', 'client') AND EXISTS ("
    "SELECT 1 FROM json_each('[\"' || replace(trim(w.others), ' ', '\",\"') || '\"]') j "
    "WHERE instr(' ' || n.present || ' ', ' ' || j.value || ' ')))) "
    "ORDER BY n.occurred_utc {order} LIMIT :most)) AS packed FROM w"
)
_NEWEST, _FIRST = (AtOnce(_FOUND.replace("{order}", order)) for order in ("DESC", "ASC"))
_AHEAD = AtOnce(
    "SELECT c.person_id, c.occurred_utc FROM json_each(:people) p CROSS JOIN r_contact c "
    "ON c.person_id = p.value AND c.occurred_utc >= :until WHERE c.hidden = 0 "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = c.id AND w.hidden = 0)"
)
_ANY = Counts(people="anyone", any_outcome=True)


@dataclass(frozen=True)
class Asked:
    """One case whose contacts are wanted, with the pack that its policy names."""

    case_id: str
    person_id: str
    pack: Pack
    facts: CaseFacts


@dataclass(frozen=True)
class _Wanted:
    """One sort of contact of one person: the newest `most` since a day, or the first."""

    asked: Asked
    counts: Counts
    since: dt.date
    most: int
    outcomes: frozenset[str]
    oldest_first: bool = False


@dataclass
class _Reading:
    """What was read so far, by person and the contact's place in the vault."""

    connection: Connection
    pack: Pack
    on: dt.date
    withdrawn: frozenset[str]
    found: defaultdict[str, dict[str, Contact]] = field(default_factory=lambda: defaultdict(dict))
    people: dict[tuple[str, bool], int] = field(default_factory=dict)
    moments: dict[dt.date, int] = field(default_factory=dict)

    def moment(self, day: dt.date) -> int:
        """The beginning of a local day as UTC seconds."""
        if day not in self.moments:
            self.moments[day] = int(at(day, dt.time(), self.pack).timestamp())
        return self.moments[day]

    def read(self, wanted: Iterable[_Wanted]) -> None:
        """Add what is wanted; where a withdrawn or another one took a place, all of that sort."""
        self._read([replace(one, most=ALL) for one in self._read(wanted)])

    def _read(self, wanted: Iterable[_Wanted]) -> list[_Wanted]:
        """Those of which there may be more than came, since what came does not all count."""
        alike: defaultdict[tuple[int, bool], list[_Wanted]] = defaultdict(list)
        for one in wanted:
            alike[one.most, one.oldest_first].append(one)
        short = []
        for (most, oldest_first), some in alike.items():
            asked: dict[str, Given] = {
                "wanted": msgspec.json.encode([self._row(one) for one in some]).decode(),
                "until": self.moment(self.on + dt.timedelta(days=1)),
                "most": most,
            }
            rows = (_FIRST if oldest_first else _NEWEST).values(self.connection, asked)
            for one, packed in zip(some, rows, strict=True):
                if packed == "[]":
                    continue
                came = msgspec.json.decode(packed)
                taken = self._take(one.asked.person_id, came)
                if len(came) == most and len(counted(one.counts, taken, one.since, self.on, one.outcomes)) < most:
                    short.append(one)
        return short

    def _row(self, one: _Wanted) -> list[object]:
        counts = one.counts
        return [
            one.asked.person_id,
            self.moment(one.since),
            _codes(counts.kinds),
            _codes(counts.places),
            _codes(() if counts.any_outcome else one.outcomes),
            f" {counts.verified} " if counts.verified else "",
            counts.people,
            _codes({"collateral", *(each.code for each in one.asked.pack.with_whom if not each.client_present)}),
        ]

    def _take(self, person: str, rows: list[list[object]]) -> list[Contact]:
        here, known, taken = zone_of(self.pack), self.found[person], list[Contact]()
        utc: int
        for utc, kind, place, outcome, present, verified, collateral, row in rows:  # type: ignore[assignment]
            key = f"#{row}"
            if key in self.withdrawn:
                continue
            if key in known:
                taken.append(known[key])
                continue
            who = self.people.get((present, bool(collateral)))  # type: ignore[arg-type]
            if who is None:
                named = str(present).split()
                who = people_of(self.pack, named, with_collateral=bool(collateral))
                self.people[present, bool(collateral)] = who  # type: ignore[index]
            day = dt.datetime.fromtimestamp(utc, here).date()
            proved = tuple(verified.split()) if verified else ()  # type: ignore[attr-defined]
            known[key] = Contact(day, kind, place, outcome, who, proved, key)  # type: ignore[arg-type]
            taken.append(known[key])
        return taken

    def contacts(self, person: str) -> tuple[Contact, ...]:
        """What was read of a person, oldest first."""
        return tuple(sorted(self.found[person].values())) if person in self.found else ()


def counting_contacts(
    connection: Connection, pack: Pack, cases: Sequence[Asked], on: dt.date, *, some: bool = False
) -> dict[str, tuple[Contact, ...]]:
    """The contacts up to a local day that decide what each person owes, oldest first, by person.

    Gives the same answer as the whole history would, of all that is owed. A contact's id names its place in the vault,
    "#17". `some`: these are few of many persons. Raises as `lookback.reaches`.
    """
    reading = _reading(connection, pack, on, [case.person_id for case in cases] if some else None)
    reached = [(case, reaches(case.pack, case.facts, on)) for case in cases]
    reading.read(one for case, known in reached for one in _first_read(case, known))
    shared = [case for case, known in reached if any(reach.whole is not None for reach in known)]
    reading.read(one for case in shared for one in _share_read(case, reading.contacts(case.person_id), on))
    return {case.person_id: reading.contacts(case.person_id) for case in cases}


def tries_of(
    connection: Connection, pack: Pack, since: Mapping[str, tuple[Asked, dt.date]], on: dt.date
) -> dict[str, tuple[Contact, ...]]:
    """The attempts of some persons, each since a local day of its own, oldest first."""
    if not since:
        return {}
    reading = _reading(connection, pack, on, list(since))
    sought = Counts(people="anyone")
    reading.read(_Wanted(asked, sought, day, ALL, attempts(asked.pack)) for asked, day in since.values())
    return {person: reading.contacts(person) for person in since}


def whole_history(
    connection: Connection, pack: Pack, person_id: str, since: dt.date, on: dt.date
) -> tuple[Contact, ...]:
    """Every contact of a person from one local day to another, oldest first."""
    reading = _reading(connection, pack, on, [person_id])
    asked = Asked("", person_id, pack, CaseFacts(since))
    reading.read([_Wanted(asked, _ANY, since, ALL, frozenset())])
    return reading.contacts(person_id)


def days_ahead(connection: Connection, pack: Pack, people: Iterable[str], on: dt.date) -> dict[str, list[dt.date]]:
    """The days of contacts that are said to have happened after a local day, by person."""
    until = at(on + dt.timedelta(days=1), dt.time(), pack)
    asked: dict[str, Given] = {"people": listed(people), "until": int(until.timestamp())}
    here, found = zone_of(pack), dict[str, list[dt.date]]()
    for row in _AHEAD.rows(connection, asked):
        found.setdefault(row.person_id, []).append(dt.datetime.fromtimestamp(row.occurred_utc, here).date())
    return found


def _reading(connection: Connection, pack: Pack, on: dt.date, people: People) -> _Reading:
    gone = frozenset(f"#{row}" for row in withdrawn_contacts(connection, people))
    return _Reading(connection, pack, on, gone)


def _first_read(case: Asked, reached: Sequence[Reach]) -> Iterable[_Wanted]:
    """The newest of each sort; of a share all that it is a share of; of an event the first that answered it."""
    outcomes, start = satisfying(case.pack), case.facts.start
    for reach in reached:
        if reach.whole is not None and reach.made_since is not None:
            yield _Wanted(case, reach.whole, reach.made_since, ALL, outcomes)
            continue
        yield _Wanted(case, reach.counts, start, reach.n, outcomes)
        if reach.event is not None:
            yield _Wanted(case, reach.counts, max(reach.event, start), 1, outcomes, oldest_first=True)


def _share_read(case: Asked, contacts: Sequence[Contact], on: dt.date) -> Iterable[_Wanted]:
    """As many of a share as what was made asks for, and one more, for the contact that a form is about to add."""
    for reach in reaches(case.pack, case.facts, on, contacts):
        if reach.whole is not None:
            yield _Wanted(case, reach.counts, case.facts.start, reach.n + 1, satisfying(case.pack))


def _codes(codes: Iterable[str]) -> str:
    """Codes as the statement looks them up: each between blanks; empty for any."""
    joined = " ".join(sorted(codes))
    return f" {joined} " if joined else ""
