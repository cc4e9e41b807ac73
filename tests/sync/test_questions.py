"""Conflicts, answers, undo, returned entries and transfers against a real central, until both sides agree."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from fieldpo.central.accounts.users import User
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import conflict, quarantine
from fieldpo.central.office.transfer import assign
from fieldpo.store import partitions
from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Change, Create, Remove, perform
from fieldpo.store.acting.answers import Combined, Keep
from fieldpo.store.acting.outbox_view import outbox_entries
from fieldpo.store.acting.undo import last_act, undo
from fieldpo.store.records import read_record
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Appointment, Contact, Person, Phone
from tests.base_copy import hash_of_base_copy
from tests.running_central import Central

from .conftest import Device, Field

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
PERSON, PHONE = new_id(), new_id()


@pytest.fixture
def reyes(central: Central) -> User:
    """An officer with one client and his number."""
    user = central.user("reyes")
    central.put(
        user.id,
        [(PERSON, Person(family_name="Fahey")), (PHONE, Phone(person_id=PERSON, number="1", note="home"))],
    )
    return user


@pytest.fixture
def laptop(field: Field, reyes: User) -> Device:
    """The officer's laptop, loaded."""
    made = field.enrol(reyes)
    made.sync()
    return made


def number(device: Device, **fields: Json) -> str:
    """The officer changes the number's record; returns the op's id."""
    return perform(device.vault, Act("Number", (Change("phone", PHONE, fields),), AT), AT).op_ids[0]


def shown(device: Device) -> dict[str, Json]:
    """The number's record as the officer sees it."""
    with device.vault.reading() as connection:
        found = read_record(connection, "phone", PHONE)
    return dict(found.body) if found is not None and not found.hidden else {}


def open_questions(central: Central) -> int:
    """Conflict rows that nobody has answered."""
    with reading(central.engine) as conn:
        return len(conn.execute(sa.select(conflict).where(conflict.c.closed_by.is_(None))).all())


def agreed(device: Device) -> None:
    """One more sync brings nothing and finds no difference."""
    receipt = device.sync()
    assert (receipt.pulled, receipt.drifted, receipt.not_sent) == (0, (), 0)
    with device.vault.reading() as connection:
        for one in partitions.partitions(connection):
            assert hash_of_base_copy(connection, one.id) == one.hash
        assert connection.scalar(text("SELECT count(*) FROM base")) == 0


@pytest.mark.parametrize(("choice", "stands"), [(Keep.MINE, "2"), (Keep.THEIRS, "9"), (Combined("2 or 9"), "2 or 9")])
def test_an_answer_ends_the_question_on_both_sides(
    field: Field, laptop: Device, choice: answers.Choice, stands: str
) -> None:
    """Mine, theirs or both: what was chosen stands everywhere, and nobody is asked again."""
    op_id = number(laptop, number="2", note="work")
    field.central.edit(PHONE, number="9")
    receipt = laptop.sync()
    assert (receipt.conflicts, receipt.need_answer) == (1, 1)
    assert shown(laptop)["number"] == "9"
    assert shown(laptop)["note"] == "work"
    assert open_questions(field.central) == 1
    answers.answer(laptop.vault, op_id, {"number": choice}, AT)
    assert laptop.sync().need_answer == 0
    assert open_questions(field.central) == 0
    assert shown(laptop)["number"] == stands
    assert field.central.record(PHONE).body["number"] == stands
    agreed(laptop)


def test_a_second_try_at_the_losing_field_is_one_question(field: Field, laptop: Device) -> None:
    """The officer changed the field twice before hearing that it lost: one row at central, answered once."""
    number(laptop, number="2")
    last = number(laptop, number="3")
    field.central.edit(PHONE, number="9")
    laptop.sync()
    assert open_questions(field.central) == 1
    answers.answer(laptop.vault, last, Keep.MINE, AT)
    assert laptop.sync().need_answer == 0
    assert open_questions(field.central) == 0
    assert field.central.record(PHONE).body["number"] == "3"
    agreed(laptop)


def test_undo_of_what_lost_ends_the_question(field: Field, laptop: Device) -> None:
    """Undo changes nothing at central but closes the row."""
    number(laptop, number="2")
    field.central.edit(PHONE, number="9")
    laptop.sync()
    with laptop.vault.reading() as connection:
        act = last_act(connection)
    assert act is not None
    undo(laptop.vault, act.act_id, AT)
    assert laptop.sync().need_answer == 0
    assert open_questions(field.central) == 0
    assert field.central.record(PHONE).body["number"] == "9"
    agreed(laptop)


@pytest.mark.parametrize("sent", [False, True])
def test_undo_before_and_after_sending(field: Field, laptop: Device, sent: bool) -> None:  # noqa: FBT001 - a case
    """A contact with its appointment, taken back: withdrawn and removed on both sides."""
    contact = Create(
        Contact(
            person_id=PERSON,
            occurred_at=AT,
            contact="home",
            outcome="reported",
            officer_id=laptop.vault.identity.user_id,
        )
    )
    appointment = Create(Appointment(person_id=PERSON, starts_at=AT, contact_id=contact.record_id))
    saved = perform(laptop.vault, Act("Contact", (contact, appointment), AT), AT)
    if sent:
        laptop.sync()
    undo(laptop.vault, saved.act_id, AT)
    receipt = laptop.sync()
    assert (receipt.returned, receipt.held, receipt.not_sent) == (0, 0, 0)
    assert field.central.record(appointment.record_id).deleted
    assert not field.central.record(contact.record_id).deleted
    with laptop.vault.reading() as connection:
        assert connection.scalar(text("SELECT entry_id FROM r_withdrawal")) == contact.record_id
        assert read_record(connection, "appointment", appointment.record_id) is None
    agreed(laptop)


def test_a_removal_taken_back(field: Field, laptop: Device) -> None:
    """Removed and brought back before sending: it stands on both sides."""
    saved = perform(laptop.vault, Act("Away", (Remove("phone", PHONE),), AT), AT)
    undo(laptop.vault, saved.act_id, AT)
    receipt = laptop.sync()
    assert (receipt.returned, receipt.held) == (0, 0)
    assert not field.central.record(PHONE).deleted
    assert shown(laptop)["number"] == "1"
    agreed(laptop)


def test_a_removal_that_lost_and_was_taken_back(field: Field, laptop: Device) -> None:
    """The office changed the record meanwhile, so the removal loses: taking it back ends the question, edits go on."""
    saved = perform(laptop.vault, Act("Away", (Remove("phone", PHONE),), AT), AT)
    undo(laptop.vault, saved.act_id, AT)
    number(laptop, note="work")
    field.central.edit(PHONE, number="9")
    receipt = laptop.sync()
    assert (receipt.returned, receipt.held, receipt.need_answer, receipt.not_sent) == (0, 0, 0, 0)
    assert open_questions(field.central) == 0
    assert field.central.record(PHONE).body == {"person_id": PERSON, "number": "9", "note": "work"}
    agreed(laptop)


@pytest.mark.parametrize("choice", [Keep.MINE, Keep.THEIRS])
def test_an_edit_of_what_another_laptop_removed(field: Field, reyes: User, laptop: Device, choice: Keep) -> None:
    """The other laptop removed the record: the typed number is asked about, put back or let go."""
    other = field.enrol(reyes)
    other.sync()
    perform(other.vault, Act("Away", (Remove("phone", PHONE),), AT), AT)
    other.sync()
    op_id = number(laptop, number="2")
    assert laptop.sync().need_answer == 1
    answers.answer(laptop.vault, op_id, choice, AT)
    receipt = laptop.sync()
    assert (receipt.need_answer, receipt.returned, receipt.not_sent) == (0, 0, 0)
    assert open_questions(field.central) == 0
    assert field.central.record(PHONE).deleted is (choice is Keep.THEIRS)
    assert shown(laptop) == ({"person_id": PERSON, "number": "2", "note": "home"} if choice is Keep.MINE else {})
    agreed(laptop)
    other.sync()
    assert shown(other) == shown(laptop)


def test_a_returned_entry_edited_is_applied_once(field: Field, laptop: Device) -> None:
    """A contact for someone else's client is returned; edited to the own client it is applied, the first never."""
    stranger = field.central.user("okafor")
    theirs = new_id()
    field.central.put(stranger.id, [(theirs, Person(family_name="Other"))])
    officer = laptop.vault.identity.user_id
    with laptop.vault.writing() as connection:  # as if it had stood here when the contact was written
        from fieldpo.store.records import Record, write_record

        write_record(connection, Record("person", theirs, "left:caseload:x", theirs, {"family_name": "Other"}))
    body = Contact(
        person_id=theirs, occurred_at=AT, contact="home", outcome="reported", officer_id=officer, note="typed"
    )
    [op_id] = perform(laptop.vault, Act("Contact", (Create(body),), AT), AT).op_ids
    assert laptop.sync().returned == 1
    with laptop.vault.reading() as connection:
        [entry] = outbox_entries(connection)
    assert entry.problem == "not-granted"
    own = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=officer, note="typed"
    )
    answers.replace_returned(laptop.vault, op_id, own, AT)
    receipt = laptop.sync()
    assert (receipt.received, receipt.need_answer) == (1, 0)
    assert field.central.record(op_id).person_id == PERSON
    with reading(field.central.engine) as conn:
        assert conn.execute(sa.select(quarantine.c.state)).scalars().all() == ["superseded"]


def test_a_transfer_sends_what_was_typed_and_purges(field: Field, reyes: User, laptop: Device) -> None:
    """The case went to a colleague while a visit waited here: the visit arrives there, and nothing stays here."""
    colleague = field.central.user("okafor")
    officer = laptop.vault.identity.user_id
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=officer, note="typed"
    )
    [contact] = perform(laptop.vault, Act("Contact", (Create(body),), AT), AT).op_ids
    with writing(field.central.engine) as conn:
        assign(conn, PERSON, colleague.id)
    receipt = laptop.sync()
    assert (receipt.received, receipt.returned, receipt.cases_left) == (1, 0, 1)
    assert field.central.record(contact).body["note"] == "typed"
    with laptop.vault.reading() as connection:
        for table in ("r_person", "r_phone", "r_contact", "act", "base"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608 - names of ours
    theirs = field.enrol(colleague)
    theirs.sync()
    with theirs.vault.reading() as connection:
        assert read_record(connection, "contact", contact) is not None
    agreed(theirs)
    agreed(laptop)
