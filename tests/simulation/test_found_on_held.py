"""What the simulation found where central holds entries for a person: see docs/simulation.md."""

from __future__ import annotations

from fieldpo.store.acting.acts import Act, Create
from fieldpo.sync.protocol.kinds import Appointment, Contact, Person
from tests.store.feeds import AT

from .cast import CASES, OKAFOR, REYES
from .evidence import at_central
from .healing import heal, sync_whole
from .holding import TOO_LATE
from .world import Simulation

PERSON = next(one for one, body in CASES[REYES.partition] if isinstance(body, Person))


def too_late(world: Simulation) -> list[str]:
    """A note and its appointment, typed a month before they come, on a client who has gone to Okafor."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    note = Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=REYES.id, note="x")
    both = (Create(Appointment(person_id=PERSON, starts_at=AT)), Create(note))
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
