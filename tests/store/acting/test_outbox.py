"""The outbox on a real vault: where each entry is, how batches are cut, and how it survives a new incarnation."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fieldpo.store.acting import outbox
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.acting.outbox_view import Place, outbox_entries
from fieldpo.store.acting.trying_again import try_again
from fieldpo.store.applying import batches
from fieldpo.store.applying.apply import take_response
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import FieldConflict
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Intake, Person
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, answer, change, page, verdict

PERSON = new_id()


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """A vault with Fahey."""
    take_response(bare_vault, answer(page([change("person", PERSON, Person(family_name="Fahey", given_name="B"))], 1)))
    return bare_vault


def visit(vault: Vault, note: str = "note") -> str:
    """A contact saved."""
    body = Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note=note)
    return perform(vault, Act("Contact with Fahey, B", (Create(body),), AT), AT).op_ids[0]


def cut(vault: Vault, after: int = 0, **limits: int) -> batches.Batch:
    """The next batch."""
    with vault.reading() as connection:
        return batches.next_batch(connection, vault.incarnation, after, **limits)


def test_every_entry_says_where_it_is_and_what_to_do(vault: Vault) -> None:
    """Waiting, held, asked about, returned: each has its place and its sentences; what is done is not listed."""
    ids = [visit(vault) for _ in range(4)]
    rename = perform(vault, Act("Name", (Change("person", PERSON, {"given_name": "Bo"}),), AT), AT).op_ids[0]
    lost = FieldConflict("k", "given_name", "Bo", "Bert")
    take_response(
        vault,
        answer(
            verdicts=[
                verdict(ids[1], "blocked", rev=1),
                verdict(ids[2], "rejected", rev=2, problem="not-granted"),
                verdict(ids[3], rev=3, version=1),
                verdict(rename, "conflict", rev=4, version=1, lost=[lost]),
            ]
        ),
    )
    with vault.reading() as connection:
        entries = outbox_entries(connection)
    assert [one.place for one in entries] == [Place.NOT_SENT, Place.HELD, Place.RETURNED, Place.CONFLICT]
    assert all(one.where and one.happened and one.to_do for one in entries)
    assert {one.person_name for one in entries} == {"Fahey, B"}
    assert entries[0].typed["note"] == "note"
    assert [one.needs_answer for one in entries] == [False, False, True, True]


def test_a_parked_entry_waits_again_after_an_update(vault: Vault) -> None:
    """Three failures alone park it; another version of fieldpo lets it wait again."""
    op_id = visit(vault)
    with vault.writing() as connection:
        batches.retry_parked(connection, "1")
        assert [batches.count_failure(connection, [op_id], "413") for _ in range(3)] == [False, False, True]
        assert [one.place for one in outbox_entries(connection)] == [Place.NOT_TAKEN]
        assert outbox.counts(connection).not_sent == 1
        assert batches.retry_parked(connection, "1") == 0
        assert batches.retry_parked(connection, "2") == 1
        assert [one.place for one in outbox_entries(connection)] == [Place.NOT_SENT]


def test_a_parked_entry_is_tried_again_when_the_officer_says_so(vault: Vault) -> None:
    """Alone or with the group that it was saved in; one more failure parks it again, and the log knows who asked."""
    alone, other = visit(vault), visit(vault)
    with vault.writing() as connection:
        connection.execute(text("UPDATE op SET state = 'parked', tries = 3"))
    assert try_again(vault, [alone]) == 1
    with vault.reading() as connection:
        assert [one.place for one in outbox_entries(connection)] == [Place.NOT_SENT, Place.NOT_TAKEN]
    with vault.writing() as connection:
        assert batches.count_failure(connection, [alone], "413")
        connection.execute(text("UPDATE op SET group_id = 'together'"))
    assert try_again(vault, [other]) == 2
    assert try_again(vault, None) == 0
    assert try_again(vault, [f"unknown-{n}" for n in range(200_000)]) == 0
    with vault.reading() as connection:
        assert [one.place for one in outbox_entries(connection)] == [Place.NOT_SENT, Place.NOT_SENT]
        said = connection.scalars(text("SELECT text FROM audit ORDER BY n")).all()
    assert sum("tried again" in one for one in said) == 3


def test_a_try_that_failed_is_told(vault: Vault) -> None:
    """What was tried says how often; what was refused for good says what it still holds up and by what key it goes."""
    op_id = visit(vault)
    told = []
    with vault.writing() as connection:
        for _ in range(3):
            batches.count_failure(connection, [op_id], "413 too large")
            told.append(outbox_entries(connection)[0])
    assert told[0].happened == "It was tried 1 time and goes again."
    assert told[1].happened == "It was tried 2 times and goes again."
    assert told[2].happened.startswith("It was refused even alone, 3 times (413 too large), so no sync takes it along")
    assert "fieldpo sync" in told[0].to_do
    assert "fieldpo outbox --try-again" in told[2].to_do


def test_batches_go_on_where_the_last_ended(vault: Vault) -> None:
    """Cut by units, each entry is in exactly one batch, in order."""
    ids = [visit(vault) for _ in range(7)]
    seen: list[str] = []
    after = 0
    while (batch := cut(vault, after, most_units=3)).ops:
        assert batch.units <= 3
        seen += [one.op_id for one in batch.ops]
        after = batch.last
    assert seen == ids


def test_a_batch_stays_below_its_bytes(vault: Vault) -> None:
    """Long notes make small batches, and one that is larger than the room goes alone."""
    for _ in range(3):
        visit(vault, "long " * 9_000)
    assert len(cut(vault, most_bytes=300 * 1024).ops) == 1
    assert len(cut(vault, most_bytes=360 * 1024).ops) == 2


def test_a_group_is_one_unit(vault: Vault) -> None:
    """All of a group goes in one request, or none of it."""
    steps = tuple(Create(Intake(family_name=f"N{n}", officer_id=OFFICER)) for n in range(4))
    visit(vault)
    perform(vault, Act("Group", steps, AT, together=True), AT)
    batch = cut(vault, most_units=2)
    assert (batch.units, len(batch.ops)) == (2, 5)


def test_a_new_incarnation_renumbers_what_waits(vault: Vault) -> None:
    """Unsent entries get new numbers from 1, answered ones keep theirs, and new ones follow."""
    done, waits = visit(vault), visit(vault)
    take_response(vault, answer(verdicts=[verdict(done, version=1)]))
    before = vault.incarnation

    def renumber(connection: object, incarnation: str) -> None:
        outbox.renumber(connection, incarnation)  # type: ignore[arg-type]

    vault.renew_incarnation(renumber)
    later = visit(vault)
    with vault.reading() as connection:
        rows = connection.execute(text("SELECT op_id, incarnation, seq FROM op ORDER BY position")).all()
    assert [tuple(row) for row in rows] == [
        (done, before, 1),
        (waits, vault.incarnation, 1),
        (later, vault.incarnation, 2),
    ]
    assert [one.op_id for one in cut(vault).ops] == [waits, later]
