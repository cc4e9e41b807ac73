"""Trouble with the network, with processes and with disks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .laptop import Laptop
from .network import FATES
from .seams import BUSY, FULL, READ_ONLY

if TYPE_CHECKING:
    from .trouble import Trouble


def fates(trouble: Trouble, laptop: Laptop) -> bool:
    """Some of the next requests meet something."""
    laptop.link.fates += [trouble.rng.choice(("", *FATES)) for _ in range(trouble.rng.randint(1, 4))]
    return True


def no_network(trouble: Trouble, laptop: Laptop) -> bool:
    """The laptop drives off, or comes back."""
    laptop.link.down = not laptop.link.down
    return True


def one_direction(trouble: Trouble, laptop: Laptop) -> bool:
    """Requests arrive, answers do not, until further notice."""
    laptop.link.one_way = not laptop.link.one_way
    return True


def kill_laptop(trouble: Trouble, laptop: Laptop) -> bool:
    """Between any two statements, of a sync where one is under way."""
    busy = [one for one in trouble.sim.laptops if one.syncing]
    laptop = trouble.rng.choice(busy) if busy else laptop
    laptop.process.dies_in = trouble.rng.randint(0, 60)
    return True


def kill_central(trouble: Trouble, _: Laptop) -> bool:
    """In the middle of a batch, between any two statements."""
    trouble.sim.agency.process.dies_in, trouble.sim.agency.process.dies_after = trouble.rng.randint(0, 70), ""
    return True


def stopped(trouble: Trouble, _: Laptop) -> bool:
    """The officer ends a sync that is under way: in mid-load, perhaps."""
    busy = [one for one in trouble.sim.laptops if one.syncing]
    if busy:
        trouble.rng.choice(busy).end_sync()
    return bool(busy)


def disk_full(trouble: Trouble, laptop: Laptop) -> bool:
    """A write is refused, and some after it."""
    laptop.process.refuses_in, laptop.process.refusal = trouble.rng.randint(0, 25), FULL
    laptop.process.refusals = trouble.rng.randint(1, 6)
    return True


def read_only(trouble: Trouble, laptop: Laptop) -> bool:
    """The laptop's disk takes no write, for a while: remounted after an error, perhaps."""
    laptop.process.refuses_in, laptop.process.refusal = trouble.rng.randint(0, 10), READ_ONLY
    laptop.process.refusals = trouble.rng.randint(10, 40)
    return True


def disk_busy(trouble: Trouble, laptop: Laptop) -> bool:
    """Somebody else holds the vault."""
    laptop.process.refuses_in, laptop.process.refusal, laptop.process.refusals = trouble.rng.randint(0, 15), BUSY, 1
    return True


def central_full(trouble: Trouble, _: Laptop) -> bool:
    """Central's disk refuses some writes."""
    process = trouble.sim.agency.process
    process.refuses_in, process.refusal = trouble.rng.randint(0, 25), trouble.rng.choice((FULL, BUSY))
    process.refusals = trouble.rng.randint(1, 8)
    return True


def restart(trouble: Trouble, _: Laptop) -> bool:
    """Central is stopped and started."""
    trouble.sim.agency.restart()
    return True
