"""The few contacts of each case that can decide what is owed: the newest of each sort that an obligation counts.

One statement for a whole caseload, on an index that holds all it filters by; 250,000 contacts are not read.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from fieldpo.supervision.calendar import at, zone_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.counting import attempts, counted, people_of, satisfying
from fieldpo.supervision.standards.lookback import Reach, reaches

MOST = 8
"""The newest contacts of one sort that are read; where they do not settle it, the person's whole history is."""

_NEWEST = text(
    "WITH w AS MATERIALIZED (SELECT key AS at, value ->> 0 AS person, value ->> 1 AS since, value ->> 2 AS kinds, "
    "value ->> 3 AS places, value ->> 4 AS outcomes, value ->> 5 AS verified, value ->> 6 AS collaterals "
    "FROM json_each(:wanted)) "
    "SELECT w.at, w.person, c.occurred_utc, c.contact, c.place, c.outcome, c.present, c.verified, c.with_collateral, "
    "c.id FROM w CROSS JOIN r_contact c ON c.rowid IN ("
    "SELECT n.rowid FROM r_contact n WHERE n.person_id = w.person AND n.occurred_utc >= w.since "
    "AND n.occurred_utc < :until AND n.hidden = 0 "
    "AND (w.kinds = '' OR instr(w.kinds, ' ' || n.contact || ' ')) "
    "AND (w.places = '' OR instr(w.places, ' ' || n.place || ' ')) "
    "AND (w.outcomes = '' OR instr(w.outcomes, ' ' || n.outcome || ' ')) "
    "AND (w.verified = '' OR instr(' ' || n.verified || ' ', w.verified)) "
    "AND (w.collaterals IS NULL OR n.with_collateral OR EXISTS (SELECT 1 FROM json_each(w.collaterals) j "
    "WHERE instr(' ' || n.present || ' ', j.value))) "
    "ORDER BY n.occurred_utc DESC LIMIT :most)"
)
_SINCE = text(
    "SELECT 0, c.person_id, c.occurred_utc, c.contact, c.place, c.outcome, c.present, c.verified, c.with_collateral, "
    "c.id FROM json_each(:wanted) w CROSS JOIN r_contact c "
    "ON c.person_id = w.value ->> 0 AND c.occurred_utc >= w.value ->> 1 "
    "WHERE c.hidden = 0 AND c.occurred_utc < :until"
)
_AHEAD = text(
    "SELECT c.person_id, c.occurred_utc FROM json_each(:people) p CROSS JOIN r_contact c "
    "ON c.person_id = p.value AND c.occurred_utc >= :until WHERE c.hidden = 0 "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = c.id AND w.hidden = 0)"
)
_WITHDRAWN = text("SELECT entry_id FROM r_withdrawal WHERE hidden = 0")


@dataclass(frozen=True)
class Asked:
    """One case whose contacts are wanted, with the pack that its policy names."""

    case_id: str
    person_id: str
    pack: Pack
    facts: CaseFacts


@dataclass(frozen=True)
class _Wanted:
    """One sort of contact of one case; `reach` None for the attempts."""

    case: Asked
    reach: Reach | None
    row: list[object]


def counting_contacts(
    connection: Connection, pack: Pack, cases: Sequence[Asked], on: dt.date
) -> dict[str, tuple[Contact, ...]]:
    """The contacts up to a local day that decide what each person owes, oldest first, by person.

    Gives the same due days as the whole history would. Raises as `lookback.reaches`.
    """
    reached = [(case, reaches(case.pack, case.facts, on)) for case in cases]
    wanted = [one for case, known in reached for one in _wanted(case, known)]
    found: dict[str, dict[str, Contact]] = {}
    full: Counter[int] = Counter()
    for place, person, contact in _rows(connection, pack, _NEWEST, [one.row for one in wanted], on):
        full[place] += 1
        found.setdefault(person, {})[contact.id] = contact
    since = dict(_shares(reached))
    for place, one in enumerate(wanted):
        if one.reach and full[place] >= MOST and not _settled(one, found.get(one.case.person_id, {}).values(), on):
            since[one.case.person_id] = one.case.facts.start
    _read_since(connection, pack, since, on, found)
    behind = {
        case.person_id: case.facts.start
        for case in cases
        if since.get(case.person_id, case.facts.start) > case.facts.start
        and not _share_settled(case, found.get(case.person_id, {}).values(), on)
    }
    _read_since(connection, pack, behind, on, found)
    return {person: tuple(sorted(by_id.values())) for person, by_id in found.items()}


def _read_since(
    connection: Connection, pack: Pack, since: Mapping[str, dt.date], on: dt.date, found: dict[str, dict[str, Contact]]
) -> None:
    """Add to `found` every contact of these persons since a local day each."""
    rows = [[person, _moment(pack, day)] for person, day in since.items()]
    for _, person, contact in _rows(connection, pack, _SINCE, rows, on):
        found.setdefault(person, {})[contact.id] = contact


def whole_history(
    connection: Connection, pack: Pack, person_id: str, since: dt.date, on: dt.date
) -> tuple[Contact, ...]:
    """Every contact of a person from one local day to another, oldest first."""
    rows = [[person_id, _moment(pack, since)]]
    return tuple(sorted(contact for _, _, contact in _rows(connection, pack, _SINCE, rows, on)))


def days_ahead(connection: Connection, pack: Pack, people: Iterable[str], on: dt.date) -> dict[str, list[dt.date]]:
    """The days of contacts that are said to have happened after a local day, by person."""
    asked = {
        "people": msgspec.json.encode(list(people)).decode(),
        "until": _moment(pack, on + dt.timedelta(days=1)),
    }
    here, found = zone_of(pack), dict[str, list[dt.date]]()
    for row in connection.execute(_AHEAD, asked):
        found.setdefault(row.person_id, []).append(dt.datetime.fromtimestamp(row.occurred_utc, here).date())
    return found


def _wanted(case: Asked, reached: Sequence[Reach]) -> list[_Wanted]:
    since = _moment(case.pack, case.facts.start)
    met = _codes(satisfying(case.pack))
    found = []
    for reach in reached:
        counts = reach.counts
        verified = f" {counts.verified} " if counts.verified else ""
        outcomes = "" if counts.any_outcome else met
        others = _collaterals(case.pack) if counts.people == "collateral" else None
        row = [case.person_id, since, _codes(counts.kinds), _codes(counts.places), outcomes, verified, others]
        found.append(_Wanted(case, reach, row))
    tried = [case.person_id, since, "", "", _codes(attempts(case.pack)), "", None]
    return [*found, _Wanted(case, None, list(tried))] if found else []


def _shared(pack: Pack) -> set[str]:
    return {rule.code for policy in pack.policies for rule in policy.obligations if rule.share_of}


def _share_settled(case: Asked, contacts: Collection[Contact], on: dt.date) -> bool:
    """Whether what was read holds as many as the share asks; one that is behind asks since when."""
    shared, outcomes = _shared(case.pack), satisfying(case.pack)
    return all(
        len(counted(reach.counts, contacts, case.facts.start, on, outcomes)) >= reach.n
        for reach in reaches(case.pack, case.facts, on, contacts)
        if reach.obligation in shared
    )


def _shares(cases: Iterable[tuple[Asked, Sequence[Reach]]]) -> Iterable[tuple[str, dt.date]]:
    """A share of what was done needs all that was done within its own span."""
    for case, reached in cases:
        shared = _shared(case.pack)
        if not shared:
            continue
        since = [reach.since for reach in reached if reach.obligation in shared]
        if since:
            yield case.person_id, max(case.facts.start, min(since))


def _settled(one: _Wanted, contacts: Iterable[Contact], on: dt.date) -> bool:
    if one.reach is None:
        return True
    met = counted(one.reach.counts, contacts, one.case.facts.start, on, satisfying(one.case.pack))
    return len(met) >= one.reach.n


def _rows(
    connection: Connection, pack: Pack, query: object, wanted: list[list[object]], on: dt.date
) -> Iterable[tuple[int, str, Contact]]:
    if not wanted:
        return
    asked: Mapping[str, object] = {
        "wanted": msgspec.json.encode(wanted).decode(),
        "until": _moment(pack, on + dt.timedelta(days=1)),
        "most": MOST,
    }
    here, withdrawn = zone_of(pack), set(connection.scalars(_WITHDRAWN))
    people: dict[tuple[str, bool], int] = {}
    for place, person, utc, kind, where, outcome, present, verified, collateral, record_id in connection.execute(
        query,  # type: ignore[call-overload]
        asked,
    ):
        if record_id in withdrawn:
            continue
        who = people.get((present, bool(collateral)))
        if who is None:
            who = people[present, bool(collateral)] = people_of(pack, present.split(), with_collateral=bool(collateral))
        day = dt.datetime.fromtimestamp(utc, here).date()
        yield place, person, Contact(day, kind, where, outcome, who, tuple(verified.split()), record_id)


def _collaterals(pack: Pack) -> str:
    """The codes of those present that stand for somebody else than the client, as `people_of` reads them."""
    codes = {"collateral", *(one.code for one in pack.with_whom if not one.client_present)}
    return msgspec.json.encode([f" {code} " for code in sorted(codes)]).decode()


def _codes(codes: Iterable[str]) -> str:
    """Codes as the statement looks them up: each between blanks; empty for any."""
    joined = " ".join(sorted(codes))
    return f" {joined} " if joined else ""


def _moment(pack: Pack, day: dt.date) -> int:
    """The beginning of a local day as UTC seconds."""
    return int(at(day, dt.time(), pack).timestamp())
