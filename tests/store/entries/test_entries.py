"""The builders of entries: what an act holds, what is refused, and that a signature can be checked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput, NotFound
from fieldpo.store.acting.acts import Change, Create, perform
from fieldpo.store.entries.appointment import Ahead, cancel_act, make_act, move_act, warnings
from fieldpo.store.entries.contact import Booked, ContactForm, VisitForm, contact_act, visit_act
from fieldpo.store.entries.report import IntakeForm, ReportForm, Signature, intake_act, report_act, signed_sha256
from fieldpo.store.records import read_record
from fieldpo.store.vault import Vault
from fieldpo.supervision.appointments import Suggestion
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Intake, Person, ViolationReport
from tests.filled_vault import OFFICER, Pulled, fill

PACK = shipped("demo")
CHICAGO = ZoneInfo("America/Chicago")
NOW = dt.datetime(2026, 11, 23, 14, 33, tzinfo=CHICAGO)
PERSON = "0192bbbb-0000-7000-8000-000000000001"
BOOKED = Booked(new_id(), PERSON, dt.datetime(2026, 11, 23, 14, 30, tzinfo=CHICAGO), 15, "office", "office")
SLOT = Suggestion(dt.datetime(2026, 12, 7, 14, 30, tzinfo=CHICAGO), 15, "office", "office", dt.date(2026, 12, 7))


def _contact(**more: Any) -> ContactForm:
    values: dict[str, Any] = {
        "person_id": PERSON,
        "short_name": "Fahey, B.",
        "officer_id": OFFICER,
        "occurred_at": BOOKED.starts_at,
        "entered_at": NOW,
        "contact": "face_to_face",
        "place": "office",
        "outcome": "reported",
    }
    return ContactForm(**{**values, **more})


def _visit(**more: Any) -> VisitForm:
    values = dataclasses.asdict(_contact(place="home", outcome="seen")) | {"appointment": None, "arrived_at": NOW}
    return VisitForm(**{**values, **more})


def _created(act: Any, body: type) -> Any:
    return next(step.body for step in act.steps if isinstance(step, Create) and isinstance(step.body, body))


def test_one_act_holds_contact_appointment_and_the_next() -> None:
    """Three steps under a label in the officer's words, at the time the contact began; the ids are the draft's."""
    form = _contact(appointment=BOOKED, next_appointment=SLOT)
    act = contact_act(PACK, form)
    assert act.label == "Contact with Fahey, B."
    assert act.act_id == form.entry_id
    assert act.occurred_at.isoformat() == "2026-11-23T14:30:00-06:00"
    first, change, following = act.steps
    assert isinstance(first, Create)
    assert first.record_id == form.entry_id
    assert isinstance(change, Change)
    assert change.fields == {"status": "kept", "contact_id": form.entry_id}
    assert isinstance(following, Create)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("reported", "kept"), ("late", "late"), ("did_not_report", "missed"), ("no_answer", "missed")],
)
def test_outcome_gives_the_appointment_its_state(outcome: str, status: str) -> None:
    """Kept, late or missed, as the pack says."""
    act = contact_act(PACK, _contact(appointment=BOOKED, outcome=outcome))
    (change,) = [step for step in act.steps if isinstance(step, Change)]
    assert change.fields["status"] == status


def test_appointment_that_is_over_is_left_alone() -> None:
    """A second contact on the same day does not change an appointment that was kept."""
    kept = dataclasses.replace(BOOKED, status="kept")
    act = contact_act(PACK, _contact(appointment=kept, outcome="did_not_report"))
    assert not [step for step in act.steps if isinstance(step, Change)]


def test_unfilled_blanks_are_dropped_and_typed_words_stay() -> None:
    """What nobody filled in is not saved."""
    note = "Reported as directed. Talked about: rent ___\n\nNext step: ___"
    act = contact_act(PACK, _contact(template="office_no_change", note=note))
    assert _created(act, Contact).note == "Reported as directed. Talked about: rent"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (_contact(outcome="excused"), "needs a reason"),
        (_contact(verified={"home": ""}), "Verified needs a how"),
        (_contact(occurred_at=NOW + dt.timedelta(minutes=1)), "in the future"),
    ],
)
def test_contact_that_says_too_little_is_refused(form: ContactForm, said: str) -> None:
    """A why, a how and a time that has come are needed."""
    with pytest.raises(BadInput, match=said):
        contact_act(PACK, form)


def test_code_that_the_pack_lacks_is_refused() -> None:
    """A code of no pack is never saved."""
    with pytest.raises(NotFound):
        contact_act(PACK, _contact(outcome="vanished"))
    with pytest.raises(NotFound):
        contact_act(PACK, _contact(verified={"home": "guessed"}))


def test_checklist_keeps_answers_whys_and_what_a_yes_proves() -> None:
    """A no stands with its why; only a yes verifies, and how depends on what was looked at."""
    form = _visit(
        checklist={"client_here": "yes", "room_seen": "yes", "pay_stub": "no"}, whys={"pay_stub": "left at work"}
    )
    made = _created(visit_act(PACK, form), Contact)
    assert made.checklist == {"client_here": "yes", "room_seen": "yes", "pay_stub": "no: left at work"}
    assert made.verified == {"identity": "saw_paper", "home": "went_there"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"arrived_at": None}, "Press a when you arrive"),
        ({"left_at": NOW - dt.timedelta(minutes=1)}, "end before it began"),
        ({"checklist": {"pay_stub": "no"}}, "Say why for “pay stub seen”"),
    ],
)
def test_visit_that_cannot_be_is_refused(more: dict[str, Any], said: str) -> None:
    """No visit without an arrival, none that ends before it begins, no bare no."""
    with pytest.raises(BadInput, match=said):
        visit_act(PACK, _visit(**more))


def test_appointments_are_made_moved_and_cancelled_only_ahead() -> None:
    """What is over stays over, nothing is made in the past, and cancelling names who did."""
    past = dataclasses.replace(SLOT, start=NOW - dt.timedelta(days=1))
    with pytest.raises(BadInput, match="in the past"):
        make_act(PACK, PERSON, "Fahey, B.", past, NOW)
    with pytest.raises(BadInput, match="in the past"):
        move_act(PACK, BOOKED, "Fahey, B.", NOW - dt.timedelta(days=1), NOW)
    with pytest.raises(BadInput, match="cannot become"):
        cancel_act(PACK, dataclasses.replace(BOOKED, status="kept"), "Fahey, B.", "us", NOW)
    with pytest.raises(NotFound):
        cancel_act(PACK, BOOKED, "Fahey, B.", "nobody", NOW)
    (step,) = cancel_act(PACK, BOOKED, "Fahey, B.", "client", NOW, reason="ill").steps
    assert isinstance(step, Change)
    assert step.fields == {"status": "cancelled", "cancelled_by": "client", "status_reason": "ill"}


def test_closed_days_and_clashes_are_said() -> None:
    """A holiday, an hour after closing and another client at that time are each named; a moved one not by itself."""
    ahead = [Ahead(SLOT.start, 15, "a", "Gomez, R.")]
    assert warnings(PACK, SLOT.start, 15, ahead) == ("Clashes with Gomez, R., 14:30.",)
    assert warnings(PACK, SLOT.start, 15, ahead, but="a") == ()
    christmas = dt.datetime(2026, 12, 25, 10, tzinfo=CHICAGO)
    assert warnings(PACK, christmas, 15, ()) == ("Fri 25 Dec is Christmas Day: the office is closed.",)
    assert warnings(PACK, SLOT.start.replace(hour=19), 15, ()) == ("19:30 is outside office hours.",)


def _report(**more: Any) -> ReportForm:
    values: dict[str, Any] = {
        "person_id": PERSON,
        "short_name": "Fahey, B.",
        "officer_id": OFFICER,
        "case_id": new_id(),
        "condition_ids": ("c1", "c2"),
        "evidence": ("e1",),
        "facts": "Did not report.",
        "severity": "low",
        "recommendation": "warning",
    }
    return ReportForm(**{**values, **more})


SIGNED = Signature("Reyes, Ana", "Officer", NOW)


def test_report_and_its_first_step_go_together() -> None:
    """Central takes both or none; each condition carries the evidence, the facts stand once."""
    act = report_act(PACK, _report(), SIGNED)
    assert act.together
    report = _created(act, ViolationReport)
    assert [one.evidence for one in report.allegations] == [["e1"], ["e1"]]
    assert [one.facts for one in report.allegations] == ["", ""]
    with pytest.raises(BadInput, match="at least one condition"):
        report_act(PACK, _report(condition_ids=()), SIGNED)
    with pytest.raises(BadInput, match="Write the facts"):
        report_act(PACK, _report(facts=" \n"), SIGNED)


@given(facts=st.text(min_size=1).filter(str.strip), other=st.text(max_size=5))
def test_signature_hash_is_of_what_is_stored(facts: str, other: str) -> None:
    """The hash can be computed again from the record as cleaned, and differs for another text."""
    body = plain_body(_created(report_act(PACK, _report(facts=f"x{facts}"), SIGNED), ViolationReport))
    assert body["signed_sha256"] == signed_sha256(body)
    assert body["signed_sha256"] != signed_sha256({**body, "facts": f"{body['facts']}y{other}"})


def test_signed_report_survives_the_vault(bare_vault: Vault) -> None:
    """What stands in the vault, hostile text cleaned, still has its own hash."""
    fill(bare_vault, [Pulled("person", PERSON, PERSON, Person(family_name="Fahey"))])
    form = _report(facts="He said \x1b[31mno\x1b[0m.\r\nTwice. \u202e ", reason=" \t why ")
    perform(bare_vault, report_act(PACK, form, SIGNED), NOW)
    with bare_vault.reading() as connection:
        record = read_record(connection, "violation_report", form.entry_id)
    assert record is not None
    assert record.body["signed_sha256"] == signed_sha256(record.body)


def test_someone_not_listed_needs_a_family_name() -> None:
    """Without a contact no time is kept; a birth date ahead is refused."""
    made = _created(intake_act(PACK, IntakeForm(family_name=" Nowak ", officer_id=OFFICER), NOW), Intake)
    assert (made.family_name, made.occurred_at) == ("Nowak", None)
    with pytest.raises(BadInput, match="family name"):
        intake_act(PACK, IntakeForm(family_name=" ", officer_id=OFFICER), NOW)
    with pytest.raises(BadInput, match="date of birth"):
        intake_act(PACK, IntakeForm(family_name="N", officer_id=OFFICER, birth_date=dt.date(2030, 1, 1)), NOW)
