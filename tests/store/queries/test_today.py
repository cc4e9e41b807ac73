"""What Today shows, asked of a vault with a client for every section."""

from __future__ import annotations

import datetime as dt

from msgspec import structs

from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.queries.agenda.days import person_days
from fieldpo.store.queries.clients.hazards import safety_words
from fieldpo.store.queries.day.rows import Owes
from fieldpo.store.queries.day.today import Today, today
from fieldpo.store.vault import Vault
from fieldpo.supervision.agenda.items import Section, Source
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.written.lists import OutOfContactClock
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Hazard, ViolationReport
from tests.filled_vault import NOW, OFFICER, fill
from tests.listed import EARLIER_TODAY, LATER_TODAY, NEIGHBOR, OVERDUE, QUIET, RETURNED, THIS_WEEK, case_of, listed

PACK = shipped("demo")


def asked(vault: Vault, now: dt.datetime = NOW) -> Today:
    """Today at a moment."""
    with vault.reading() as connection:
        return today(connection, PACK, OFFICER, now)


def test_every_section_has_its_clients_in_order(bare_vault: Vault) -> None:
    """Overdue are appointments past their day, oldest first; today's stay under today though their hour is over."""
    fill(bare_vault, listed())
    found = asked(bare_vault)
    assert [(one.person_id, one.when) for one in found.of(Section.OVERDUE)] == [
        (OVERDUE, "12 d late"),
        (NEIGHBOR, "6 d late"),
    ]
    assert [(one.person_id, one.when) for one in found.of(Section.RETURNED)] == [(RETURNED, "by Wed 25")]
    assert [(one.person_id, one.when) for one in found.of(Section.TODAY)] == [
        (EARLIER_TODAY, "10:00 to log"),
        (LATER_TODAY, "14:30"),
    ]
    assert [(one.person_id, one.when) for one in found.of(Section.WEEK)] == [(THIS_WEEK, "Tue 24 09:00")]


def test_a_row_says_what_is_owed_where_and_why(bare_vault: Vault) -> None:
    """A home visit names its area, what was made and not logged, and the tries since the last contact."""
    fill(bare_vault, listed())
    found = asked(bare_vault)
    row = found.of(Section.OVERDUE)[0]
    assert (row.owes, row.what, row.where) == (Owes.VISIT, "home visit", "Ash St N")
    assert row.why == "Home visit made for Wed 11 Nov 2026 10:00 (15 min). No outcome is written."
    assert found.last_contact(OVERDUE).sentence(PACK, NOW.date()) == (
        "Last contact Tue 03 Nov, 20 d ago: office, reported. Since then 1 try: Wed 04 Nov 18:10 no answer."
    )
    assert [one.label for one in row.hazards] == ["WEAPON", "DOG"]
    assert safety_words(row.hazards) == "2 entries, newest Mon 02 Nov 2026"


def test_a_withdrawn_entry_is_no_last_contact(bare_vault: Vault) -> None:
    """The entry of yesterday was withdrawn, so the last contact is an older one."""
    fill(bare_vault, listed())
    last = asked(bare_vault).last_contact(OVERDUE).last
    assert last is not None
    assert last.occurred_at.date() == dt.date(2026, 11, 3)


def test_alerts_come_near_and_pass(bare_vault: Vault) -> None:
    """A clock that runs, a safety review that is over and a condition that expires: one row a client, and no more.

    An assessment of last year is no alert of its own: the standards say when the next one is due.
    """
    fill(bare_vault, listed())
    found = asked(bare_vault).of(Section.ALERTS)
    assert [(one.person_id, one.what, one.when, one.more) for one in found] == [
        (OVERDUE, "out of contact day 20 of 30", "in 10 d", 1),
        (QUIET, "condition expires: curfew", "in 20 d", 0),
    ]
    assert found[0].why.endswith("Also safety review: DOG 11 d late.")


def test_the_pack_says_after_how_many_days_somebody_is_out_of_contact(bare_vault: Vault) -> None:
    """An agency that allows 15 days sees the same client over time on the twentieth."""
    fill(bare_vault, listed())
    own = structs.replace(PACK, out_of_contact=OutOfContactClock(days=15))
    with bare_vault.reading() as connection:
        found = person_days(connection, own, (caseload_partition(OFFICER),), NOW.date(), [OVERDUE])[OVERDUE]
    assert [(one.label, one.on) for one in found.items if one.source is Source.OUT_OF_CONTACT] == [
        ("out of contact day 20 of 15", dt.date(2026, 11, 18))
    ]


def test_an_outcome_takes_the_row_away(bare_vault: Vault) -> None:
    """An appointment that was kept is owed no more."""
    fill(bare_vault, listed())
    row = asked(bare_vault).of(Section.OVERDUE)[0]
    perform(bare_vault, Act("kept", (Change("appointment", row.record_id, {"status": "kept"}),), NOW), NOW)
    assert OVERDUE not in {one.person_id for one in asked(bare_vault).of(Section.OVERDUE)}


def test_an_answered_report_is_returned_no_more(bare_vault: Vault) -> None:
    """A new report that answers the returned one takes it off Today."""
    fill(bare_vault, listed())
    row = asked(bare_vault).of(Section.RETURNED)[0]
    answer = ViolationReport(
        person_id=RETURNED,
        case_id=case_of(RETURNED),
        officer_id=OFFICER,
        written_at=NOW,
        allegations=[],
        answers_id=row.record_id,
    )
    perform(bare_vault, Act("report", (Create(answer),), NOW), NOW)
    assert not asked(bare_vault).of(Section.RETURNED)


def test_a_new_hazard_stands_on_every_row_of_its_person(bare_vault: Vault) -> None:
    """A hazard written a moment ago is on Today at once."""
    fill(bare_vault, listed())
    perform(bare_vault, Act("hazard", (Create(Hazard(person_id=NEIGHBOR, hazard="dog", text="Bites")),), NOW), NOW)
    row = next(one for one in asked(bare_vault).rows if one.person_id == NEIGHBOR)
    assert [one.label for one in row.hazards] == ["DOG"]


def test_days_turn_on_the_offices_clock(bare_vault: Vault) -> None:
    """Asked from a laptop in another zone at the same moment, the day is the office's."""
    fill(bare_vault, listed())
    elsewhere = NOW.astimezone(dt.timezone(dt.timedelta(hours=11)))
    assert elsewhere.date() != NOW.date()
    assert [one.key for one in asked(bare_vault, elsewhere).rows] == [one.key for one in asked(bare_vault).rows]


def test_nobody_gives_an_empty_day(bare_vault: Vault) -> None:
    """A vault with no records has a Today with no rows."""
    assert asked(bare_vault).rows == ()
