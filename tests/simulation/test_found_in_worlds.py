"""What the simulation found between laptops and central, each as small as it can be told: see docs/simulation.md."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from fieldpo.store.acting import answers, undo
from fieldpo.store.acting.acts import Act, Change, Create
from fieldpo.store.records import read_record
from fieldpo.sync.protocol.kinds import Address, Appointment, Contact, Intake, Person, Phone
from tests.store.feeds import AT

from .cast import CASES, OKAFOR, REYES
from .evidence import at_central
from .healing import heal, sync_whole
from .laptop import Laptop, Pace
from .restoring import clone
from .seams import BUSY, STUMBLE
from .world import Simulation

PERSON, ADDRESS, PHONE = (
    next(one for one, body in CASES[REYES.partition] if isinstance(body, kind)) for kind in (Person, Address, Phone)
)


def test_twins_learn_of_each_other_what_they_changed(world: Simulation) -> None:
    """A cloned laptop and its twin change two fields of one record: both end with central's copy, word for word."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    clone(world.trouble, laptop)
    twin = world.laptops[-1]
    laptop.act(Act("Directions", (Change("address", ADDRESS, {"directions": "left"}),), AT))
    twin.act(Act("Street", (Change("address", ADDRESS, {"line1": "9 Oak"}),), AT))
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_a_case_that_had_left_comes_back_with_what_was_typed_on_it(world: Simulation) -> None:
    """Central is restored to before the entries and the transfer: the case is shown with both, after one sync."""
    laptop, agency = world.laptops[0], world.agency
    laptop.pace = Pace(units=1, limit=500, rows=200)
    sync_whole(world, laptop)
    agency.back_up(verified=True)
    added = Create(Phone(person_id=PERSON, number="new"))
    laptop.act(Act("Number", (Change("phone", PHONE, {"number": "typed"}),), AT))
    laptop.act(Act("Other number", (added,), AT))
    sync_whole(world, laptop)
    world.office.move(PERSON, OKAFOR.id)
    sync_whole(world, laptop)
    with laptop.open().reading() as connection:
        assert read_record(connection, "phone", PHONE) is None
    agency.restore(agency.backups[0])
    reloads = laptop.reloads
    sync_whole(world, laptop)
    with laptop.open().reading() as connection:
        shown = [read_record(connection, "phone", one) for one in (PHONE, added.record_id)]
    assert [one.body["number"] if one and not one.hidden else None for one in shown] == ["typed", "new"]
    assert laptop.reloads == reloads
    world.rewritten = True
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_the_same_version_after_a_restore_is_no_proof_of_the_same_record(world: Simulation) -> None:
    """A laptop's edit of a version that was lost meets another change of that number: its copy becomes central's."""
    first, second, agency = *world.laptops[:2], world.agency
    for one in (first, second):
        one.pace = Pace(units=1, limit=500, rows=200)
        sync_whole(world, one)
    agency.back_up(verified=True)
    second.act(Act("City", (Change("address", ADDRESS, {"city": "lost until the second laptop syncs"}),), AT))
    sync_whole(world, second)
    sync_whole(world, first)
    first.act(Act("Directions", (Change("address", ADDRESS, {"directions": "left"}),), AT))
    sync_whole(world, first)
    agency.restore(agency.backups[0])
    world.office.edit(ADDRESS, {"line1": "9 Oak"})
    world.rewritten = True
    sync_whole(world, first)
    with first.open().reading() as connection:
        row = read_record(connection, "address", ADDRESS)
    assert row is not None
    assert {name: row.body.get(name, "") for name in ("line1", "directions", "city")} == {
        "line1": "9 Oak",
        "directions": "left",
        "city": "",
    }
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def typed(laptop: Laptop, number: str) -> str:
    """Another number for the same telephone; gives the op."""
    return laptop.act(Act("Number", (Change("phone", PHONE, {"number": number}),), AT)).op_ids[0]


def visit() -> Contact:
    """A visit whose note central stumbles over."""
    return Contact(
        person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=REYES.id, note=STUMBLE
    )


def states(laptop: Laptop) -> dict[str, str]:
    """Where each op of the outbox stands."""
    with laptop.open().reading() as connection:
        return {row.op_id: row.state for row in connection.execute(text("SELECT op_id, state FROM op"))}


def test_an_entry_that_was_only_kept_is_sent_again_after_a_restore(world: Simulation) -> None:
    """Central's disk let the bytes in and no verdict, the backup holds just that: after the restore it is decided."""
    laptop, agency = world.laptops[0], world.agency
    sync_whole(world, laptop)
    for moment in range(60):
        op_id = typed(laptop, f"number {moment}")
        agency.process.refuses_in, agency.process.refusal, agency.process.refusals = moment, BUSY, 1
        laptop.begin_sync(world.rng, 1)
        while laptop.step_sync() is None:
            pass
        agency.process.calm()
        seen = at_central(agency)
        if op_id in seen.ops and op_id not in seen.ledger:
            break
    else:
        raise AssertionError("the disk never refused between the bytes and the verdict")
    agency.back_up(verified=False)
    sync_whole(world, laptop)
    assert states(laptop)[op_id] == "done"
    agency.restore(agency.backups[0])
    world.rewritten = True
    heal(world, thorough=True)
    assert op_id in at_central(agency).ledger
    world.check("at the end", at_rest=True)


def test_a_group_that_is_released_entry_by_entry_is_applied(world: Simulation) -> None:
    """Central refused a note with its appointment; a supervisor releases one, which waits, then the other."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    both = (Create(Appointment(person_id=PERSON, starts_at=AT)), Create(visit()))
    made = laptop.act(Act("Contact and next", both, AT, together=True)).op_ids
    sync_whole(world, laptop)
    assert [states(laptop)[one] for one in made] == ["rejected", "rejected"]
    assert [world.office.release(one) for one in made] == ["blocked", "accepted"]
    sync_whole(world, laptop)
    assert [states(laptop)[one] for one in made] == ["done", "done"]
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


@pytest.mark.parametrize("tries", [1, 2])
def test_a_returned_change_sent_again_does_not_wait_for_a_later_one(world: Simulation, tries: int) -> None:
    """The later change waits for it: neither waits for ever, though it comes back once more, and nothing is lost."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    changes = {"line1": "1 Oak", "directions": STUMBLE}, {"line1": "2 Oak"}
    first, second = (laptop.act(Act("Street", (Change("address", ADDRESS, one),), AT)).op_ids[0] for one in changes)
    sync_whole(world, laptop)
    assert (states(laptop)[first], states(laptop)[second]) == ("rejected", "blocked")
    again = first
    for words in (STUMBLE, "3 Oak")[-tries:]:
        again = answers.change_returned(laptop.open(), again, {"line1": words}, AT).op_ids[0]
        sync_whole(world, laptop)
    heal(world, thorough=True)
    assert states(laptop)[first] == "answered"
    assert {states(laptop)[one] for one in (second, again)} <= {"done", "conflict"}
    world.check("at the end", at_rest=True)


def test_what_hangs_on_a_second_try_that_is_set_aside_is_asked_about(world: Simulation) -> None:
    """Central would hold it for good, as its officer has done with what it waits for."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    changes = {"line1": "1 Oak", "directions": STUMBLE}, {"line1": "2 Oak"}
    first, second = (laptop.act(Act("Street", (Change("address", ADDRESS, one),), AT)).op_ids[0] for one in changes)
    sync_whole(world, laptop)
    again = answers.change_returned(laptop.open(), first, {"line1": STUMBLE}, AT).op_ids[0]
    sync_whole(world, laptop)
    assert (states(laptop)[again], states(laptop)[second]) == ("rejected", "blocked")
    answers.set_aside(laptop.open(), again, AT)
    assert states(laptop)[second] == "rejected"
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_someone_not_listed_is_taken_back_though_a_colleague_has_them(world: Simulation) -> None:
    """The entry was matched as it came to a colleague's client; its officer, who could not know, had undone it."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    met = Create(Intake(family_name="Doe", agency_id="A3", officer_id=REYES.id))
    act = laptop.act(Act("Someone not listed", (met,), AT))
    taken_back = undo.undo(laptop.open(), act.act_id, AT).op_ids[0]
    sync_whole(world, laptop)
    assert states(laptop)[taken_back] == "done"
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_what_was_replaced_goes_after_what_stands_in_its_place(world: Simulation) -> None:
    """A restored central that cannot tell what it lacks takes the last of three tries, not the first."""
    laptop, agency = world.laptops[0], world.agency
    sync_whole(world, laptop)
    agency.back_up(verified=False)
    tries = [typed(laptop, f"{STUMBLE} 1")]
    for number in (f"{STUMBLE} 2", "3"):
        sync_whole(world, laptop)
        tries += answers.change_returned(laptop.open(), tries[-1], {"number": number}, AT).op_ids
    sync_whole(world, laptop)
    assert [states(laptop)[one] for one in tries] == ["answered", "answered", "done"]
    agency.restore(agency.backups[0])
    agency.seams.mended, agency.knows_missing, world.rewritten = True, False, True
    sync_whole(world, laptop)
    assert [states(laptop)[one] for one in tries] == ["answered", "answered", "done"]
    with laptop.open().reading() as connection:
        row = read_record(connection, "phone", PHONE)
    assert row is not None
    assert row.body["number"] == "3"
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_that_central_was_told_what_is_replaced_may_be_forgotten_once_more(world: Simulation) -> None:
    """Restored again before what waits was sent: the last word goes first all the same."""
    laptop, agency = world.laptops[0], world.agency
    sync_whole(world, laptop)
    agency.back_up(verified=False)
    first = typed(laptop, STUMBLE)
    sync_whole(world, laptop)
    again = answers.change_returned(laptop.open(), first, {"number": "3"}, AT).op_ids[0]
    sync_whole(world, laptop)
    agency.restore(agency.backups[0])
    agency.seams.mended = world.rewritten = True
    laptop.begin_sync(world.rng)
    while states(laptop)[again] != "waiting":
        laptop.step_sync()
    laptop.end_sync()
    agency.restore(agency.backups[0])
    sync_whole(world, laptop)
    assert (states(laptop)[first], states(laptop)[again]) == ("answered", "done")
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_as_many_verdicts_of_another_history_are_heard(world: Simulation) -> None:
    """Central was put back in silence and released another entry: the laptop hears of it, though the count is equal."""
    laptop, agency = world.laptops[0], world.agency
    sync_whole(world, laptop)
    first, second = (laptop.act(Act("Visit", (Create(visit()),), AT)).op_ids[0] for _ in range(2))
    sync_whole(world, laptop)
    world.office.move(PERSON, OKAFOR.id)  # into no feed that the laptop pulls: what is released, no cursor tells it
    sync_whole(world, laptop)
    agency.back_up(verified=False)
    world.office.release(first)
    sync_whole(world, laptop)
    assert states(laptop)[first] == "done"
    agency.roll_back(agency.backups[0])
    world.office.release(second)
    world.rewritten = True
    sync_whole(world, laptop)
    assert (states(laptop)[first], states(laptop)[second]) == ("rejected", "done")
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)


def test_someone_not_listed_who_was_matched_leaves_with_their_case(world: Simulation) -> None:
    """A laptop that has not heard whom the intake means loses it with the case all the same, and loads nothing anew."""
    laptop = world.laptops[0]
    sync_whole(world, laptop)
    met = Create(Intake(family_name="Doe", officer_id=REYES.id))
    laptop.act(Act("Someone not listed", (met,), AT))
    sync_whole(world, laptop)
    world.office.match(met.record_id, PERSON)
    world.office.move(PERSON, OKAFOR.id)
    heal(world, thorough=True)
    world.check("at the end", at_rest=True)
