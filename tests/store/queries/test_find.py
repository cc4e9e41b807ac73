"""Finding people by names typed nearly right, by IDs, and entries by words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldpo.errors import NotFound
from fieldpo.store.queries.clients.find_entries import find_entries
from fieldpo.store.queries.clients.find_people import find_people, fold, matching_people, person_by_id
from fieldpo.store.queries.clients.whose import listed as as_listed
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Person
from tests.filled_vault import OFFICER, Pulled, fill
from tests.listed import EARLIER_TODAY, LATER_TODAY, LONG, OVERDUE, listed


@pytest.mark.parametrize(
    ("typed", "by", "who"),
    [
        ("Alvarez", "name", OVERDUE),
        ("alv mar", "name", OVERDUE),
        ("alvares", "sounds like", OVERDUE),
        ("marisol alvarez", "name", OVERDUE),
        ("Gomez", "name", EARLIER_TODAY),
        ("GÓMEZ", "name", EARLIER_TODAY),
        ("gomes", "sounds like", EARLIER_TODAY),
        ("red", "alias", LATER_TODAY),
        ("4471", "ID", OVERDUE),
        ("447", "ID", OVERDUE),
        (OVERDUE, "ID", OVERDUE),
        ("王小", "name", LONG),
    ],
)
def test_a_person_is_found(bare_vault: Vault, typed: str, by: str, who: str) -> None:
    """By beginnings of names in any order, without accents, a letter wrong, an alias, an ID or its beginning."""
    fill(bare_vault, listed())
    with bare_vault.reading() as connection:
        found = find_people(connection, typed)
    assert (found[0].name.person_id, found[0].by) == (who, by)


@pytest.mark.parametrize("typed", ["", "  ", "%", "'; --", "zzzzzz", "9999"])
def test_nobody_is_found(bare_vault: Vault, typed: str) -> None:
    """What fits nobody finds nobody, and breaks nothing."""
    fill(bare_vault, listed())
    with bare_vault.reading() as connection:
        assert find_people(connection, typed) == []


def test_two_words_must_both_fit(bare_vault: Vault) -> None:
    """A family name with another client's given name finds nobody."""
    fill(bare_vault, listed())
    with bare_vault.reading() as connection:
        assert find_people(connection, "alvarez brendan") == []
        assert matching_people(connection, as_listed((caseload_partition(OFFICER),)), "alvarez brendan") == []


def test_an_entry_is_found_by_its_words(bare_vault: Vault) -> None:
    """Words of a note find the entry with some words around them; a third party's is marked as withheld."""
    fill(bare_vault, listed())
    with bare_vault.reading() as connection:
        bus = find_entries(connection, "bus la")
        brother = find_entries(connection, "brother told")
    assert [(one.kind, one.person_id, one.withheld) for one in bus] == [("contact", LONG, False)]
    assert "the bus is late again" in bus[0].excerpt
    assert [(one.person_id, one.withheld) for one in brother] == [(OVERDUE, True)]


def test_one_letter_searches_no_notes(bare_vault: Vault) -> None:
    """A single letter stands in every note; it looks for people alone."""
    fill(bare_vault, listed())
    with bare_vault.reading() as connection:
        assert find_entries(connection, "b") == []
        assert find_people(connection, "b") != []


def test_an_id_names_one_person(bare_vault: Vault) -> None:
    """The agency's ID in any case, or ours, names a person; one that two share, or nobody has, is refused."""
    fill(bare_vault, listed())
    twins = [
        Pulled("person", f"twin-{n}", f"twin-{n}", Person(family_name="Twin", agency_ids={"agency": "AB-1"}))
        for n in (1, 2)
    ]
    fill(bare_vault, twins[:1])
    with bare_vault.reading() as connection:
        assert person_by_id(connection, " ab-1 ") == "twin-1"
        assert person_by_id(connection, OVERDUE) == OVERDUE
        with pytest.raises(NotFound, match="Nobody"):
            person_by_id(connection, "nobody")
    fill(bare_vault, twins[1:])
    with bare_vault.reading() as connection, pytest.raises(NotFound, match="twin-1, twin-2"):
        person_by_id(connection, "AB-1")


@given(st.text(max_size=40))
@example("🄐 ᴬ")
def test_folding_twice_is_folding_once(typed: str) -> None:
    """What is compared does not change by being compared again."""
    assert fold(fold(typed)) == fold(typed)
