"""Cases that leave: hidden at once, pushed, then gone from this computer in every readable trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from fieldpo.store import partitions
from fieldpo.store.acting import drafts
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.undo import last_act
from fieldpo.store.applying import purge
from fieldpo.store.applying.apply import take_response
from fieldpo.store.records import read_record
from fieldpo.store.search import index_slice, search
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import PartitionPage, hash_text
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person, Phone
from tests.base_copy import hash_of_base_copy
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, OWN, answer, change, gone, left, page, states, verdict

PEOPLE = [new_id() for _ in range(20)]
PHONE = new_id()


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """Twenty clients, the first with a number, all searchable."""
    feed = [change("person", one, Person(family_name=f"Fahey{n}x"), number=n + 1) for n, one in enumerate(PEOPLE)]
    feed.append(change("phone", PHONE, Phone(person_id=PEOPLE[0], number="515 555 0101"), number=21))
    take_response(bare_vault, answer(page(feed, 21)))
    with bare_vault.writing() as connection:
        while index_slice(connection):
            pass
    return bare_vault


def visit(vault: Vault, person: str = PEOPLE[0]) -> str:
    """A contact saved."""
    body = Contact(
        person_id=person, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note="porch"
    )
    return perform(vault, Act("Contact with Fahey0x", (Create(body),), AT), AT).op_ids[0]


def trace(vault: Vault, person: str) -> int:
    """Rows of any table that speak of the person."""
    with vault.reading() as connection:
        queries = (
            "SELECT count(*) FROM r_person WHERE id = :id",
            "SELECT count(*) FROM r_phone WHERE person_id = :id",
            "SELECT count(*) FROM r_contact WHERE person_id = :id",
            "SELECT count(*) FROM search_row WHERE person_id = :id",
            "SELECT count(*) FROM act WHERE label LIKE '%Fahey0x%' AND 1 OR :id IS NULL",
        )
        return sum(int(connection.scalar(text(query), {"id": person}) or 0) for query in queries)


def test_a_case_that_left_is_purged_when_nothing_waits(vault: Vault) -> None:
    """Hidden with the page, gone with the purge; the hash follows."""
    take_response(vault, answer(page([left(PEOPLE[0], 22)], 22)))
    with vault.reading() as connection:
        person = read_record(connection, "person", PEOPLE[0])
        assert person is not None
        assert person.hidden
        assert search(connection, "Fahey0x") == []
        here = partitions.partition(connection, OWN)
        assert here is not None
        assert hash_of_base_copy(connection, OWN) == here.hash
    assert purge.purge(vault, AT) == 1
    assert trace(vault, PEOPLE[0]) == 0


def test_what_was_typed_goes_up_before_the_case_goes(vault: Vault) -> None:
    """An unsent visit keeps the hidden case here until central has it; then all traces go but the op's own bytes."""
    op_id = visit(vault)
    take_response(vault, answer(page([left(PEOPLE[0], 22)], 22)))
    assert purge.purge(vault, AT) == 0
    with vault.reading() as connection:
        assert counts(connection).not_sent == 1
        assert purge.held_back(connection, OFFICER) == 0
    take_response(vault, answer(verdicts=[verdict(op_id, version=1, partition="caseload:other")]))
    assert states(vault) == ["done"]
    assert purge.purge(vault, AT) == 1
    assert trace(vault, PEOPLE[0]) == 0
    with vault.reading() as connection:
        assert last_act(connection) is None
        assert counts(connection).not_sent == 0


def test_op_bytes_go_when_centrals_backup_has_them(vault: Vault) -> None:
    """The bytes of a purged case's ops stay until the verified backup has passed them; its id stays after."""
    op_id = visit(vault)
    take_response(vault, answer(page([left(PEOPLE[0], 22)], 22), verdicts=[verdict(op_id, rev=9, version=1)]))
    purge.purge(vault, AT)
    with vault.writing() as connection:
        assert purge.scrub(connection, 8) == 0
        assert purge.scrub(connection, 9) == 1
        assert connection.scalars(text("SELECT op_id FROM op")).all() == [op_id]
        assert connection.scalars(text("SELECT text FROM op_text")).all() == []
    other = visit(vault, PEOPLE[1])
    with vault.reading() as connection:
        assert list(connection.scalars(text("SELECT seq FROM op WHERE op_id = :id"), {"id": other})) == [2]


def test_a_question_keeps_the_case(vault: Vault) -> None:
    """A returned entry of a case that left stays until the officer has dealt with it."""
    op_id = visit(vault)
    take_response(
        vault, answer(page([left(PEOPLE[0], 22)], 22), verdicts=[verdict(op_id, "rejected", problem="after-leave")])
    )
    assert purge.purge(vault, AT) == 0
    from fieldpo.store.acting import answers

    answers.set_aside(vault, op_id, AT)
    assert purge.purge(vault, AT) == 1


def test_a_draft_keeps_the_case(vault: Vault) -> None:
    """A form not yet saved keeps it too, until it is discarded."""
    with vault.writing() as connection:
        drafts.keep_draft(connection, new_id(), "log_contact", PEOPLE[0], {"note": "half"})
    take_response(vault, answer(page([left(PEOPLE[0], 22)], 22)))
    assert purge.purge(vault, AT) == 0
    with vault.writing() as connection:
        [draft] = drafts.drafts(connection)
        drafts.drop_draft(connection, draft.draft_id)
    assert purge.purge(vault, AT) == 1


def test_many_at_once_are_hidden_and_kept_until_confirmed(vault: Vault) -> None:
    """Three of twenty leave in one pull: none shows, none is purged before the officer says so."""
    take_response(vault, answer(page([left(one, 22 + n) for n, one in enumerate(PEOPLE[:3])], 24)))
    assert purge.purge(vault, AT) == 0
    with vault.reading() as connection:
        assert purge.held_back(connection, OFFICER) == 3
        assert search(connection, "Fahey1x") == []
    assert purge.confirm_purge(vault, AT) == 3
    assert trace(vault, PEOPLE[2]) == 0


def test_a_case_that_comes_back_is_shown_again(vault: Vault) -> None:
    """Left and returned before the purge: its records come again and are no longer hidden."""
    take_response(vault, answer(page([left(PEOPLE[0], 22)], 22)))
    back = [
        change("person", PEOPLE[0], Person(family_name="Fahey0x"), 2, 23),
        change("phone", PHONE, Phone(person_id=PEOPLE[0], number="515 555 0101"), 2, 24),
    ]
    take_response(vault, answer(page(back, 24)))
    assert purge.purge(vault, AT) == 0
    with vault.reading() as connection:
        person = read_record(connection, "person", PEOPLE[0])
        here = partitions.partition(connection, OWN)
        assert here is not None
        assert hash_of_base_copy(connection, OWN) == here.hash
    assert person is not None
    assert (person.hidden, person.partition) == (False, OWN)


def test_a_transfer_between_two_pulled_caseloads_moves_the_case(vault: Vault) -> None:
    """A supervisor's device pulls both: the case is in the new one, whichever page comes first."""
    other = "caseload:other"
    moved = change("person", PEOPLE[0], Person(family_name="Fahey0x"), 2, 1)
    there = PartitionPage(id=other, changes=[moved], cursor="o1", number=1)
    take_response(vault, answer(there, page([left(PEOPLE[0], 22)], 22)))
    with vault.reading() as connection:
        person = read_record(connection, "person", PEOPLE[0])
        for partition_id in (OWN, other):
            here = partitions.partition(connection, partition_id)
            assert here is not None
            assert hash_of_base_copy(connection, partition_id) == here.hash
    assert person is not None
    assert (person.partition, person.hidden) == (other, False)


def test_a_revoked_cover_goes_whole(vault: Vault) -> None:
    """When a cover ends, its caseload is hidden and purged, and the own one stays."""
    other, client = "caseload:other", new_id()
    feed = [change("person", client, Person(family_name="Covered"), 1, 1)]
    take_response(vault, answer(PartitionPage(id=other, changes=feed, cursor="o1", number=1)))
    change_of_theirs = perform(vault, Act("Name", (Change("person", client, {"given_name": "Al"}),), AT), AT)
    take_response(vault, answer(revoked=[other]))
    with vault.reading() as connection:
        assert other not in partitions.cursors(connection)
        person = read_record(connection, "person", client)
    assert person is not None
    assert person.hidden
    assert purge.purge(vault, AT) == 0
    take_response(vault, answer(verdicts=[verdict(change_of_theirs.op_ids[0], version=2, partition=other)]))
    assert purge.purge(vault, AT) == 1
    with vault.reading() as connection:
        assert read_record(connection, "person", client) is None
        assert read_record(connection, "person", PEOPLE[0]) is not None


def test_ops_are_looked_through_when_there_may_be_something_to_scrub(vault: Vault) -> None:
    """After a case has gone, and when central's backup has come further; not at each sync."""
    op_id = visit(vault)
    take_response(vault, answer(page([left(PEOPLE[0], 22)], 22), verdicts=[verdict(op_id, rev=1, version=1)]))
    with vault.writing() as connection:
        assert not purge.is_to_scrub(connection, 0)
        assert purge.is_to_scrub(connection, 1)
        assert purge.scrub(connection, 1) == 0
        assert not purge.is_to_scrub(connection, 1)
        assert purge.is_to_scrub(connection, 2)
    purge.purge(vault, AT)
    with vault.writing() as connection:
        assert purge.is_to_scrub(connection, 1)
        assert purge.scrub(connection, 1) == 1


def test_a_person_whom_central_deletes_is_scrubbed_too(vault: Vault) -> None:
    """Gone by the feed, with no case that left: what was looked through before is looked through again."""
    op_id = visit(vault)
    take_response(vault, answer(verdicts=[verdict(op_id, rev=1, version=1)]))
    with vault.writing() as connection:
        assert purge.scrub(connection, 1) == 0
    take_response(vault, answer(page([gone("person", PEOPLE[0], 2, 22)], 22)))
    with vault.writing() as connection:
        assert purge.is_to_scrub(connection, 1)
        assert purge.scrub(connection, 1) == 1


def test_nothing_of_a_purged_case_is_in_the_vaults_tables(vault: Vault) -> None:
    """A name typed nowhere else is in no text of any table after purge and backup."""
    op_id = visit(vault)
    take_response(
        vault, answer(page([left(PEOPLE[0], 22)], 22), verdicts=[verdict(op_id, rev=1, version=1)], durable=1)
    )
    purge.purge(vault, AT)
    with vault.writing() as connection:
        purge.scrub(connection, 1)
        names = list(connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table'")))
        for name in names:
            if name.startswith("search"):
                continue
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):  # noqa: S608 - names of ours
                assert "Fahey0x" not in str(row), name
                assert "porch" not in str(row), name


def test_empty_hash_after_all_left(vault: Vault, tmp_path: Path) -> None:
    """With every client gone the partition's hash is that of nothing."""
    take_response(vault, answer(page([left(one, 22 + n) for n, one in enumerate(PEOPLE)], 60)))
    with vault.reading() as connection:
        here = partitions.partition(connection, OWN)
    assert here is not None
    assert here.hash == hash_text(0)


@pytest.mark.parametrize("said", ["rejected", "blocked", "conflict"])
def test_what_a_restored_central_decides_anew_of_a_purged_case_asks_nobody_here(vault: Vault, said: str) -> None:
    """Its text went with the case, once central's backup had it: what cannot be shown is not counted either."""
    op_id = visit(vault)
    gone = answer(page([left(PEOPLE[0], 22)], 22), verdicts=[verdict(op_id, rev=1, version=1)], durable=9)
    take_response(vault, gone)
    purge.purge(vault, AT)
    with vault.writing() as connection:
        assert purge.scrub(connection, 9) == 1
    take_response(vault, answer(verdicts=[verdict(op_id, said, rev=2)], epoch="after", durable=9))
    assert states(vault) == ["answered"]
    assert trace(vault, PEOPLE[0]) == 0
    with vault.reading() as connection:
        assert counts(connection).need_answer == 0
        assert connection.scalar(text("SELECT count(*) FROM base")) == 0
    take_response(vault, answer(verdicts=[verdict(op_id, rev=3, version=1)], epoch="after", durable=9))
    assert states(vault) == ["done"]
