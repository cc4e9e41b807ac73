"""The people of a synthetic caseload: who they are, how closely they are supervised, how well they keep to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fieldpo.demo.drawing import Json, Record, milliseconds_of, picked
from fieldpo.demo.names import RACES, language_of, name_of
from fieldpo.demo.person_records import PersonRecords
from fieldpo.supervision.calendar import add_months
from fieldpo.supervision.pack import Pack

_LEVELS = (("max", 8.0), ("high", 27.0), ("medium", 40.0), ("low", 20.0), ("admin", 5.0))
_RATES = {"max": 8.0, "high": 5.0, "medium": 2.5, "low": 1.2, "admin": 0.4}
"""Contacts a month that the demo agency's officers make, by level; invented."""
_STATUSES = (("active", 87.0), ("in_custody", 5.0), ("out_of_contact", 5.0), ("absconded", 1.5), ("closed", 1.5))

_GONE = 22
"""The place of one in sixty who has absconded, whatever the seed."""

_NEEDS = (
    "hard of hearing, left side",
    "reads large print",
    "wheelchair",
    "cannot read well: read forms aloud",
    "no stairs",
    "oxygen",
    "night shift: not before 14:00",
    "service animal",
)


@dataclass(frozen=True)
class Client:
    """One invented person with what the contacts of their history need to know."""

    place: int
    id: str
    case_id: str
    home_id: str
    rng: Random
    level: str
    case_type: str
    status: str
    start: date
    complete_from: date
    reliability: float
    """From 0 to 1: how often appointments are kept."""
    slipping: bool
    """Not seen for the last weeks: what makes a row overdue."""
    language: str
    interpreter: bool
    records: tuple[Record, ...] = field(repr=False)
    condition_ids: tuple[str, ...] = ()
    collateral_ids: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Contacts a month."""
        return _RATES.get(self.level, 2.0)


def agency_number(seed: int, place: int) -> str:
    """Return the agency's number of the person at this place: four digits while they last, no two alike."""
    if place >= 9000:
        return str(10_000 + place)
    return str(1000 + (seed * 131 + place * 7919) % 9000)


def make_client(seed: int, place: int, years: int, today: date, pack: Pack) -> Client:
    """Invent the person at this place of the caseload; the same seed and place give the same person."""
    rng = Random(f"{seed}/{place}")
    months = rng.randrange(2, max(3, years * 12 + 6))
    start = add_months(today, -months) - timedelta(days=rng.randrange(28))
    level, status = picked(rng, _LEVELS), picked(rng, _STATUSES) if place else "active"
    if place % 60 == _GONE:
        level, status = "high", "absconded"
    recent = place % 7 == 4
    complete_from = max(start, today - timedelta(days=rng.randrange(15, 110))) if recent else start
    made = PersonRecords(rng, pack, milliseconds_of(start, pack), today, start)
    person_id, name = made.new_id(), name_of(place, rng)
    language = language_of(name.origin, rng)
    interpreter = bool(language) and rng.random() < 0.6
    person: dict[str, Json] = {
        "agency_ids": {"agency": agency_number(seed, place)},
        "family_name": name.family,
        "given_name": name.given,
        "birth_date": (today - timedelta(days=rng.randrange(18 * 366, 68 * 365))).isoformat(),
        "sex": name.sex,
        "race": RACES[name.origin],
        "aliases": list(name.aliases),
        "middle_name": name.middle,
        "suffix": name.suffix,
        "language": language,
        "interpreter": interpreter,
        "needs": [rng.choice(_NEEDS)] if rng.random() < 0.15 else [],
    }
    made.add("person", person_id, person)
    made.person_id = person_id
    case_id = made.case(seed, place, level, status, complete_from)
    conditions = made.conditions(case_id)
    made.hazards()
    home_id = made.address()
    made.phones()
    made.employment()
    collaterals = made.collaterals()
    made.assessments()
    return Client(
        place=place,
        id=person_id,
        case_id=case_id,
        home_id=home_id,
        rng=rng,
        level=level,
        case_type=made.case_type,
        status=status,
        start=start,
        complete_from=complete_from,
        reliability=min(1.0, max(0.35, rng.gauss(0.86, 0.13))),
        slipping=status in {"out_of_contact", "absconded"} or rng.random() < 0.12,
        language=language,
        interpreter=interpreter,
        records=tuple(made.records),
        condition_ids=conditions,
        collateral_ids=collaterals,
    )
