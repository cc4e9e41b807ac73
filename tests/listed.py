"""A small caseload for lists: one client for every section of Today, long and foreign names, and what F3 must hide."""

from __future__ import annotations

import datetime as dt

from fieldpo.sync.protocol.body import Body, Confidentiality
from fieldpo.sync.protocol.kinds import (
    Address,
    Allegation,
    Appointment,
    Assessment,
    Case,
    Collateral,
    Condition,
    Contact,
    Hazard,
    Officer,
    Person,
    Phone,
    ReportStep,
    ViolationReport,
    Withdrawal,
)
from tests.filled_vault import NOW, OFFICER, Pulled

DAY = NOW.date()
SUPERVISOR = "0192aaaa-0000-7000-8000-000000000002"
OVERDUE, NEIGHBOR, RETURNED, LATER_TODAY, EARLIER_TODAY, THIS_WEEK, LONG, QUIET = (
    f"0192eeee-0000-7000-8000-00000000000{n}" for n in range(1, 9)
)
LONG_NOTE = "She says the bus is late again. " * 375
"""12,000 characters."""


class Listing:
    """Collects records with ids of their own."""

    def __init__(self) -> None:
        self.records: list[Pulled] = []

    def add(self, kind: str, person_id: str | None, body: Body, record_id: str = "") -> str:
        """Take one record; returns its id."""
        made = record_id or f"0192ffff-0000-7000-8000-{len(self.records):012d}"
        self.records.append(Pulled(kind, made, person_id, body))
        return made

    def person(self, person_id: str, family: str, given: str, shown: str, **more: object) -> None:
        """A person with a medium case."""
        body = Person(family_name=family, given_name=given, agency_ids={"agency": shown}, **more)  # type: ignore[arg-type]
        self.add("person", person_id, body, person_id)
        case = Case(
            person_id=person_id,
            level="medium",
            case_number=f"24-{shown}",
            start_on=dt.date(2024, 5, 6),
            end_on=dt.date(2029, 1, 31),
            history_complete_from=DAY - dt.timedelta(days=10),
        )
        self.add("case", person_id, case, f"{person_id[:-2]}c{person_id[-1]}")

    def appointment(self, person_id: str, at: dt.datetime, kind: str = "office", place: str = "office") -> str:
        """An appointment with no outcome."""
        body = Appointment(person_id=person_id, starts_at=at, appointment=kind, place=place)
        return self.add("appointment", person_id, body)

    def contact(self, person_id: str, at: dt.datetime, outcome: str, note: str, **more: object) -> str:
        """An entry of the case notes."""
        body = Contact(
            person_id=person_id,
            occurred_at=at,
            contact="face_to_face",
            outcome=outcome,
            officer_id=OFFICER,
            note=note,
            **{"place": "office", **more},  # type: ignore[arg-type]
        )
        return self.add("contact", person_id, body)


def case_of(person_id: str) -> str:
    """The id of a person's case."""
    return f"{person_id[:-2]}c{person_id[-1]}"


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment so many days from `NOW`'s day, on the office's clock."""
    return dt.datetime.combine(DAY + dt.timedelta(days=day), dt.time(hour, minute), NOW.tzinfo)


def listed() -> list[Pulled]:
    """Eight clients; see the names above."""
    made = Listing()
    made.add("officer", None, Officer(name="Reyes, Ana"), OFFICER)
    made.add("officer", None, Officer(name="Imani, Ruth", title="Supervisor"), SUPERVISOR)
    _overdue(made)
    made.person(NEIGHBOR, "Boateng", "Kwame", "0932")
    made.add("address", NEIGHBOR, Address(person_id=NEIGHBOR, line1="2101 N Ash St", area="Ash St N"))
    made.appointment(NEIGHBOR, at(-6, 9), "home", "home")
    _returned(made)
    made.person(LATER_TODAY, "Fahey", "Brendan", "2290", aliases=["Red"])
    made.appointment(LATER_TODAY, at(0, 14, 30))
    made.contact(LATER_TODAY, at(-14, 14, 30), "reported", "Reported as directed.")
    made.person(EARLIER_TODAY, "Gómez", "Rosa", "5514")
    made.add("hazard", EARLIER_TODAY, Hazard(person_id=EARLIER_TODAY, hazard="health", text="Mask and gloves."))
    made.appointment(EARLIER_TODAY, at(0, 10), "office_ua")
    made.person(THIS_WEEK, "Jensen", "Per", "6001")
    made.appointment(THIS_WEEK, at(1, 9), "hearing", "court")
    made.person(LONG, "Featherstonehaugh-Villavicencio de León", "王小明", "7301")
    made.contact(LONG, at(-3, 11), "reported", LONG_NOTE)
    made.contact(LONG, at(-2, 11), "reported", "Meeting went well 👍🏽 👨‍👩‍👧‍👦.")
    made.person(QUIET, "Young", "Ada", "8100")
    ends = Condition(
        person_id=QUIET,
        case_id=case_of(QUIET),
        category="curfew",
        text="Be home by ten.",
        standard=False,
        expires_on=DAY + dt.timedelta(days=20),
    )
    made.add("condition", QUIET, ends)
    made.add("assessment", QUIET, Assessment(person_id=QUIET, instrument="dast_10", done_on=dt.date(2025, 10, 1)))
    return made.records


def _overdue(made: Listing) -> None:
    made.person(
        OVERDUE,
        "Alvarez",
        "Marisol",
        "4471",
        birth_date=dt.date(1990, 5, 6),
        language="Spanish",
        interpreter=True,
        needs=["hard of hearing, left side"],
    )
    home = Address(person_id=OVERDUE, line1="2207 N Ash St, unit 4", area="Ash St N", household="brother Hector")
    made.add("address", OVERDUE, home)
    made.add("phone", OVERDUE, Phone(person_id=OVERDUE, number="(555) 0100"))
    weapon = Hazard(
        person_id=OVERDUE,
        hazard="weapon",
        text="Shotgun, hall closet.",
        source="Ofc Lund",
        observed_on=dt.date(2026, 11, 2),
        review_on=dt.date(2027, 11, 2),
    )
    dog = Hazard(
        person_id=OVERDUE,
        hazard="dog",
        text="Large, loose.",
        source="Client said",
        observed_on=dt.date(2026, 10, 12),
        review_on=dt.date(2026, 11, 12),
    )
    made.add("hazard", OVERDUE, dog)
    made.add("hazard", OVERDUE, weapon)
    made.add("hazard", OVERDUE, Hazard(person_id=OVERDUE, hazard="order", text="Old order.", active=False))
    made.add("collateral", OVERDUE, Collateral(person_id=OVERDUE, name="Rosa Alvarez", relationship="mother"))
    made.appointment(OVERDUE, at(-12, 10), "home", "home")
    made.contact(OVERDUE, at(-42, 9), "seen", "Home, calm.", place="home")
    made.contact(OVERDUE, at(-19, 18, 10), "no_answer", "Knocked twice.", place="home")
    made.contact(
        OVERDUE,
        at(-20, 8),
        "reported",
        "Her brother told us where he sleeps.",
        confidentiality=Confidentiality.THIRD_PARTY,
    )
    wrong = made.contact(OVERDUE, at(-1, 8), "reported", "Meant for another client.")
    body = Withdrawal(
        person_id=OVERDUE, entry_id=wrong, reason="entered in error", officer_id=OFFICER, written_at=at(-1, 9)
    )
    made.add("withdrawal", OVERDUE, body)


def _returned(made: Listing) -> None:
    made.person(RETURNED, "Estrada", "Luz", "6023")
    condition = Condition(person_id=RETURNED, case_id=case_of(RETURNED), category="reporting", text="Report as told.")
    condition_id = made.add("condition", RETURNED, condition)
    report = ViolationReport(
        person_id=RETURNED,
        case_id=case_of(RETURNED),
        officer_id=OFFICER,
        written_at=at(-5, 9),
        severity="low",
        allegations=[Allegation(condition_id=condition_id, facts="Missed two reports.")],
    )
    report_id = made.add("violation_report", RETURNED, report)
    for step, day, comment in (("submitted", -5, ""), ("returned", -3, "Name the dates of both.")):
        body = ReportStep(
            person_id=RETURNED,
            report_id=report_id,
            step=step,
            officer_id=SUPERVISOR,
            written_at=at(day, 16),
            comment=comment,
            due_on=DAY + dt.timedelta(days=2) if step == "returned" else None,
        )
        made.add("report_step", RETURNED, body)
