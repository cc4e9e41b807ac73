"""What the simulation found in one vault, each as small as it can be told. docs/simulation.md has the list."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from fieldpo.errors import BadInput
from fieldpo.store import partitions, records
from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Change, Create, Remove, perform
from fieldpo.store.applying.apply import take_response
from fieldpo.store.records import read_base, read_record
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import hash_text, record_digest
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Person, Phone
from tests.store.feeds import AT, OWN, answer, change, left, page, verdict

PERSON, PHONE = new_id(), new_id()
OTHERS = "caseload:0192aaaa-0000-7000-8000-000000000009"


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """A vault with one client and a number."""
    first = [
        change("person", PERSON, Person(family_name="Fahey"), number=1),
        change("phone", PHONE, Phone(person_id=PERSON, number="515 555 0101"), number=2),
    ]
    take_response(bare_vault, answer(page(first, 2)))
    return bare_vault


def test_a_new_record_and_its_edit_are_accepted_together(vault: Vault) -> None:
    """Both verdicts in one answer: the copy stands at the second's version, and nothing is loaded again."""
    new = Create(Phone(person_id=PERSON, number="515 555 0142"))
    create = perform(vault, Act("Number", (new,), AT), AT).op_ids[0]
    edit = perform(vault, Act("Number", (Change("phone", create, {"number": "515 555 0199"}),), AT), AT).op_ids[0]
    taken = take_response(
        vault,
        answer(
            page([change("phone", create, None, version=2)], 4),
            verdicts=[verdict(create, rev=1, version=1), verdict(edit, rev=2, version=2)],
        ),
    )
    assert taken.mismatched == ()
    with vault.reading() as connection:
        row = read_record(connection, "phone", create)
        assert row is not None
        assert (row.version, row.body["number"], read_base(connection, create)) == (2, "515 555 0199", None)


def test_an_own_change_of_a_record_that_moved_counts_where_it_is_now(vault: Vault) -> None:
    """The case went to a caseload that this device begins to read, in the very exchange that took an edit of it."""
    edit = perform(vault, Act("Number", (Change("phone", PHONE, {"number": "515 555 0199"}),), AT), AT).op_ids[0]
    theirs = page(
        [
            change("person", PERSON, Person(family_name="Fahey"), version=1, number=8),
            change("phone", PHONE, None, version=2, number=9),
        ],
        9,
    )
    made = answer(page([left(PERSON, 3)], 3), verdicts=[verdict(edit, rev=1, version=2, partition=OTHERS)])
    both = [*made.partitions, replace(theirs, id=OTHERS)]
    taken = take_response(vault, replace(made, partitions=both, granted=[OTHERS]))
    assert taken.mismatched == ()
    with vault.reading() as connection:
        row = read_record(connection, "phone", PHONE)
        assert row is not None
        assert (row.partition, row.hidden, row.version) == (OTHERS, False, 2)
        hashes = {one.id: one.hash for one in partitions.partitions(connection)}
    assert hashes[OTHERS] == hash_text(record_digest(PERSON, 1) + record_digest(PHONE, 2))
    assert hashes[OWN] == hash_text(0)


def test_an_entry_that_was_set_aside_and_released_waits_again(vault: Vault) -> None:
    """Central returned it, the officer let it rest, a supervisor released it: it waits for its parent, then stands."""
    new = Create(Phone(person_id=PERSON, number="515 555 0142"))
    op_id = perform(vault, Act("Number", (new,), AT), AT).op_ids[0]
    said = [
        verdict(op_id, "rejected", rev=1, problem="not-granted"),
        verdict(op_id, "blocked", rev=2),
        verdict(op_id, rev=3, version=1),
    ]
    take_response(vault, answer(page([], 2), verdicts=said[:1]))
    answers.set_aside(vault, op_id, AT)
    take_response(vault, answer(page([], 2), verdicts=said[1:2]))
    with vault.reading() as connection:
        row = read_record(connection, "phone", op_id)
        assert row is not None
        assert row.waiting == 1
    made = change("phone", op_id, Phone(person_id=PERSON, number="515 555 0142"), number=3)
    assert take_response(vault, answer(page([made], 3), verdicts=said[2:])).mismatched == ()
    with vault.reading() as connection:
        row = read_record(connection, "phone", op_id)
        assert row is not None
        assert (row.version, row.hidden, row.waiting) == (1, False, 0)


def test_a_whole_case_is_read_and_not_changed(bare_vault: Vault) -> None:
    """A supervisor's change, and taking away, in a case on demand is refused here: central would only return it."""
    read = [
        change("person", PERSON, Person(family_name="Fahey"), number=1),
        change("phone", PHONE, Phone(person_id=PERSON, number="515 555 0101"), number=2),
    ]
    take_response(bare_vault, answer(replace(page(read, 2), id=f"case:{PERSON}")))
    for step in (Change("phone", PHONE, {"number": "515 555 0199"}), Remove("phone", PHONE)):
        with pytest.raises(BadInput):
            perform(bare_vault, Act("Number", (step,), AT), AT)


def test_a_page_without_room_is_no_copy_that_differs(vault: Vault) -> None:
    """Other partitions filled the answer, so that nothing of this one came: it is no copy that differs yet."""
    none = replace(page([], 2), more=True, hash=hash_text(record_digest(PERSON, 7)))
    taken = take_response(vault, answer(none))
    assert (taken.more, taken.mismatched) == (True, ())


def test_a_returned_entry_is_sent_again_though_its_row_is_gone(vault: Vault) -> None:
    """Its op is in the outbox, its record stands here no more: the one that replaces it has an id of its own."""
    new = Create(Phone(person_id=PERSON, number="515 555 0142"))
    op_id = perform(vault, Act("Number", (new,), AT), AT).op_ids[0]
    take_response(
        vault, answer(page([], 2), verdicts=[verdict(op_id, "rejected", rev=1, problem="not-granted", version=0)])
    )
    with vault.writing() as connection:
        records.drop_records(connection, "phone", [op_id])
    again = answers.replace_returned(vault, op_id, Phone(person_id=PERSON, number="515 555 0199"), AT).op_ids
    assert again != (op_id,)
