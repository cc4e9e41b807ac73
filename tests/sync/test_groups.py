"""A group of which one member lost: none is applied, and the officer's answers end every question on both sides."""

from __future__ import annotations

import pytest

from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.acting.answers import Keep
from fieldpo.store.acting.outbox_view import Place, outbox_entries
from fieldpo.store.acting.undo import last_act, undo
from fieldpo.store.records import read_record
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Address
from tests.sync.conftest import Device, Field
from tests.sync.test_questions import AT, PERSON, PHONE, agreed, laptop, open_questions, reyes, shown

__all__ = ["laptop", "reyes"]


@pytest.fixture
def lost(field: Field, laptop: Device) -> str:
    """A number and a new address saved together, of which the number lost. Returns the address's id."""
    home = new_id()
    steps = (
        Change("phone", PHONE, {"number": "2"}),
        Create(Address(person_id=PERSON, line1="12 Elm St"), home),
    )
    perform(laptop.vault, Act("Moved", steps, AT, together=True), AT)
    field.central.edit(PHONE, number="3")
    assert laptop.sync().conflicts == 2
    return home


def visible(device: Device, record_id: str) -> bool:
    """Whether the officer sees the address."""
    with device.vault.reading() as connection:
        found = read_record(connection, "address", record_id)
    return found is not None and not found.hidden


@pytest.mark.parametrize("keep", [Keep.MINE, Keep.THEIRS])
def test_each_member_is_asked_and_answered(field: Field, laptop: Device, lost: str, keep: Keep) -> None:
    """The typed address stays readable with a question of its own; the answers stand at central, once."""
    assert visible(laptop, lost)
    with laptop.vault.reading() as connection:
        entries = outbox_entries(connection)
    assert [one.place for one in entries] == [Place.CONFLICT, Place.CONFLICT]
    assert "saved together" in entries[1].happened
    assert entries[1].typed["line1"] == "12 Elm St"
    for entry in entries:
        answers.answer(laptop.vault, entry.op_id, keep, AT)
    laptop.sync()
    assert open_questions(field.central) == 0
    assert shown(laptop)["number"] == ("2" if keep is Keep.MINE else "3")
    assert visible(laptop, lost) is (keep is Keep.MINE)
    agreed(laptop)


def test_undo_lets_all_of_it_go(field: Field, laptop: Device, lost: str) -> None:
    """Taken back, the address is gone and no question is left."""
    with laptop.vault.reading() as connection:
        last = last_act(connection)
    assert last is not None
    undo(laptop.vault, last.act_id, AT)
    laptop.sync()
    assert open_questions(field.central) == 0
    assert not visible(laptop, lost)
    agreed(laptop)


def test_undo_before_hearing_of_it_lets_all_of_it_go(field: Field, laptop: Device) -> None:
    """Saved, taken back and sent in one go: nothing of it stands, and nothing is asked."""
    home = new_id()
    steps = (Change("phone", PHONE, {"number": "2"}), Create(Address(person_id=PERSON, line1="12 Elm St"), home))
    saved = perform(laptop.vault, Act("Moved", steps, AT, together=True), AT)
    undo(laptop.vault, saved.act_id, AT)
    field.central.edit(PHONE, number="3")
    laptop.sync()
    assert open_questions(field.central) == 0
    assert not visible(laptop, home)
    agreed(laptop)
