"""An entry that belongs to one which the officer set aside has a way out: alone, or aside too."""

from __future__ import annotations

import pytest

from fieldpo.central.accounts.users import User
from fieldpo.errors import BadInput
from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.outbox_view import OutboxEntry, Place, outbox_entries
from fieldpo.store.records import Record, find_record, write_record
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Addendum, Appointment, Contact, Person
from tests.sync.conftest import Device, Field
from tests.sync.test_questions import AT, PERSON, agreed, laptop, reyes

__all__ = ["laptop", "reyes"]


@pytest.fixture
def refused(field: Field, laptop: Device) -> str:
    """An appointment that central will return: the client is another officer's there."""
    stranger: User = field.central.user("okafor")
    appointment, theirs = new_id(), new_id()
    field.central.put(stranger.id, [(theirs, Person(family_name="Other"))])
    with laptop.vault.writing() as connection:  # as if the client had stood here when the appointment was made
        write_record(connection, Record("person", theirs, "left:caseload:x", theirs, {"family_name": "Other"}))
    made = Appointment(person_id=theirs, starts_at=AT, appointment="office")
    perform(laptop.vault, Act("Appointment", (Create(made, appointment),), AT), AT)
    return appointment


def contact(device: Device, appointment: str) -> Contact:
    """A contact at that appointment."""
    return Contact(
        person_id=PERSON, occurred_at=AT, contact="office", outcome="reported", appointment_id=appointment,
        officer_id=device.vault.identity.user_id, note="typed",
    )  # fmt: skip


def entries(device: Device) -> list[OutboxEntry]:
    """What is not done."""
    with device.vault.reading() as connection:
        return outbox_entries(connection)


@pytest.mark.parametrize("sent_before", [True, False])
def test_it_is_sent_alone(field: Field, laptop: Device, refused: str, *, sent_before: bool) -> None:
    """Asked about, it is sent without the appointment that is not there, and stands at central once."""
    if not sent_before:
        laptop.sync()
    body = contact(laptop, refused)
    [op_id] = perform(laptop.vault, Act("Contact", (Create(body),), AT), AT).op_ids
    if sent_before:
        assert laptop.sync().held == 1
    answers.set_aside(laptop.vault, refused, AT)
    laptop.sync()
    [asked] = entries(laptop)
    assert (asked.op_id, asked.place, asked.needs_answer) == (op_id, Place.RETURNED, True)
    assert "set aside" in asked.happened
    with laptop.vault.reading() as connection:
        assert counts(connection).held == 0
    answers.replace_returned(laptop.vault, op_id, body, AT)
    assert laptop.sync().need_answer == 0
    assert field.central.record(op_id).body["note"] == "typed"
    assert "appointment_id" not in field.central.record(op_id).body
    assert entries(laptop) == []
    agreed(laptop)


def test_it_is_set_aside_too_and_then_what_belongs_to_it(laptop: Device, refused: str) -> None:
    """A note on the contact comes next; it cannot stand alone, and set aside it rests too."""
    body = contact(laptop, refused)
    [op_id] = perform(laptop.vault, Act("Contact", (Create(body),), AT), AT).op_ids
    more = Addendum(person_id=PERSON, entry_id=op_id, text="more", officer_id=body.officer_id, written_at=AT)
    [note] = perform(laptop.vault, Act("Addendum", (Create(more),), AT), AT).op_ids
    assert laptop.sync().held == 2
    answers.set_aside(laptop.vault, refused, AT)
    assert [one.op_id for one in entries(laptop) if one.needs_answer] == [op_id]
    answers.set_aside(laptop.vault, op_id, AT)
    assert [one.op_id for one in entries(laptop) if one.needs_answer] == [note]
    with pytest.raises(BadInput, match="cannot stand alone"):
        answers.replace_returned(laptop.vault, note, more, AT)
    answers.set_aside(laptop.vault, note, AT)
    laptop.sync()
    assert entries(laptop) == []
    with laptop.vault.reading() as connection:
        assert all(find_record(connection, one) is None for one in (refused, op_id, note))
    agreed(laptop)
