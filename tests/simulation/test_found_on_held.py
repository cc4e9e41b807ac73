"""What the simulation found where central holds entries for a person: see docs/simulation.md."""

from __future__ import annotations

from fieldpo.store.acting import undo
from fieldpo.store.acting.acts import Act, Change, Create
from fieldpo.store.queries.supervisor.held import held_for
from fieldpo.sync.protocol.kinds import Addendum, Appointment, Contact, Person, Phone
from tests.store.feeds import AT

from .cast import CASES, OKAFOR, REYES, WHITFIELD
from .evidence import at_central
from .healing import heal, sync_whole
from .holding import TOO_LATE
from .officer import PACK
from .world import Simulation

PERSON, PHONE = (
    next(one for one, body in CASES[REYES.partition] if isinstance(body, kind)) for kind in (Person, Phone)
)


def note() -> Contact:
    """A visit at home."""
    return Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=REYES.id, note="x")


def too_late(world: Simulation) -> list[str]:
    """A note and its appointment, typed a month before they come, on a client who has gone to Okafor."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    both = (Create(Appointment(person_id=PERSON, starts_at=AT)), Create(note()))
    made = laptop.act(Act("Contact and next", both, AT, together=True)).op_ids
    world.office.move(PERSON, OKAFOR.id)
    world.clock += TOO_LATE
    sync_whole(world, laptop)
    return list(made)


def test_what_was_let_out_and_is_refused_again_waits_for_a_person_again(world: Simulation) -> None:
    """Of two late entries one is released and waits for the other; its group is released, and it is too late again."""
    first, second = too_late(world)
    assert world.office.release(first) == "blocked"
    assert world.office.release(first) == "rejected"
    assert sorted(world.office.in_quarantine()) == sorted([first, second])
    assert {row["partition_id"] for row in at_central(world.agency).quarantine} == {REYES.partition}
    assert [world.office.release(one) for one in (first, second)] == ["accepted", "accepted"]
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_what_is_refused_and_taken_back_in_one_exchange_is_held_for_nobody(world: Simulation) -> None:
    """A late change comes together with the one that takes it back: no supervisor is asked about it."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    act = laptop.act(Act("Number", (Change("phone", PHONE, {"number": "typed"}),), AT))
    undo.undo(laptop.open(), act.act_id, AT)
    world.office.move(PERSON, OKAFOR.id)
    world.clock += TOO_LATE
    sync_whole(world, laptop)
    assert world.office.in_quarantine() == []
    boss = world.laptops[-1]
    sync_whole(world, boss)
    with boss.open().reading() as connection:
        assert held_for(connection, PACK, WHITFIELD.id) == ()
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_a_note_is_applied_before_its_addendum_however_they_are_let_out(world: Simulation) -> None:
    """Of a late group the note is released first, and waits; it comes with its addendum, and before it."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    first = Create(note())
    more = Addendum(person_id=PERSON, entry_id=first.record_id, text="more", officer_id=REYES.id, written_at=AT)
    made = laptop.act(Act("Contact and addendum", (first, Create(more)), AT, together=True)).op_ids
    world.office.move(PERSON, OKAFOR.id)
    world.clock += TOO_LATE
    sync_whole(world, laptop)
    assert [world.office.release(one) for one in made] == ["blocked", "accepted"]
    numbers = [at_central(world.agency).ledger[one]["number"] for one in made]
    assert numbers == sorted(numbers)
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)
