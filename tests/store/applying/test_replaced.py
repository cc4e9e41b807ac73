"""What goes up after central went back and could not tell what it lacks: entries that others replace go last."""

from __future__ import annotations

from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.applying import batches
from fieldpo.store.applying.apply import begin_epoch, take_response
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Person
from tests.store.feeds import AT, answer, page, verdict


def cut(vault: Vault, after: int = 0) -> list[str]:
    """The ops of the next batch."""
    with vault.reading() as connection:
        return [one.op_id for one in batches.next_batch(connection, vault.incarnation, after).ops]


def test_what_is_replaced_goes_last_and_not_before_its_successor_is_decided(bare_vault: Vault) -> None:
    """The last word goes first; while something on the way does not let it through, what it replaces stays here."""
    vault = bare_vault
    first = perform(vault, Act("Person", (Create(Person(family_name="Doe", given_name="J")),), AT), AT).op_ids[0]
    take_response(vault, answer(page([], 1), verdicts=[verdict(first, "rejected", rev=1, problem="not-granted")]))
    better = Person(family_name="Doe", given_name="John")
    second = answers.replace_returned(vault, first, better, AT).op_ids[0]
    other = perform(vault, Act("Person", (Create(Person(family_name="Roe", given_name="R")),), AT), AT).op_ids[0]
    assert cut(vault) == [second, other]
    begin_epoch(vault, "after", None)
    take_response(vault, answer(page([], 1), epoch="after"))
    assert cut(vault) == [second, other, first]
    with vault.writing() as connection:
        for _ in range(batches.PARK_AFTER):
            batches.count_failure(connection, [second], "413")
    assert cut(vault) == [other]
    take_response(vault, answer(verdicts=[verdict(other, rev=1), verdict(second, rev=2)], epoch="after"))
    assert cut(vault) == [first]
