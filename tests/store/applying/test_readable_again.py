"""A record that could not be read and is put right, and one that was right and can be read no more."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fieldpo.store.applying.apply import take_response
from fieldpo.store.applying.clean_bodies import UNREADABLE
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import Change
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Person
from tests.base_copy import hash_of_base_copy
from tests.store.feeds import OWN, answer, change, gone, page

PERSON, PHONE = new_id(), new_id()
RIGHT = {"person_id": PERSON, "number": "515 555 0142"}
WRONG = {"person_id": PERSON, "number": 5}


def phone(body: dict[str, object], version: int) -> Change:
    """The number as central has it at a version."""
    return Change(id=PHONE, kind="phone", version=version, number=version + 1, person_id=PERSON, body=body)


def standing(vault: Vault) -> list[str]:
    """Under which kinds it stands here."""
    with vault.reading() as connection:
        unknown = connection.scalars(text("SELECT kind FROM r_unknown WHERE id = :id"), {"id": PHONE})
        known = connection.scalars(text("SELECT 'phone' FROM r_phone WHERE id = :id"), {"id": PHONE})
        return [*unknown, *known]


def taken(vault: Vault, *changes: Change, left: str) -> None:
    """Take changes, after which central counts the person and `left`; the copy agrees without a load."""
    counted = [f"{PERSON}/1", *([f"{PHONE}/{left}"] if left else [])]
    assert take_response(vault, answer(page(changes, changes[-1].number, sum_of=counted))).mismatched == ()
    with vault.reading() as connection:
        assert hash_of_base_copy(connection, OWN) == connection.scalar(
            text("SELECT hash FROM partition WHERE id = :id"), {"id": OWN}
        )


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(WRONG, RIGHT, "phone"), (RIGHT, WRONG, UNREADABLE + "phone"), (WRONG, WRONG, UNREADABLE + "phone")],
)
def test_it_stands_once_under_what_it_is_now(
    bare_vault: Vault, before: dict[str, object], after: dict[str, object], kind: str
) -> None:
    """Its newer version takes the older one's place, whichever of them can be read, and nothing has to come again."""
    first = change("person", PERSON, Person(family_name="Fahey"), number=1)
    taken(bare_vault, first, phone(before, 1), left="1")
    taken(bare_vault, phone(after, 2), left="2")
    assert standing(bare_vault) == [kind]


def test_one_that_cannot_be_read_goes_when_central_deletes_it(bare_vault: Vault) -> None:
    """Deleted at central it is gone here, under whatever kind it stood."""
    first = change("person", PERSON, Person(family_name="Fahey"), number=1)
    taken(bare_vault, first, phone(WRONG, 1), left="1")
    taken(bare_vault, gone("phone", PHONE, 2, 3), left="")
    assert standing(bare_vault) == []


def test_ones_own_change_brings_nothing_in_the_place_of_what_stands(bare_vault: Vault) -> None:
    """A change without a body is of the kind that it is at central; what stands here under another stays."""
    first = change("person", PERSON, Person(family_name="Fahey"), number=1)
    taken(bare_vault, first, phone(WRONG, 1), left="1")
    bare = Change(id=PHONE, kind="phone", version=2, number=3, person_id=PERSON)
    take_response(bare_vault, answer(page([bare], 3, sum_of=[f"{PERSON}/1", f"{PHONE}/2"])))
    assert standing(bare_vault) == [UNREADABLE + "phone"]
