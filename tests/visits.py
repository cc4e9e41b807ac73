"""A small caseload to plan a day's visits from: two on one street, one elsewhere, one booked, one with no address."""

from __future__ import annotations

import datetime as dt

from fieldpo.sync.protocol.kinds import Address, Case, Hazard, Officer, Person
from tests.filled_vault import OFFICER, Pulled
from tests.listed import DAY, Listing, at

HIGH, MEDIUM, ELSEWHERE, BOOKED, NOWHERE, DONE, GONE = (f"0192ebeb-0000-7000-8000-00000000000{n}" for n in range(1, 8))
_PEOPLE = (
    (HIGH, "Alvarez", "Marisol", "4471", "high", "Ash St N"),
    (MEDIUM, "Boateng", "Kwame", "0932", "medium", "Ash St N"),
    (ELSEWHERE, "Cho", "Dae", "7750", "high", "Mill Rd S"),
    (BOOKED, "Dorsey", "Tia", "1188", "low", "Ash St N"),
    (NOWHERE, "Featherstonehaugh-Villavicencio de León", "王小明", "7301", "high", ""),
    (DONE, "Young", "Ada", "8100", "medium", "Ash St N"),
    (GONE, "Zeller", "Max", "8200", "high", "Ash St N"),
)


def visits() -> list[Pulled]:
    """Seven clients; `DONE` was seen at home yesterday, `GONE`'s case is closed."""
    made = Listing()
    made.add("officer", None, Officer(name="Reyes, Ana"), OFFICER)
    for number, (person_id, family, given, shown, level, area) in enumerate(_PEOPLE):
        body = Person(family_name=family, given_name=given, agency_ids={"agency": shown})
        made.add("person", person_id, body, person_id)
        case = Case(
            person_id=person_id,
            level=level,
            case_number=f"24-{shown}",
            start_on=DAY - dt.timedelta(days=200 - number),
            end_on=dt.date(2029, 1, 31),
            status="closed" if person_id == GONE else "active",
        )
        made.add("case", person_id, case)
        if area:
            home = Address(person_id=person_id, line1=f"{2201 + number} {area}", city="Marlow", area=area)
            made.add("address", person_id, home)
    made.add("hazard", HIGH, Hazard(person_id=HIGH, hazard="weapon", text="Shotgun.", observed_on=dt.date(2026, 11, 2)))
    made.add("hazard", HIGH, Hazard(person_id=HIGH, hazard="dog", text="Loose.", observed_on=dt.date(2026, 10, 12)))
    made.appointment(BOOKED, at(0, 16), "home", "home")
    for person_id in (BOOKED, DONE, GONE):
        made.contact(person_id, at(-1, 9), "seen", "Home, calm.", place="home")
    made.contact(HIGH, at(-40, 9), "seen", "Home, calm.", place="home")
    made.contact(ELSEWHERE, at(-20, 9), "reported", "Reported.", place="office")
    return made.records
