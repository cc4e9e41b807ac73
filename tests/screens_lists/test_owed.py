"""What is owed on Person and Today: each with its day and last counted, why with w, and what is in the way."""

from __future__ import annotations

import datetime as dt

import pytest
from syrupy.assertion import SnapshotAssertion

from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Case, Contact, Person
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.listed import OVERDUE, case_of
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_person import to_person
from tests.snapshots import assert_pictures, picture, settled

HOSTILE = "0192eeee-0000-7000-8000-0000000000ff"


def _flat(app: object) -> str:
    return " ".join(picture(app).split())  # type: ignore[arg-type]


async def test_overview_says_what_is_owed_and_w_why_and_how_the_year_went(on_today: Open) -> None:
    """Every obligation with its due day and last counted; w shows the arithmetic and the ledger, and hides them."""
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_person(OVERDUE)(pilot)
        assert "OWED face-to-face: due" in _flat(app)
        assert "w says why" in _flat(app)
        assert "demo pack 2026.1" not in _flat(app)
        await to_person(OVERDUE, "w")(pilot)
        shown = _flat(app)
        assert "demo pack 2026.1, demo-2026: " in shown
        assert "face_to_face" not in shown
        assert "Last year face-to-face:" in shown
        await to_person(OVERDUE, "w", "w")(pilot)
        assert "demo pack 2026.1" not in _flat(app)


async def test_picture_of_why(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """The overview with why and the attempt ledger."""
    await assert_pictures(snapshot, on_today, reach=to_person(OVERDUE, "w"))


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"level": "medium"}, "The case has no start"),
        ({"start_on": dt.date(2026, 1, 5)}, "The case has no level"),
        ({"start_on": dt.date(2026, 1, 5), "level": "[b]x"}, "has no level “[b]x”"),
        ({"start_on": dt.date(2026, 1, 5), "level": "high", "policy": "[/]gone"}, "[/]gone"),
    ],
)
async def test_what_is_in_the_way_is_said(
    on_today: Open, listed_vault: Vault, case: dict[str, object], said: str
) -> None:
    """A case without a start or a level, or with one that the pack has not, has its sentence on Today and on Person."""
    made = Case(person_id=HOSTILE, **case)  # type: ignore[arg-type]
    fill(
        listed_vault,
        [
            Pulled("person", HOSTILE, HOSTILE, Person(family_name="Zed", agency_ids={"agency": "9999"})),
            Pulled("case", case_of(HOSTILE), HOSTILE, made),
        ],
    )
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_person(HOSTILE)(pilot)
        assert said in _flat(app)
        app.go("today")
        await to_person(HOSTILE)(pilot)
        with listed_vault.reading() as connection:
            from fieldpo.store.queries.day.today import today

            rows = today(connection, app.pack, OFFICER, NOW).rows
        assert any(said in row.why for row in rows if row.key.startswith("trouble:"))


async def test_a_contact_in_the_future_is_told_and_not_counted(listed_vault: Vault, on_today: Open) -> None:
    """One that stands after today is named with its day."""
    ahead = Contact(
        person_id=OVERDUE,
        occurred_at=NOW + dt.timedelta(days=9),
        contact="face_to_face",
        place="office",
        outcome="reported",
        officer_id=OFFICER,
    )
    perform(listed_vault, Act("Contact", (Create(ahead),), NOW), NOW)
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_person(OVERDUE)(pilot)
        assert "1 contact stands after" in _flat(app)


async def test_caseload_next_is_the_earlier_of_appointment_and_what_is_owed(on_today: Open) -> None:
    """Who has no appointment shows the day that something is due by, and what it is stands below."""
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("c")
        await settled(pilot)
        assert " by " in picture(app)
        assert "OWED" in picture(app)


async def test_of_two_cases_each_line_names_its_own(listed_vault: Vault, on_today: Open) -> None:
    """Who has two cases owes the same thing twice: each line says in which."""
    second = Case(person_id=OVERDUE, level="high", case_number="19-CR-77", start_on=dt.date(2024, 5, 6))
    fill(listed_vault, [Pulled("case", f"{OVERDUE[:-2]}d1", OVERDUE, second)])
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await to_person(OVERDUE)(pilot)
        shown = _flat(app)
        assert "OWED case 19-CR-77, face-to-face: " in shown
        assert "OWED case 24-4471, " in shown
        assert "OWED face-to-face" not in shown
