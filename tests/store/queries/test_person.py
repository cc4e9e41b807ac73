"""One person as the vault tells it: header, overview, case notes, conditions, reports, assessments."""

from __future__ import annotations

import pytest

from fieldpo.errors import NotFound
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.queries.clients.conditions import conditions
from fieldpo.store.queries.person.assessments import scorings
from fieldpo.store.queries.person.case_notes import case_notes, notes_with
from fieldpo.store.queries.person.overview import PersonView, booking_words, person
from fieldpo.store.queries.reports.written import reports
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.kinds import Addendum, Contact, Person
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.listed import OVERDUE, QUIET, RETURNED, listed

PACK = shipped("demo")


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """The small caseload."""
    fill(bare_vault, listed())
    return bare_vault


def seen(vault: Vault, person_id: str) -> PersonView:
    """A person at `NOW`."""
    with vault.reading() as connection:
        return person(connection, PACK, person_id, NOW)


def test_the_overview(vault: Vault) -> None:
    """Who, where, what is booked; what a client must not see is marked as private."""
    view = seen(vault, OVERDUE)
    assert view.headline == "MEDIUM, probation, until Wed 31 Jan 2029"
    assert [booking_words(one, NOW.date()) for one in view.bookings] == [
        "Wed 11 Nov 2026 10:00, home visit, 12 d late, no outcome"
    ]
    open_lines = {one.label: one.words for one in view.lines if not one.private}
    private = {one.label: one.words for one in view.lines if one.private}
    assert open_lines["Language"] == "Spanish, interpreter needed"
    assert open_lines["Home"] == "2207 N Ash St, unit 4. Not verified."
    assert private["Born"] == "Sun 06 May 1990, 36 years"
    assert private["Collateral"] == "Rosa Alvarez, mother"
    assert private["Household"] == "brother Hector"


def test_somebody_else_is_not_found(vault: Vault) -> None:
    """A person who is not on this laptop is said in a sentence."""
    with pytest.raises(NotFound, match="not in your caseload on this laptop any more"):
        seen(vault, "nobody")


def test_a_social_security_number_is_no_shown_id(vault: Vault) -> None:
    """A list shows the next identifier, and ours where there is none."""
    ids = {"ssn": "078-05-1120", "court": "C-9"}
    fill(vault, [Pulled("person", "secret-1", "secret-1", Person(family_name="Doe", agency_ids=ids))])
    only = {"ssn": "078-05-1121"}
    fill(vault, [Pulled("person", "secret-000002", "secret-000002", Person(family_name="Doe", agency_ids=only))])
    assert seen(vault, "secret-1").name.shown_id == "C-9"
    assert seen(vault, "secret-000002").name.shown_id == "#000002"


def test_case_notes_newest_first(vault: Vault) -> None:
    """Withdrawn and withheld entries are marked; an entry saved here is not sent yet; an addendum stands with it."""
    body = Contact(
        person_id=OVERDUE,
        occurred_at=NOW,
        contact="phone",
        outcome="reported",
        officer_id=OFFICER,
        note="Called in.",
        told={"home": "unchanged", "job": "changed"},
    )
    saved = perform(vault, Act("contact", (Create(body),), NOW), NOW)
    entry = saved.op_ids[0]
    more = Addendum(person_id=OVERDUE, entry_id=entry, text="The number was new.", officer_id=OFFICER, written_at=NOW)
    perform(vault, Act("addendum", (Create(more),), NOW), NOW)
    with vault.reading() as connection:
        notes = case_notes(connection, PACK, OVERDUE).notes
    assert [(one.not_sent, bool(one.withdrawn), one.withheld) for one in notes] == [
        (True, False, False),
        (False, True, False),
        (False, False, False),
        (False, False, True),
        (False, False, False),
    ]
    assert "Told: home same, job has changed" in notes[0].details
    assert [one.text for one in notes[0].addenda] == ["The number was new."]
    assert notes[0].officer == "Reyes, Ana"


def test_case_notes_by_their_words(vault: Vault) -> None:
    """Only this person's entries with the words."""
    with vault.reading() as connection:
        found = notes_with(connection, PACK, OVERDUE, "knocked tw").notes
        assert [one.note for one in found] == ["Knocked twice."]
        assert notes_with(connection, PACK, QUIET, "knocked").notes == ()


def test_a_page_and_the_next(vault: Vault) -> None:
    """Pages follow each other without a gap or a double."""
    with vault.reading() as connection:
        first = case_notes(connection, PACK, OVERDUE, limit=3)
        second = case_notes(connection, PACK, OVERDUE, after=first.notes[-1], limit=3)
    assert (len(first.notes), first.more, len(second.notes), second.more) == (3, True, 1, False)
    assert second.notes[0].record_id not in {one.record_id for one in first.notes}


def test_conditions_reports_and_assessments(vault: Vault) -> None:
    """Each as its tab lists it, a report with its steps in order."""
    with vault.reading() as connection:
        assert [(one.category, one.standard) for one in conditions(connection, PACK, QUIET)] == [("curfew", False)]
        (report,) = reports(connection, PACK, RETURNED)
        (scored,) = scorings(connection, PACK, QUIET, NOW.date())
    assert (report.state, report.conditions, report.severity) == ("returned", ("reporting: Report as told.",), "low")
    assert [(one.step, one.officer) for one in report.steps] == [
        ("submitted", "Imani, Ruth"),
        ("returned", "Imani, Ruth"),
    ]
    assert (scored.code, scored.done_on.isoformat()) == ("DAST-10", "2025-10-01")
