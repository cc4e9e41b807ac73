"""Who plays: three officers with four laptops, a supervisor with one, and the clients' cases as they begin."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fieldpo.sync.protocol.body import Body
from fieldpo.sync.protocol.exchange import caseload_partition, team_partition
from fieldpo.sync.protocol.kinds import Address, Appointment, Case, Condition, Hazard, Person, Phone

START = dt.datetime(2026, 11, 22, 14, 0, tzinfo=dt.UTC)
"""Central's clock when a run begins."""

PERSONS_EACH = 2


@dataclass(frozen=True)
class Officer:
    """Somebody with a caseload."""

    id: str
    login: str
    name: str

    @property
    def partition(self) -> str:
        """Their caseload."""
        return caseload_partition(self.id)


@dataclass(frozen=True)
class LaptopOf:
    """A laptop as it was enrolled."""

    name: str
    device_id: str
    officer: Officer


def _id(group: int, n: int) -> str:
    return f"00000000-{group:04x}-7000-8000-{n:012x}"


OFFICERS = tuple(
    Officer(_id(1, n), name.lower(), name) for n, name in enumerate(("Reyes", "Okafor", "Lindqvist"), start=1)
)
REYES, OKAFOR, LINDQVIST = OFFICERS

WHITFIELD = Officer(_id(1, 9), "whitfield", "Whitfield")
"""A supervisor, without clients of their own."""

TEAM = team_partition(_id(10, 1))
"""Reyes and Okafor are in it when a run begins; Lindqvist is in none."""

LAPTOPS = tuple(
    LaptopOf(name, _id(2, n), officer)
    for n, (name, officer) in enumerate(
        (("reyes-1", REYES), ("reyes-2", REYES), ("okafor", OKAFOR), ("lindqvist", LINDQVIST)), start=1
    )
)

ALWAYS = (LAPTOPS[0], LAPTOPS[2])
"""Two officers' laptops are in every run."""

EVERYBODY = (*LAPTOPS, LaptopOf("whitfield", _id(2, 9), WHITFIELD))


def _case(person: str, n: int) -> list[tuple[str, Body]]:
    case = _id(4, n)
    return [
        (person, Person(family_name=f"Client{n}", aliases=["Buck"], agency_ids={"cms": f"A{n}"})),
        (case, Case(person_id=person, case_number=f"24-{n}", level="medium")),
        (_id(5, n), Phone(person_id=person, number=f"555-{n:04}")),
        (_id(6, n), Address(person_id=person, line1=f"{n} Elm Street")),
        (_id(7, n), Condition(person_id=person, case_id=case, category="report", text="Report as told")),
        (_id(8, n), Hazard(person_id=person, hazard="dog", text="Dog in the yard")),
        (_id(9, n), Appointment(person_id=person, case_id=case, starts_at=START + dt.timedelta(days=3))),
    ]


def _cases() -> dict[str, list[tuple[str, Body]]]:
    made: dict[str, list[tuple[str, Body]]] = {}
    n = 0
    for officer in OFFICERS:
        for _ in range(PERSONS_EACH):
            n += 1
            made.setdefault(officer.partition, []).extend(_case(_id(3, n), n))
    return made


CASES = _cases()
