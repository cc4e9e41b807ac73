"""The field sheet: which visits are possible, in which order, and whom it never names."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.sheet_marks import marked, swap_mark
from fieldpo.store.queries.clients.homes import NO_AREA
from fieldpo.store.queries.day.field_sheet import FieldSheet, SheetGroup, field_sheet
from fieldpo.store.queries.day.today import today
from fieldpo.store.vault import Vault
from fieldpo.supervision.agenda.items import Section
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.kinds import Contact
from tests.filled_vault import NOW, OFFICER, fill
from tests.visits import BOOKED, DONE, ELSEWHERE, GONE, HIGH, MEDIUM, NOWHERE, visits

PACK = shipped("demo")
DAY = NOW.date()


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """A vault with seven clients to visit, or not."""
    fill(bare_vault, visits())
    return bare_vault


def asked(vault: Vault, now: dt.datetime = NOW) -> FieldSheet:
    """The sheet at a moment."""
    with vault.reading() as connection:
        return field_sheet(connection, PACK, OFFICER, now)


def mark(vault: Vault, *people: str, day: dt.date = DAY) -> None:
    """Mark, or take the mark away."""
    with vault.writing() as connection:
        for one in people:
            swap_mark(connection, one, day)


def people(groups: tuple[SheetGroup, ...]) -> list[tuple[str, list[str]]]:
    """Who stands where, in order."""
    return [(group.area, [one.person_id for one in group.visits]) for group in groups]


def test_visits_stand_by_what_they_clear_then_by_how_late_grouped_by_area(vault: Vault) -> None:
    """Two obligations before one, older before younger, a booked visit that clears nothing last; no address last."""
    found = asked(vault)
    assert found.marked == ()
    assert people(found.suggested) == [
        ("Ash St N", [MEDIUM, HIGH, BOOKED]),
        ("Mill Rd S", [ELSEWHERE]),
        (NO_AREA, [NOWHERE]),
    ]
    by_person = {one.person_id: one for one in found.visits}
    assert [one.label for one in by_person[MEDIUM].clears] == ["face-to-face", "home visit"]
    assert [one.label for one in by_person[HIGH].clears] == ["face-to-face"]
    assert by_person[MEDIUM].days_late > by_person[HIGH].days_late > 0
    assert by_person[ELSEWHERE].home.address == "2203 Mill Rd S, Marlow"
    assert [one.label for one in by_person[HIGH].hazards] == ["WEAPON", "DOG"]
    booked = by_person[BOOKED]
    assert booked.clears == ()
    assert booked.booked is not None
    assert (booked.booked.starts.hour, booked.days_late) == (16, 0)
    assert [one.person_id for one in found.near(booked)] == [MEDIUM, HIGH]
    assert found.near(by_person[NOWHERE]) == ()


def test_the_visit_that_was_made_is_no_longer_possible(vault: Vault) -> None:
    """Logging the home visit takes the client from the sheet at once; an appointment of tomorrow is none of today's."""
    body = Contact(
        person_id=MEDIUM, occurred_at=NOW, contact="face_to_face", place="home", outcome="seen", officer_id=OFFICER
    )
    perform(vault, Act("contact", (Create(body),), NOW), NOW)
    assert MEDIUM not in [one.person_id for one in asked(vault).visits]
    assert BOOKED not in [one.person_id for one in asked(vault, NOW - dt.timedelta(days=1)).visits]


def test_the_marked_come_first_with_nothing_owed_too(vault: Vault) -> None:
    """Whoever the officer marked is on the sheet of that day alone; marking twice takes the mark away."""
    mark(vault, DONE, ELSEWHERE, HIGH)
    mark(vault, HIGH)
    found = asked(vault)
    assert people(found.marked) == [("Mill Rd S", [ELSEWHERE]), ("Ash St N", [DONE])]
    assert people(found.suggested) == [("Ash St N", [MEDIUM, HIGH, BOOKED]), (NO_AREA, [NOWHERE])]
    assert asked(vault, NOW + dt.timedelta(days=1)).marked == ()
    with vault.reading() as connection:
        assert marked(connection, DAY) == (DONE, ELSEWHERE)


def test_marks_are_no_form_begun(vault: Vault) -> None:
    """Today offers drafts to go on with; the marks are none of them."""
    mark(vault, HIGH)
    with vault.reading() as connection:
        assert today(connection, PACK, OFFICER, NOW).of(Section.BEGUN) == ()


def test_nothing_hidden_is_shown(vault: Vault) -> None:
    """A hidden person, address, case or hazard, a closed case, and a marked client of a caseload that is gone."""
    mark(vault, MEDIUM, DONE)
    with vault.writing() as connection:
        connection.execute(text("UPDATE r_person SET hidden = 1 WHERE id = :id"), {"id": MEDIUM})
        connection.execute(text("UPDATE r_case SET hidden = 1 WHERE person_id = :id"), {"id": NOWHERE})
        connection.execute(text("UPDATE r_address SET hidden = 1 WHERE person_id = :id"), {"id": ELSEWHERE})
        connection.execute(text("UPDATE r_hazard SET hidden = 1 WHERE person_id = :id"), {"id": HIGH})
        connection.execute(text("UPDATE r_appointment SET hidden = 1 WHERE person_id = :id"), {"id": BOOKED})
        connection.execute(text("UPDATE r_person SET partition = 'caseload:another' WHERE id = :id"), {"id": DONE})
    found = asked(vault)
    assert found.marked == ()
    assert people(found.suggested) == [("Ash St N", [HIGH]), (NO_AREA, [ELSEWHERE])]
    assert found.visits[0].hazards == ()
    assert found.visits[1].home.address == ""
    assert GONE not in [one.person_id for one in found.visits]
