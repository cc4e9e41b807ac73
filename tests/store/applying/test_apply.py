"""What the device does with central's answers: base copies, views, verdicts, loads and hashes."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fieldpo.store import partitions
from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Change, Create, Remove, perform
from fieldpo.store.acting.answers import Keep
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.outbox_view import Place, outbox_entries
from fieldpo.store.applying.apply import begin_epoch, take_response
from fieldpo.store.records import Record, find_record, read_base, read_record
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import FieldConflict
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person, Phone
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, OWN, answer, change, gone, page, states, verdict

PERSON, PHONE = new_id(), new_id()
FIRST = Phone(person_id=PERSON, number="515 555 0101")


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """A vault with Fahey and his number, at 2 of the feed."""
    first = [change("person", PERSON, Person(family_name="Fahey"), number=1), change("phone", PHONE, FIRST, number=2)]
    taken = take_response(bare_vault, answer(page(first, 2, sum_of=[f"{PERSON}/1", f"{PHONE}/1"])))
    assert (taken.changes, taken.more, taken.mismatched) == (2, False, ())
    return bare_vault


def renumber(vault: Vault, number: str) -> str:
    """The officer changes the number; returns the op's id."""
    return perform(vault, Act("Number", (Change("phone", PHONE, {"number": number}),), AT), AT).op_ids[0]


def phone(vault: Vault) -> Record:
    """Fahey's number as the officer sees it."""
    with vault.reading() as connection:
        found = read_record(connection, "phone", PHONE)
    assert found is not None
    return found


def visit(vault: Vault, note: str = "At table") -> str:
    """A contact saved; its record's id is its op's."""
    body = Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note=note)
    return perform(vault, Act("Contact with Fahey", (Create(body),), AT), AT).op_ids[0]


def test_a_pull_never_reverts_what_the_officer_typed(vault: Vault) -> None:
    """Somebody's change of another field and of the same field comes: the officer's number stays in view."""
    renumber(vault, "515 555 0199")
    theirs = Phone(person_id=PERSON, number="515 555 0142", note="after six")
    take_response(vault, answer(page([change("phone", PHONE, theirs, 2, 3)], 3)))
    assert (phone(vault).body["number"], phone(vault).body["note"]) == ("515 555 0199", "after six")
    with vault.reading() as connection:
        base = read_base(connection, PHONE)
    assert base is not None
    assert base.body is not None
    assert (base.body["number"], base.version) == ("515 555 0142", 2)


def test_an_own_change_comes_without_its_body(vault: Vault) -> None:
    """The verdict takes the op into central's copy, the bodyless change its number, and the hash agrees."""
    op_id = renumber(vault, "515 555 0199")
    taken = take_response(
        vault,
        answer(
            page([change("phone", PHONE, None, 2, 3)], 3, sum_of=[f"{PERSON}/1", f"{PHONE}/2"]),
            verdicts=[verdict(op_id, version=2)],
        ),
    )
    assert taken.mismatched == ()
    shown = phone(vault)
    assert (shown.body["number"], shown.version, shown.number, shown.waiting) == ("515 555 0199", 2, 3, 0)
    assert states(vault) == ["done"]
    with vault.reading() as connection:
        assert read_base(connection, PHONE) is None


def test_a_second_edit_waits_over_the_first_ones_answer(vault: Vault) -> None:
    """Two edits wait and only the first is answered: the second still shows, over a base with the first."""
    first = renumber(vault, "515 555 0198")
    renumber(vault, "515 555 0199")
    take_response(vault, answer(verdicts=[verdict(first, version=2)]))
    assert (phone(vault).body["number"], phone(vault).waiting) == ("515 555 0199", 1)
    with vault.reading() as connection:
        base = read_base(connection, PHONE)
    assert base is not None
    assert base.body is not None
    assert base.body["number"] == "515 555 0198"


def test_killed_between_verdict_and_page_the_pull_repeats(vault: Vault) -> None:
    """The verdict was written and its page was not: the same feed with the body brings both to one state."""
    op_id = renumber(vault, "515 555 0199")
    take_response(vault, answer(verdicts=[verdict(op_id, version=2)]))
    now = Phone(person_id=PERSON, number="515 555 0199")
    taken = take_response(
        vault, answer(page([change("phone", PHONE, now, 2, 3)], 3, sum_of=[f"{PERSON}/1", f"{PHONE}/2"]))
    )
    assert taken.mismatched == ()
    assert phone(vault).number == 3


def test_a_conflict_shows_theirs_and_keeps_mine(vault: Vault) -> None:
    """Central's value stands in the view; the officer's stands in the question until it is answered."""
    op_id = renumber(vault, "515 555 0199")
    asked = FieldConflict("k1", "number", "515 555 0199", "515 555 0142")
    theirs = Phone(person_id=PERSON, number="515 555 0142")
    take_response(
        vault,
        answer(
            page([change("phone", PHONE, theirs, 2, 3)], 3),
            verdicts=[verdict(op_id, "conflict", version=2, lost=[asked])],
        ),
    )
    assert phone(vault).body["number"] == "515 555 0142"
    with vault.reading() as connection:
        [entry] = outbox_entries(connection)
        assert counts(connection).need_answer == 1
    assert entry.place is Place.CONFLICT
    assert (entry.questions[0].yours, entry.questions[0].theirs) == ("515 555 0199", "515 555 0142")
    saved = answers.answer(vault, op_id, Keep.MINE, AT)
    assert saved is not None
    assert phone(vault).body["number"] == "515 555 0199"
    assert states(vault) == ["answered", "waiting"]


def test_keeping_theirs_is_sent_too(vault: Vault) -> None:
    """Theirs is an answer that central has to hear: an op without fields that resolves the question."""
    op_id = renumber(vault, "515 555 0199")
    asked = FieldConflict("k1", "number", "515 555 0199", "515 555 0101")
    take_response(vault, answer(verdicts=[verdict(op_id, "conflict", version=1, lost=[asked])]))
    saved = answers.answer(vault, op_id, Keep.THEIRS, AT)
    assert saved is not None
    assert len(saved.op_ids) == 1
    assert states(vault) == ["answered", "waiting"]
    assert phone(vault).body["number"] == "515 555 0101"


def test_a_returned_note_stays_visible_and_can_be_sent_again(vault: Vault) -> None:
    """A contact in quarantine keeps its text on screen; edited, it takes the same place under a new op."""
    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, "rejected", problem="invalid-body")]))
    with vault.reading() as connection:
        held = read_record(connection, "contact", op_id)
        [entry] = outbox_entries(connection)
    assert held is not None
    assert (held.body["note"], held.hidden, held.waiting) == ("At table", False, 0)
    assert entry.place is Place.RETURNED
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="Edited"
    )
    saved = answers.replace_returned(vault, op_id, body, AT)
    assert states(vault) == ["answered", "waiting"]
    take_response(vault, answer(verdicts=[verdict(saved.op_ids[0], rev=2, version=1)]))
    with vault.reading() as connection:
        now = read_record(connection, "contact", op_id)
        assert connection.scalar(text("SELECT count(*) FROM r_contact")) == 1
    assert now is not None
    assert (now.body["note"], now.version, now.waiting) == ("Edited", 1, 0)


def test_of_a_note_sent_again_the_new_words_show_while_both_wait_once_more(vault: Vault) -> None:
    """Central went back, and lacks both: what the officer put in place of the returned note is what stands there."""
    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, "rejected", problem="invalid-body")]))
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="Edited"
    )
    saved = answers.replace_returned(vault, op_id, body, AT)
    take_response(vault, answer(verdicts=[verdict(saved.op_ids[0], rev=2, version=1)]))
    begin_epoch(vault, "e2", None)
    assert states(vault) == ["waiting", "waiting"]
    whole = [change("person", PERSON, Person(family_name="Fahey"), number=1), change("phone", PHONE, FIRST, number=2)]
    take_response(vault, answer(page(whole, 2), epoch="e2"))
    with vault.reading() as connection:
        now = read_record(connection, "contact", op_id)
    assert now is not None
    assert (now.body["note"], now.waiting) == ("Edited", 2)


def test_a_returned_note_is_set_aside(vault: Vault) -> None:
    """Set aside, it leaves this computer's screens; its op stays."""
    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, "rejected", problem="not-granted")]))
    answers.set_aside(vault, op_id, AT)
    with vault.reading() as connection:
        assert find_record(connection, op_id) is None
    assert states(vault) == ["answered"]


def test_released_from_quarantine_it_is_done(vault: Vault) -> None:
    """A later verdict by revision turns a returned entry into an accepted one."""
    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, "rejected", problem="not-granted")]))
    with vault.reading() as connection:
        held = read_record(connection, "contact", op_id)
    assert held is not None
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="At table"
    )
    take_response(
        vault,
        answer(
            page([change("contact", op_id, body, 1, 3)], 3, sum_of=[f"{PERSON}/1", f"{PHONE}/1", f"{op_id}/1"]),
            verdicts=[verdict(op_id, rev=2, version=1)],
        ),
    )
    assert states(vault) == ["done"]
    with vault.reading() as connection:
        here = partitions.partition(connection, OWN)
        assert here is not None
        assert here.cursor == "c3"


def test_an_edit_of_what_was_deleted_is_asked_about(vault: Vault) -> None:
    """The number was deleted at central: the typed one stays in view while it waits, then becomes a question."""
    op_id = renumber(vault, "515 555 0199")
    take_response(vault, answer(page([gone("phone", PHONE, 2, 3)], 3, sum_of=[f"{PERSON}/1"])))
    assert (phone(vault).body["number"], phone(vault).hidden) == ("515 555 0199", False)
    asked = FieldConflict("k1", "number", "515 555 0199", None)
    take_response(
        vault, answer(verdicts=[verdict(op_id, "conflict", version=2, problem="record-deleted", lost=[asked])])
    )
    assert phone(vault).hidden
    answers.answer(vault, op_id, Keep.MINE, AT)
    assert (phone(vault).body["number"], phone(vault).hidden) == ("515 555 0199", False)
    assert states(vault) == ["answered", "waiting"]


def test_deleted_and_left_to_them_it_goes(vault: Vault) -> None:
    """Theirs stands: central hears it, and the record goes with central's answer."""
    op_id = renumber(vault, "515 555 0199")
    asked = FieldConflict("k1", "number", "515 555 0199", None)
    take_response(
        vault,
        answer(
            page([gone("phone", PHONE, 2, 3)], 3),
            verdicts=[verdict(op_id, "conflict", version=2, problem="record-deleted", lost=[asked])],
        ),
    )
    saved = answers.answer(vault, op_id, Keep.THEIRS, AT)
    assert saved is not None
    take_response(vault, answer(verdicts=[verdict(saved.op_ids[0], rev=2, version=2)]))
    with vault.reading() as connection:
        assert read_record(connection, "phone", PHONE) is None
    assert states(vault) == ["answered", "done"]


def test_blocked_waits_and_is_not_lost(vault: Vault) -> None:
    """A blocked entry is held, stays in view, and a later verdict ends it."""
    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, "blocked")]))
    with vault.reading() as connection:
        assert counts(connection).held == 1
        assert [one.place for one in outbox_entries(connection)] == [Place.HELD]
    take_response(vault, answer(verdicts=[verdict(op_id, rev=2, version=1)]))
    assert states(vault) == ["done"]


def test_retry_leaves_it_waiting(vault: Vault) -> None:
    """Passing trouble at central changes nothing but the count of tries."""
    op_id = visit(vault)
    taken = take_response(vault, answer(verdicts=[verdict(op_id, "retry", rev=0)]))
    assert (taken.answered.again, states(vault)) == (1, ["waiting"])


def test_a_record_taken_away_goes_when_central_has_answered(vault: Vault) -> None:
    """Hidden at once, gone with its verdict, and out of the hash."""
    saved = perform(vault, Act("Away", (Remove("phone", PHONE),), AT), AT)
    assert phone(vault).hidden
    taken = take_response(
        vault,
        answer(
            page([gone("phone", PHONE, 2, 3)], 3, sum_of=[f"{PERSON}/1"]),
            verdicts=[verdict(saved.op_ids[0], version=2)],
        ),
    )
    assert taken.mismatched == ()
    with vault.reading() as connection:
        assert read_record(connection, "phone", PHONE) is None


def test_unknown_kinds_are_kept_as_they_came(vault: Vault) -> None:
    """A kind of a newer central is kept with its body."""
    record_id = new_id()
    raw = change("gps_alert", record_id, None, person_id=PERSON, number=3)
    from msgspec.structs import replace

    take_response(vault, answer(page([replace(raw, body={"person_id": PERSON, "result": ["x"]})], 3)))
    with vault.reading() as connection:
        found = read_record(connection, "gps_alert", record_id)
    assert found is not None
    assert found.body == {"person_id": PERSON, "result": ["x"]}


def test_the_revision_is_remembered(vault: Vault) -> None:
    """The next exchange asks for verdicts after the last one taken."""
    from fieldpo.store.applying.apply import verdicts_after

    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, rev=7, version=1)]))
    with vault.reading() as connection:
        assert verdicts_after(connection) == 7
