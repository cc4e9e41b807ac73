"""The records of the small caseload, as central would send them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from fieldpo.sync.protocol.kinds import (
    Address,
    Appointment,
    Case,
    Collateral,
    Condition,
    Contact,
    Hazard,
    Officer,
    Person,
)
from tests.filled_vault import Pulled

CHICAGO = ZoneInfo("America/Chicago")
FAHEY = "0192bbbb-0000-7000-8000-000000000001"
ALVAREZ = "0192bbbb-0000-7000-8000-000000000002"
LONG = "0192bbbb-0000-7000-8000-000000000003"
HOSTILE = "0192bbbb-0000-7000-8000-000000000004"
FAHEY_TODAY = "0192cccc-0000-7000-8000-000000000001"
ALVAREZ_HOME = "0192cccc-0000-7000-8000-000000000002"
LONG_AHEAD = "0192cccc-0000-7000-8000-000000000003"

NASTY = "[/] [@click=app.quit]x[/] \x1b]52;c;aGk=\x07 \x1b[31mred \u202egnol ${name} [/path"
"""Markup that crashes, markup that runs, sequences that reach the terminal, a bidi override."""


def _at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=CHICAGO)


def _person(person_id: str, body: Person) -> Pulled:
    return Pulled("person", person_id, person_id, body)


def caseload(officer: str) -> list[Pulled]:
    """Four people: one with an office report today, one with a home visit, a long name, a hostile one."""
    people = [
        _person(FAHEY, Person(family_name="Fahey", given_name="Brendan", agency_ids={"cms": "2290"})),
        _person(
            ALVAREZ,
            Person(
                family_name="Alvarez",
                given_name="Marisol",
                agency_ids={"cms": "4471"},
                language="Spanish",
                interpreter=True,
                needs=["hard of hearing, left side"],
            ),
        ),
        _person(
            LONG,
            Person(
                family_name="Wolfeschlegelsteinhausenbergerdorffsmith",
                given_name="Maximiliana Theodora Wilhelmina Alexandria",
                agency_ids={"cms": "7750"},
            ),
        ),
        _person(HOSTILE, Person(family_name=NASTY, given_name=NASTY, agency_ids={"cms": "[b]666"})),
    ]
    rows: list[Pulled] = [Pulled("officer", officer, None, Officer(name="Reyes, Ana", title="Officer")), *people]
    for number, person in enumerate((FAHEY, ALVAREZ, LONG, HOSTILE)):
        case = f"0192dddd-0000-7000-8000-00000000000{number}"
        rows.append(
            Pulled(
                "case",
                case,
                person,
                Case(
                    person_id=person,
                    case_number=f"26-CR-10{number}",
                    level="high",
                    start_on=dt.date(2026, 5, 4),
                    history_complete_from=dt.date(2026, 8, 29),
                ),
            )
        )
        texts = (
            ("reporting", "Report to the officer as directed, and answer truthfully.", True),
            ("employment", "Work at least 30 hours a week or look for such work, unless excused.", True),
            ("no_contact", "Have no contact with R. A., directly or through others, until 2028.", False),
        )
        for place, (category, words, standard) in enumerate(texts):
            rows.append(
                Pulled(
                    "condition",
                    f"0192eeee-0000-7000-8000-0000000000{number}{place}",
                    person,
                    Condition(
                        person_id=person,
                        case_id=case,
                        category=category,
                        text=NASTY if person == HOSTILE else words,
                        standard=standard,
                    ),
                )
            )
        for place, (day, outcome, note) in enumerate(
            (
                (9, "reported", "Reported as directed."),
                (2, "did_not_report", "Not at the office."),
                (1, "late", "Late."),
            )
        ):
            rows.append(
                Pulled(
                    "contact",
                    f"0192ffff-0000-7000-8000-0000000000{number}{place}",
                    person,
                    Contact(
                        person_id=person,
                        occurred_at=_at(day, 9 + place),
                        contact="face_to_face",
                        place="office",
                        outcome=outcome,
                        officer_id=officer,
                        note=NASTY if person == HOSTILE else note,
                    ),
                )
            )
    return rows + _places() + _appointments()


def _places() -> list[Pulled]:
    rows = []
    for person, words in ((ALVAREZ, "Shotgun, hall closet, brother's."), (HOSTILE, NASTY)):
        tail = person[-1]
        rows += [
            Pulled(
                "hazard",
                f"0192abcd-0000-7000-8000-00000000000{tail}",
                person,
                Hazard(
                    person_id=person,
                    hazard="weapon",
                    text=words,
                    source="Seen by Ofc Reyes",
                    observed_on=dt.date(2026, 11, 2),
                    review_on=dt.date(2027, 2, 2),
                ),
            ),
            Pulled(
                "hazard",
                f"0192abcd-0000-7000-8000-00000000001{tail}",
                person,
                Hazard(
                    person_id=person,
                    hazard="dog",
                    text="Large, loose in the yard.",
                    source="Client said",
                    observed_on=dt.date(2026, 10, 12),
                ),
            ),
            Pulled(
                "address",
                f"0192abce-0000-7000-8000-00000000000{tail}",
                person,
                Address(
                    person_id=person,
                    line1=words if person == HOSTILE else "2207 N Ash St",
                    line2="unit 4",
                    directions="rear stairs",
                    household="child 6",
                    area="Ash St N",
                    verified_on=dt.date(2026, 9, 3),
                    verified_how="went_there",
                ),
            ),
            Pulled(
                "collateral",
                f"0192abcf-0000-7000-8000-00000000000{tail}",
                person,
                Collateral(person_id=person, name="Rosa Alvarez", relationship="mother", in_household=True),
            ),
        ]
    return rows


def _appointments() -> list[Pulled]:
    return [
        Pulled("appointment", FAHEY_TODAY, FAHEY, Appointment(person_id=FAHEY, starts_at=_at(23, 14, 30))),
        Pulled(
            "appointment",
            ALVAREZ_HOME,
            ALVAREZ,
            Appointment(person_id=ALVAREZ, starts_at=_at(23, 14, 0), minutes=30, appointment="home", place="home"),
        ),
        Pulled("appointment", LONG_AHEAD, LONG, Appointment(person_id=LONG, starts_at=_at(7, 14, 30, month=12))),
    ]
