"""Full-text search on a real vault: in step with saves, blind to what is hidden, safe against what is typed."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from fieldpo.store.acting.acts import Act, Change, Create, Remove, perform
from fieldpo.store.applying.apply import take_response
from fieldpo.store.database.meta import put_meta
from fieldpo.store.search import index_slice, is_to_merge, match_expression, search, searchable
from fieldpo.store.vault import Vault
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person, Phone
from tests.filled_vault import OFFICER
from tests.store.feeds import AT, answer, change, gone, page, verdict

PERSON, PHONE = new_id(), new_id()


@pytest.fixture
def vault(bare_vault: Vault) -> Vault:
    """Ñuñez with a number, indexed."""
    person = Person(family_name="Ñuñez", given_name="María", aliases=["La Negra"], agency_ids={"doc": "A-1177"})
    feed = [
        change("person", PERSON, person, number=1),
        change("phone", PHONE, Phone(person_id=PERSON, number="515 555 0101"), number=2),
    ]
    take_response(bare_vault, answer(page(feed, 2)))
    index(bare_vault)
    return bare_vault


def index(vault: Vault) -> None:
    """Work off the slices."""
    with vault.writing() as connection:
        while index_slice(connection):
            pass


def found(vault: Vault, typed: str) -> list[str]:
    """Ids of what is found."""
    with vault.reading() as connection:
        return [hit.record_id for hit in search(connection, typed)]


@pytest.mark.parametrize("typed", ["nunez", "NUÑ", "maria nun", "negra", "A-1177", "1177"])
def test_people_are_found_by_name_alias_and_number(vault: Vault, typed: str) -> None:
    """Accents and case do not matter, the last word may be a beginning, agency numbers count."""
    assert found(vault, typed) == [PERSON]


def test_a_note_is_found_at_once_and_its_words_are_shown(vault: Vault) -> None:
    """What the officer saves is in the index with the same commit."""
    note = "word " * 60 + "the blue bicycle " + "word " * 60
    body = Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=OFFICER, note=note)
    perform(vault, Act("Contact", (Create(body),), AT), AT)
    with vault.reading() as connection:
        [hit] = search(connection, "blue bicy")
        assert search(connection, "bicycle", person_id=new_id()) == []
    assert "blue bicycle" in hit.excerpt
    assert hit.excerpt.startswith("…")


def test_the_index_follows_edits_removals_and_pulls(vault: Vault) -> None:
    """Old words go, new ones come, removed and deleted records are found no more."""
    perform(vault, Act("Number", (Change("phone", PHONE, {"number": "319 000"}),), AT), AT)
    assert found(vault, "515") == []
    assert found(vault, "319") == [PHONE]
    op_id = perform(vault, Act("Away", (Remove("phone", PHONE),), AT), AT).op_ids[0]
    assert found(vault, "319") == []
    take_response(vault, answer(verdicts=[verdict(op_id, version=2)]))
    take_response(vault, answer(page([gone("person", PERSON, 2, 9)], 9)))
    index(vault)
    assert found(vault, "nunez") == []


def test_a_pull_under_a_waiting_edit_is_indexed_as_it_shows(vault: Vault) -> None:
    """The index speaks of what the officer sees, also after somebody else's change came below it."""
    perform(vault, Act("Number", (Change("phone", PHONE, {"number": "319 000"}),), AT), AT)
    theirs = Phone(person_id=PERSON, number="712 000", note="x")
    take_response(vault, answer(page([change("phone", PHONE, theirs, 2, 3)], 3)))
    index(vault)
    assert found(vault, "319") == [PHONE]
    assert found(vault, "712") == []


def test_a_conflict_puts_theirs_into_the_index(vault: Vault) -> None:
    """When the officer's value lost, central's is what search finds."""
    from fieldpo.sync.protocol.exchange import FieldConflict

    op_id = perform(vault, Act("Number", (Change("phone", PHONE, {"number": "319 000"}),), AT), AT).op_ids[0]
    theirs = Phone(person_id=PERSON, number="712 000")
    lost = FieldConflict("k", "number", "319 000", "712 000")
    take_response(
        vault,
        answer(
            page([change("phone", PHONE, theirs, 2, 3)], 3),
            verdicts=[verdict(op_id, "conflict", version=2, lost=[lost])],
        ),
    )
    index(vault)
    assert found(vault, "712") == [PHONE]
    assert found(vault, "319") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_search(vault: Vault, typed: str) -> None:
    """Quotes, operators, stars, emoji: whatever is typed is looked for, never run."""
    found(vault, typed)
    assert isinstance(match_expression(typed), str)


def test_kinds_without_prose_are_not_indexed() -> None:
    """Nothing to find in what holds no text."""
    assert searchable("assessment", {"instrument": "x"}) == ""
    assert searchable("no_such_kind", {"note": "x"}) == ""


def test_the_sync_merges_the_parts_of_the_index(vault: Vault) -> None:
    """Once two thousand records were indexed, a sync makes one part of many, so that no save has to; what they say is
    found as before.
    """
    for number in range(9):
        body = Contact(
            person_id=PERSON,
            occurred_at=AT,
            contact="home",
            outcome="reported",
            officer_id=OFFICER,
            note=f"kept {number}",
        )
        perform(vault, Act("Contact", (Create(body),), AT), AT)
    VaultDisk(vault).index()
    before = parts(vault)
    with vault.writing() as connection:
        put_meta(connection, "search_unmerged", "2000")
    VaultDisk(vault).index()
    assert before > parts(vault) == 1
    assert len(found(vault, "kept")) == 9
    with vault.reading() as connection:
        assert not is_to_merge(connection)


def parts(vault: Vault) -> int:
    """Of how many parts the index consists."""
    with vault.reading() as connection:
        return int(connection.scalar(text("SELECT count(DISTINCT segid) FROM search_idx")) or 0)
