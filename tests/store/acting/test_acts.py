"""An officer's act on a real vault: whole or not at all, once, and readable at once."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fieldpo.errors import BadInput, NotFound
from fieldpo.store import audit
from fieldpo.store.acting import drafts, outbox
from fieldpo.store.acting.acts import Act, Change, Create, Remove, perform
from fieldpo.store.applying.apply import take_response
from fieldpo.store.records import read_base, read_record
from fieldpo.store.search import search
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import hash_text
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Addendum, Appointment, Contact, Officer, Person, Phone
from fieldpo.sync.protocol.ops import Op, thaw
from tests.base_copy import hash_of_base_copy
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, OWN, answer, change, page, states, verdict

PERSON, PHONE = new_id(), new_id()


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """A vault with Fahey and his number."""
    feed = [
        change("person", PERSON, Person(family_name="Fahey", aliases=["Bee"]), number=1),
        change("phone", PHONE, Phone(person_id=PERSON, number="515 555 0101"), number=2),
    ]
    take_response(bare_vault, answer(page(feed, 2)))
    return bare_vault


def visit(note: str = "At table", **fields: object) -> Contact:
    """A home visit."""
    return Contact(
        person_id=PERSON,
        occurred_at=AT,
        contact="home",
        outcome="reported",
        officer_id=OFFICER,
        note=note,
        **fields,  # type: ignore[arg-type]
    )


def ops(vault: Vault) -> list[Op]:
    """Every op, in the order of saving."""
    with vault.reading() as connection:
        return [thaw(frozen) for frozen in connection.scalars(text("SELECT text FROM frozen_op ORDER BY position"))]


def test_a_contact_is_row_op_index_and_log_at_once(vault: Vault) -> None:
    """Saved means: in view, in the outbox with the form's own id, found by its words, and logged."""
    draft = new_id()
    with vault.writing() as connection:
        drafts.keep_draft(connection, draft, "log_contact", PERSON, {})
    step = Create(visit("spoke of the bus"), record_id=draft)
    saved = perform(vault, Act("Contact with Fahey", (step,), AT, act_id=draft), AT)
    assert saved.op_ids == (draft,)
    with vault.reading() as connection:
        row = read_record(connection, "contact", draft)
        assert [hit.record_id for hit in search(connection, "bus")] == [draft]
        assert audit.verify(connection) is None
        assert drafts.drafts(connection) == []
        assert outbox.counts(connection).not_sent == 1
    assert row is not None
    assert (row.waiting, row.version, row.partition) == (1, 0, OWN)
    [op] = ops(vault)
    assert (op.kind, op.occurred_at, op.seen) == ("contact.create", AT, 2)


def test_a_double_submit_is_one_act(vault: Vault) -> None:
    """The same act twice adds nothing."""
    act = Act("Contact", (Create(visit()),), AT)
    first, second = perform(vault, act, AT), perform(vault, act, AT)
    assert (first.already, second.already) == (False, True)
    assert first.op_ids == second.op_ids
    assert len(ops(vault)) == 1


def test_an_act_is_saved_whole_or_not_at_all(vault: Vault) -> None:
    """The second step does not fit: the first is not saved either, and the draft stays."""
    draft = new_id()
    with vault.writing() as connection:
        drafts.keep_draft(connection, draft, "log_contact", PERSON, {})
    steps = (Create(visit("half")), Change("phone", new_id(), {"number": "1"}))
    with pytest.raises(NotFound):
        perform(vault, Act("Contact", steps, AT, act_id=draft), AT)
    with vault.reading() as connection:
        assert search(connection, "half") == []
        assert len(drafts.drafts(connection)) == 1
        assert connection.scalar(text("SELECT count(*) FROM act")) == 0
    assert ops(vault) == []


def test_text_is_cleaned_before_it_is_frozen(vault: Vault) -> None:
    """Escape sequences and bidi marks never reach an op; line breaks of a note stay."""
    perform(vault, Act("Contact", (Create(visit("a\x1b[31mb\u202e\r\nc")),), AT), AT)
    assert ops(vault)[0].body["note"] == "ab\nc"


def test_what_is_too_long_is_refused_with_its_draft_kept(vault: Vault) -> None:
    """A text over the limit changes nothing."""
    with pytest.raises(BadInput, match="draft is kept"):
        perform(vault, Act("Contact", (Create(visit("x" * 70_000)),), AT), AT)
    assert ops(vault) == []


def test_a_change_says_what_it_saw(vault: Vault) -> None:
    """Old and new of the fields that differ, and the version below; equal values are left out."""
    perform(vault, Act("Number", (Change("phone", PHONE, {"number": "1", "use": "mobile"}),), AT), AT)
    [op] = ops(vault)
    assert op.body == {"fields": {"number": {"old": "515 555 0101", "new": "1"}}}
    assert op.base_version == 1


def test_nothing_changed_is_no_op(vault: Vault) -> None:
    """A form saved as it stood sends nothing."""
    assert perform(vault, Act("Number", (Change("phone", PHONE, {"number": "515 555 0101"}),), AT), AT).op_ids == ()


def test_sets_take_members(vault: Vault) -> None:
    """Aliases are added and removed; one that is there already is not added."""
    step = Change("person", PERSON, add={"aliases": ["Bee", "Fay"]}, remove={"aliases": ["None"]})
    perform(vault, Act("Alias", (step,), AT), AT)
    assert ops(vault)[0].body == {"add": {"aliases": ["Fay"]}}
    with vault.reading() as connection:
        row = read_record(connection, "person", PERSON)
    assert row is not None
    assert row.body["aliases"] == ["Bee", "Fay"]


def test_a_child_depends_on_its_parent_while_that_waits(vault: Vault) -> None:
    """An addendum names the contact's op as what comes first, while central has not taken it."""
    contact = perform(vault, Act("Contact", (Create(visit()),), AT), AT).op_ids[0]
    body = Addendum(person_id=PERSON, entry_id=contact, text="more", officer_id=OFFICER, written_at=AT)
    perform(vault, Act("Addendum", (Create(body),), AT), AT)
    assert ops(vault)[1].deps == [contact]
    take_response(vault, answer(verdicts=[verdict(contact, version=1)]))
    perform(vault, Act("Addendum", (Create(body),), AT), AT)
    assert ops(vault)[2].deps == []


def test_a_child_in_the_same_act_depends_on_its_parent_too(vault: Vault) -> None:
    """Contact and next appointment saved with one key: the appointment waits for the contact at central."""
    contact = Create(visit())
    appointment = Create(Appointment(person_id=PERSON, starts_at=AT, contact_id=contact.record_id))
    perform(vault, Act("Contact", (contact, appointment), AT), AT)
    assert ops(vault)[1].deps == [contact.record_id]


def test_two_changes_of_one_record_in_one_act_are_in_order(vault: Vault) -> None:
    """The second change of the same record waits for the first."""
    steps = (Change("phone", PHONE, {"number": "1"}), Change("phone", PHONE, {"number": "2"}))
    saved = perform(vault, Act("Number", steps, AT), AT)
    assert ops(vault)[1].deps == [saved.op_ids[0]]
    with vault.reading() as connection:
        row = read_record(connection, "phone", PHONE)
    assert row is not None
    assert (row.body["number"], row.waiting) == ("2", 2)


def test_a_group_names_itself(vault: Vault) -> None:
    """All or none at central: every op tells group and size."""
    steps = (Create(visit()), Change("phone", PHONE, {"number": "1"}))
    perform(vault, Act("Both", steps, AT, together=True), AT)
    first, second = ops(vault)
    assert first.group_id == second.group_id is not None
    assert (first.group_size, second.group_size) == (2, 2)


def test_entries_are_never_changed(vault: Vault) -> None:
    """A contact takes addenda only, and the agency's own records take nothing."""
    [contact] = perform(vault, Act("Contact", (Create(visit()),), AT), AT).op_ids
    with pytest.raises(BadInput, match="addendum"):
        perform(vault, Act("Change", (Change("contact", contact, {"note": "other"}),), AT), AT)
    with pytest.raises(BadInput, match="central office"):
        perform(vault, Act("Officer", (Create(Officer(name="X")),), AT), AT)


def test_the_base_copy_is_kept_and_the_hash_stays_centrals(vault: Vault) -> None:
    """While an edit waits, central's copy stands beside it, and the partition's hash is still of that."""
    with vault.reading() as connection:
        before = hash_of_base_copy(connection, OWN)
    perform(vault, Act("Number", (Change("phone", PHONE, {"number": "1"}), Remove("phone", PHONE)), AT), AT)
    with vault.reading() as connection:
        base = read_base(connection, PHONE)
        assert hash_of_base_copy(connection, OWN) == before != hash_text(0)
    assert base is not None
    assert base.body is not None
    assert base.body["number"] == "515 555 0101"


def test_seqs_are_contiguous_over_acts(vault: Vault) -> None:
    """Numbers count up without gaps, whatever failed in between."""
    perform(vault, Act("One", (Create(visit()), Create(visit())), AT), AT)
    with pytest.raises(NotFound):
        perform(vault, Act("Two", (Create(visit()), Change("phone", new_id(), {})), AT), AT)
    perform(vault, Act("Three", (Create(visit()),), AT), AT)
    with vault.reading() as connection:
        assert list(connection.scalars(text("SELECT seq FROM op ORDER BY position"))) == [1, 2, 3]
    assert states(vault) == ["waiting"] * 3
