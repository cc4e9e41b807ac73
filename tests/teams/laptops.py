"""An officer and their supervisor, each with a laptop, and a team at a running central."""

from __future__ import annotations

import datetime as dt

from fieldpo.central.books.database import writing
from fieldpo.central.teams import team
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.kinds import Case, Condition, Contact, Person
from tests.sync.conftest import Device, Field

PACK = shipped("demo")
NOW = dt.datetime(2026, 11, 22, 14, 0, tzinfo=dt.timezone(-dt.timedelta(hours=6)))
PERSON, CASE, CONDITION, ENTRY = (f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, 5))


def stood_up(field: Field) -> tuple[Device, Device, str]:
    """An officer with a client, their supervisor, both with laptops, and the team's partition."""
    rivera, whitfield = field.central.user("rivera"), field.central.user("whitfield")
    entry = Contact(
        person_id=PERSON,
        occurred_at=NOW - dt.timedelta(days=1),
        contact="field",
        outcome="reported",
        officer_id=rivera.id,
        note="Not in at ten.",
    )
    field.central.put(
        rivera.id,
        [
            (PERSON, Person(family_name="Fahey", given_name="Brendan", agency_ids={"doc": "4471"})),
            (CASE, Case(person_id=PERSON, case_number="C-1", level="high")),
            (CONDITION, Condition(person_id=PERSON, case_id=CASE, category="curfew", text="In by nine.")),
            (ENTRY, entry),
        ],
    )
    with writing(field.central.engine) as conn:
        north = team.add_team(conn, "North", now=NOW).partition
        team.assign(conn, north, rivera.id, now=NOW)
        team.supervise(conn, north, whitfield.id, now=NOW)
    officer, boss = field.enrol(rivera), field.enrol(whitfield)
    officer.sync()
    return officer, boss, north
