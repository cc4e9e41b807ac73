"""What the simulation found in laptops' logs at central, each as small as it can be told: see docs/simulation.md."""

from __future__ import annotations

from fieldpo.store.audit import Event, append

from .healing import sync_whole
from .judging_logs import central_has_each_log
from .laptop import Laptop, Pace
from .restoring import old_disk
from .seams import BUSY
from .world import Simulation


def read(laptop: Laptop, times: int) -> None:
    """Whoever reads leaves a row in the log, and nothing to send."""
    with laptop.open().writing() as connection:
        append(connection, laptop.user, laptop.id, laptop.now(), [Event("read")] * times)


def synced(world: Simulation, laptop: Laptop) -> list[str]:
    """One sync; what central lacks then, or has too much, of the laptop's log."""
    laptop.pace = Pace(units=1, limit=500, rows=200)
    sync_whole(world, laptop)
    return list(central_has_each_log(world.look(at_rest=True, laptop=laptop)))


def test_a_restored_central_has_the_log_again_after_one_sync(world: Simulation) -> None:
    """What the backup lacks of a log comes with the sync that finds the restored central, and not with the next."""
    laptop = world.laptops[0]
    assert synced(world, laptop) == []
    world.agency.back_up(verified=True)
    read(laptop, 3)
    assert synced(world, laptop) == []
    world.agency.restore(world.agency.backups[0])
    assert synced(world, laptop) == []


def test_a_log_that_forked_comes_again_where_the_other_life_took_its_places(world: Simulation) -> None:
    """A backup has rows of a vault's former life in the places of those that it lacks of the present one."""
    laptop = world.laptops[0]
    assert synced(world, laptop) == []
    old_disk(world.trouble, laptop)
    read(laptop, 9)
    assert synced(world, laptop) == []
    old_disk(world.trouble, laptop)
    world.agency.back_up(verified=True)
    read(laptop, 5)
    assert synced(world, laptop) == []
    world.agency.restore(world.agency.backups[0])
    assert synced(world, laptop) == []


def test_rows_that_central_could_not_keep_come_again_where_another_life_has_their_places(world: Simulation) -> None:
    """Central's disk refuses a write, and it keeps the ops alone: that a place is taken says nothing of the row."""
    laptop, process = world.laptops[0], world.agency.process
    assert synced(world, laptop) == []
    old_disk(world.trouble, laptop)
    read(laptop, 40)
    assert synced(world, laptop) == []
    old_disk(world.trouble, laptop)
    for moment in range(6):
        read(laptop, 2)
        process.refuses_in, process.refusal, process.refusals = moment, BUSY, 1
        sync_whole(world, laptop)
        process.calm()
        assert synced(world, laptop) == [], moment
