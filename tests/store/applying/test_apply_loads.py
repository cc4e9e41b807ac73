"""First loads, reloads, hashes that differ, and central that went back in time."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import text

from fieldpo.store import audit, partitions
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.applying.apply import take_response, verdicts_after
from fieldpo.store.applying.batches import LogRows, audit_rows
from fieldpo.store.partitions import Partition
from fieldpo.store.records import read_base, read_record
from fieldpo.store.search import forget_records, index_slice, search
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import Change as Feed
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person, Phone
from tests.base_copy import hash_of_base_copy
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, OWN, answer, change, page, states, verdict

PERSON = new_id()
PHONES = [new_id() for _ in range(450)]
ALL = [f"{PERSON}/1", *(f"{one}/1" for one in PHONES)]


def feed(start: int, end: int) -> list[Feed]:
    """A stretch of the feed: Fahey at 1, then his many numbers."""
    whole = [change("person", PERSON, Person(family_name="Fahey"), number=1)]
    whole += [
        change("phone", one, Phone(person_id=PERSON, number=f"515 555 {n:04}"), number=n)
        for n, one in enumerate(PHONES, start=2)
    ]
    return whole[start:end]


def own(vault: Vault) -> Partition:
    """The own caseload's feed."""
    with vault.reading() as connection:
        found = partitions.partition(connection, OWN)
    assert found is not None
    return found


def rows(vault: Vault) -> int:
    """How many numbers stand here."""
    with vault.reading() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM r_phone")) or 0)


def loaded(vault: Vault) -> None:
    """The whole feed, in one page."""
    assert take_response(vault, answer(page(feed(0, 451), 451, sum_of=ALL))).mismatched == ()


def test_a_first_load_goes_on_from_its_cursor(bare_vault: Vault) -> None:
    """Two pages make the whole; the load ends with the second, and its hash agrees."""
    first = take_response(bare_vault, answer(page(feed(0, 250), 250, more=True)))
    assert first.more
    assert (own(bare_vault).cursor, own(bare_vault).loading) == ("c250", True)
    second = take_response(bare_vault, answer(page(feed(250, 451), 451, sum_of=ALL)))
    assert (second.more, second.mismatched) == (False, ())
    assert (own(bare_vault).loading, rows(bare_vault)) == (False, 450)


def test_a_reload_sweeps_what_central_no_longer_has(bare_vault: Vault) -> None:
    """Rows that the new load does not bring go; what only waits here stays, with its text."""
    loaded(bare_vault)
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="kept"
    )
    [contact] = perform(bare_vault, Act("Contact", (Create(body),), AT), AT).op_ids
    perform(bare_vault, Act("Number", (Change("phone", PHONES[-1], {"number": "1"}),), AT), AT)
    taken = take_response(bare_vault, answer(page(feed(0, 3), 500, reload=True, sum_of=ALL[:3])))
    assert taken.mismatched == ()
    assert rows(bare_vault) == 3  # two that central has, and one that the officer's change still waits on
    with bare_vault.reading() as connection:
        kept = read_record(connection, "contact", contact)
        edited = read_record(connection, "phone", PHONES[-1])
        base = read_base(connection, PHONES[-1])
    assert kept is not None
    assert kept.body["note"] == "kept"
    assert edited is not None
    assert edited.body["number"] == "1"
    assert base is not None
    assert base.body is None
    assert states(bare_vault) == ["waiting", "waiting"]


def test_a_hash_that_differs_asks_for_everything_again(bare_vault: Vault) -> None:
    """A copy that differs is noticed at the feed's end."""
    taken = take_response(bare_vault, answer(page(feed(0, 5), 5, sum_of=ALL[:6])))
    assert taken.mismatched == (OWN,)


def test_the_hash_is_that_of_the_base_copy(bare_vault: Vault) -> None:
    """Kept step by step, the hash equals the one computed anew, with ops waiting or not."""
    loaded(bare_vault)
    [op_id] = perform(bare_vault, Act("Number", (Change("phone", PHONES[0], {"number": "1"}),), AT), AT).op_ids
    for response in (
        answer(page([change("phone", PHONES[0], Phone(person_id=PERSON, number="2"), 2, 500)], 500)),
        answer(verdicts=[verdict(op_id, version=3)]),
        answer(page([change("phone", PHONES[1], Phone(person_id=PERSON, number="3"), 2, 501)], 501)),
    ):
        take_response(bare_vault, response)
        with bare_vault.reading() as connection:
            assert hash_of_base_copy(connection, OWN) == own(bare_vault).hash


def test_what_came_is_found_after_its_slices(bare_vault: Vault) -> None:
    """Search finds nothing of a load until it is indexed, then all of it; forgotten rows go."""
    loaded(bare_vault)
    with bare_vault.writing() as connection:
        assert search(connection, "fahey") == []
        while index_slice(connection):
            pass
        assert [hit.record_id for hit in search(connection, "fahey")] == [PERSON]
        forget_records(connection, [PERSON])
        assert search(connection, "fahey") == []


def test_central_restored_from_a_backup_gets_again_what_it_lacks(bare_vault: Vault) -> None:
    """Another epoch: entries above the verified backup wait again, everything is asked for anew, nothing is lost."""
    loaded(bare_vault)
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="typed"
    )
    [contact] = perform(bare_vault, Act("Contact", (Create(body),), AT), AT).op_ids
    take_response(bare_vault, answer(verdicts=[verdict(contact, rev=5, version=1)]))
    assert states(bare_vault) == ["done"]
    taken = take_response(bare_vault, answer(page(feed(0, 451), 451, reload=True), epoch="e2"))
    assert taken.new_epoch
    assert states(bare_vault) == ["waiting"]
    with bare_vault.reading() as connection:
        shown = read_record(connection, "contact", contact)
        assert verdicts_after(connection) == 0
    assert shown is not None
    assert (shown.body["note"], shown.waiting, shown.hidden) == ("typed", 1, False)
    take_response(bare_vault, answer(verdicts=[verdict(contact, rev=1, version=1)], epoch="e2"))
    assert states(bare_vault) == ["done"]


def test_what_a_restored_central_holds_again_is_still_shown(bare_vault: Vault) -> None:
    """A change that was done waits once more, decided differently this time: the officer goes on seeing what was typed,
    over what central says of the record meanwhile.
    """
    loaded(bare_vault)
    [op_id] = perform(bare_vault, Act("Number", (Change("phone", PHONES[0], {"number": "1"}),), AT), AT).op_ids
    take_response(bare_vault, answer(verdicts=[verdict(op_id, version=2)], durable=9))
    again = [verdict(op_id, "blocked", rev=2)]
    take_response(bare_vault, answer(verdicts=again, epoch="e2", durable=9))
    older = Phone(person_id=PERSON, number="at central")
    take_response(bare_vault, answer(page([change("phone", PHONES[0], older, 3, 500)], 500), epoch="e2"))
    with bare_vault.reading() as connection:
        shown, base = read_record(connection, "phone", PHONES[0]), read_base(connection, PHONES[0])
    assert shown is not None
    assert (shown.body["number"], shown.waiting) == ("1", 1)
    assert base is not None
    assert base.body is not None
    assert base.body["number"] == "at central"


def logged(vault: Vault, rows: int) -> list[int]:
    """So many rows more in the log; gives the places of those that go up next."""
    with vault.writing() as connection:
        audit.append(connection, OFFICER, "d", AT, [audit.Event("read") for _ in range(rows)])
        return [row.n for row in audit_rows(connection, 0, 1_000)]


def test_of_the_log_central_has_what_was_sent(bare_vault: Vault) -> None:
    """Where an old copy of the vault was put back, central's count goes beyond it: rows that take those places go all
    the same, and where central has less than it had, the rest goes again.
    """
    first = logged(bare_vault, 5)
    take_response(bare_vault, replace(answer(), audit_through=100), log=LogRows(1, first[-1]))
    assert logged(bare_vault, 3) == [first[-1] + n for n in (1, 2, 3)]
    take_response(bare_vault, replace(answer(), audit_through=first[1]), log=LogRows(first[-1] + 1, first[-1] + 3))
    assert logged(bare_vault, 0)[0] == first[1] + 1


def test_rows_sent_beyond_a_gap_leave_nothing_out(bare_vault: Vault) -> None:
    """A request's rows were not kept, those of the next one were, and another life of the vault has all these places:
    what was not kept goes again.
    """
    places = logged(bare_vault, 9)
    beyond = replace(answer(), audit_through=100)
    take_response(bare_vault, replace(answer(), audit_through=places[1]), log=LogRows(places[0], places[5]))
    take_response(bare_vault, beyond, log=LogRows(places[6], places[-1]))
    assert logged(bare_vault, 0)[0] == places[2]
    take_response(bare_vault, beyond, log=LogRows(places[2], places[-1]))
    assert logged(bare_vault, 0) == []
