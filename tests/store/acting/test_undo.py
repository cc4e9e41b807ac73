"""Undo on a real vault: before sending and after, of entries, changes, removals and questions."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fieldpo.errors import BadInput, NotFound
from fieldpo.store.acting.acts import Act, Change, Create, Remove, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.undo import last_act, undo
from fieldpo.store.applying.apply import take_response
from fieldpo.store.records import Record, read_record
from fieldpo.store.search import search
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import FieldConflict
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Appointment, Contact, Person, Phone, Withdrawal
from fieldpo.sync.protocol.ops import thaw
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, answer, change, page, states, verdict

PERSON, PHONE = new_id(), new_id()


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """A vault with Fahey and his number."""
    feed = [
        change("person", PERSON, Person(family_name="Fahey", needs=["large print"]), number=1),
        change("phone", PHONE, Phone(person_id=PERSON, number="515 555 0101"), number=2),
    ]
    take_response(bare_vault, answer(page(feed, 2)))
    return bare_vault


def phone(vault: Vault) -> Record | None:
    """Fahey's number as it stands."""
    with vault.reading() as connection:
        return read_record(connection, "phone", PHONE)


def last(vault: Vault) -> str:
    """The act that `u` would take back."""
    with vault.reading() as connection:
        found = last_act(connection)
    assert found is not None
    return found.act_id


def number(vault: Vault, to: str) -> str:
    """The officer changes the number; returns the op's id."""
    return perform(vault, Act(f"Number {to}", (Change("phone", PHONE, {"number": to}),), AT), AT).op_ids[0]


def test_a_change_goes_back_before_it_was_sent(vault: Vault) -> None:
    """The old number stands again, and both ops go up."""
    number(vault, "1")
    undo(vault, last(vault), AT)
    found = phone(vault)
    assert found is not None
    assert (found.body["number"], found.waiting) == ("515 555 0101", 2)


def test_acts_go_back_one_after_another(vault: Vault) -> None:
    """Undo twice takes back two acts; undoing an undone act says that there is nothing."""
    number(vault, "1")
    first = last(vault)
    number(vault, "2")
    undo(vault, last(vault), AT)
    assert last(vault) == first
    undo(vault, first, AT)
    found = phone(vault)
    assert found is not None
    assert found.body["number"] == "515 555 0101"
    with pytest.raises(NotFound):
        undo(vault, first, AT)
    with vault.reading() as connection:
        assert last_act(connection) is None


def test_an_entry_is_withdrawn_and_stays(vault: Vault) -> None:
    """A contact keeps its text; a withdrawal names it."""
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="porch"
    )
    [contact] = perform(vault, Act("Contact", (Create(body),), AT), AT).op_ids
    undo(vault, last(vault), AT)
    with vault.reading() as connection:
        assert connection.scalar(text("SELECT entry_id FROM r_withdrawal")) == contact
        assert [hit.record_id for hit in search(connection, "porch")] == [contact]
        frozen = connection.scalar(text("SELECT text FROM frozen_op WHERE kind = 'withdrawal.create'"))
    assert thaw(str(frozen)).undoes == contact
    assert thaw(str(frozen)).deps == [contact]


def test_a_made_appointment_is_taken_away(vault: Vault) -> None:
    """Hidden at once, out of search, and told to central as a removal."""
    body = Appointment(person_id=PERSON, starts_at=AT, note="bring papers")
    [made] = perform(vault, Act("Appointment", (Create(body),), AT), AT).op_ids
    undo(vault, last(vault), AT)
    with vault.reading() as connection:
        found = read_record(connection, "appointment", made)
        assert search(connection, "papers") == []
    assert found is not None
    assert found.hidden


def test_contact_and_appointment_of_one_key_go_back_together(vault: Vault) -> None:
    """One undo withdraws the contact and takes the appointment away."""
    contact = Create(
        Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="porch")
    )
    appointment = Create(Appointment(person_id=PERSON, starts_at=AT, contact_id=contact.record_id))
    perform(vault, Act("Contact", (contact, appointment), AT), AT)
    assert len(undo(vault, last(vault), AT).op_ids) == 2


def test_what_somebody_changed_since_is_left(vault: Vault) -> None:
    """After central took it, another officer changed the same field: undo leaves that field as it stands."""
    op_id = number(vault, "1")
    take_response(vault, answer(verdicts=[verdict(op_id, version=2)]))
    theirs = Phone(person_id=PERSON, number="9", note="new")
    take_response(vault, answer(page([change("phone", PHONE, theirs, 3, 5)], 5)))
    undo(vault, last(vault), AT)
    found = phone(vault)
    assert found is not None
    assert (found.body["number"], found.body["note"]) == ("9", "new")


def test_a_removal_comes_back(vault: Vault) -> None:
    """A record taken away and not yet sent stands again after undo."""
    perform(vault, Act("Away", (Remove("phone", PHONE),), AT), AT)
    undo(vault, last(vault), AT)
    found = phone(vault)
    assert found is not None
    assert not found.hidden


def test_undoing_a_change_that_lost_ends_its_question(vault: Vault) -> None:
    """The field had lost: undo changes nothing, and the question is over here and, by its op, at central."""
    op_id = number(vault, "1")
    theirs = Phone(person_id=PERSON, number="9")
    asked = FieldConflict("k1", "number", "1", "9")
    take_response(
        vault,
        answer(
            page([change("phone", PHONE, theirs, 2, 3)], 3),
            verdicts=[verdict(op_id, "conflict", version=2, lost=[asked])],
        ),
    )
    saved = undo(vault, last(vault), AT)
    with vault.reading() as connection:
        assert counts(connection).need_answer == 0
        frozen = connection.scalar(text("SELECT text FROM frozen_op WHERE op_id = :id"), {"id": saved.op_ids[0]})
    op = thaw(str(frozen))
    assert (op.undoes, op.resolves, op.body) == (op_id, "k1", {})
    found = phone(vault)
    assert found is not None
    assert found.body["number"] == "9"


def test_undoing_a_returned_entry_lets_it_go(vault: Vault) -> None:
    """Central never took it: undo removes it from view and sends nothing that would wait for ever."""
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="porch"
    )
    [contact] = perform(vault, Act("Contact", (Create(body),), AT), AT).op_ids
    take_response(vault, answer(verdicts=[verdict(contact, "rejected", problem="invalid-body")]))
    undo(vault, last(vault), AT)
    assert states(vault) == ["answered"]
    with vault.reading() as connection:
        assert read_record(connection, "contact", contact) is None
        assert counts(connection).need_answer == 0


def test_members_of_a_set_go_back(vault: Vault) -> None:
    """An added need goes, a removed one comes back."""
    step = Change("person", PERSON, add={"needs": ["ramp"]}, remove={"needs": ["large print"]})
    perform(vault, Act("Needs", (step,), AT), AT)
    undo(vault, last(vault), AT)
    with vault.reading() as connection:
        person = read_record(connection, "person", PERSON)
    assert person is not None
    assert person.body["needs"] == ["large print"]


def test_undoing_a_removal_that_lost_removes_nothing(vault: Vault) -> None:
    """Somebody had changed the record, so it stayed: undo ends the question and takes nothing away."""
    [op_id] = perform(vault, Act("Away", (Remove("phone", PHONE),), AT), AT).op_ids
    asked = FieldConflict("k1", "deleted", yours=True, current=False)
    theirs = Phone(person_id=PERSON, number="9")
    take_response(
        vault,
        answer(
            page([change("phone", PHONE, theirs, 2, 3)], 3),
            verdicts=[verdict(op_id, "conflict", version=2, problem="changed-since", lost=[asked])],
        ),
    )
    undo(vault, last(vault), AT)
    found = phone(vault)
    assert found is not None
    assert (found.hidden, found.body["number"]) == (False, "9")
    assert states(vault) == ["answered", "waiting"]


def test_an_entry_marked_as_in_error_stays_so(vault: Vault) -> None:
    """A withdrawal is for good: u says so and takes back neither it nor the act before it."""
    number(vault, "1")
    entry = Contact(person_id=PERSON, officer_id=OFFICER, occurred_at=AT, contact="phone", outcome="reported")
    made = Create(entry)
    perform(vault, Act("Contact", (made,), AT), AT)
    withdrawn = Withdrawal(person_id=PERSON, entry_id=made.record_id, reason="twice", officer_id=OFFICER, written_at=AT)
    perform(vault, Act("Marked in error", (Create(withdrawn),), AT), AT)
    with vault.reading() as connection:
        found = last_act(connection)
    assert found is not None
    assert (found.label, found.stands) == ("Marked in error", True)
    with pytest.raises(BadInput, match="stays so"):
        undo(vault, found.act_id, AT)
    assert last(vault) == found.act_id
