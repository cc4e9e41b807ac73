"""Trouble with time: backups put back, old disks, twins, clocks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .laptop import Laptop

if TYPE_CHECKING:
    from .trouble import Trouble


def restore(trouble: Trouble, _: Laptop) -> bool:
    """A backup is made; or one is put back with `central restore`, before or after the feeds' numbers caught up."""
    agency = trouble.sim.agency
    if not agency.backups or (len(agency.backups) < 3 and trouble.rng.random() < 0.3):
        agency.back_up(verified=trouble.rng.random() < 0.6)
        return True
    agency.restore(trouble.rng.choice(agency.backups))
    _central_went_back(trouble)
    return True


def roll_back(trouble: Trouble, _: Laptop) -> bool:
    """A copy of the machine's disk is put back, and nobody tells central that time went back: no new epoch."""
    agency = trouble.sim.agency
    if not agency.backups:
        agency.back_up(verified=False)
        return True
    agency.roll_back(trouble.rng.choice(agency.backups))
    _central_went_back(trouble)
    return True


def _central_went_back(trouble: Trouble) -> None:
    sim = trouble.sim
    sim.rewritten = True
    for laptop in sim.laptops:
        laptop.cut_off = laptop.enrolled.device_id in sim.agency.books.revoked
    sim.forget_lost()  # what an old disk had lost already, and only central kept


def old_disk(trouble: Trouble, laptop: Laptop) -> bool:
    """The laptop's database is copied; the next time the old one is put back."""
    sim = trouble.sim
    sim.guarded(laptop, laptop.end_sync)
    if laptop.name not in trouble.old_disks:
        sim.copies += 1
        to = sim.folder / f"copy{sim.copies}"
        laptop.copy_disk(to)
        trouble.old_disks[laptop.name] = to
        return True
    laptop.put_disk_back(trouble.old_disks.pop(laptop.name))
    sim.rewritten = True
    sim.guarded(laptop, lambda: _open(laptop))
    sim.forget_lost()
    return True


def clone(trouble: Trouble, laptop: Laptop) -> bool:
    """The whole folder is copied to another laptop, and both go on."""
    sim = trouble.sim
    if len(sim.laptops) > 5 or "twin" in laptop.name:
        return False
    sim.copies += 1
    to = sim.folder / f"copy{sim.copies}"
    laptop.copy_disk(to)
    twin = sim.add_laptop(laptop.enrolled, f"{laptop.name}-twin{sim.copies}", to)
    twin.ahead = laptop.ahead
    sim.rewritten = True
    return True


def clock_jumps(trouble: Trouble, laptop: Laptop) -> bool:
    """The laptop's clock is set, by years perhaps."""
    days = trouble.rng.choice((-3_650, -1, 0, 1, 3_650))
    if trouble.sim.options.clocks:
        laptop.ahead = dt.timedelta(days=days)
    return True


def _open(laptop: Laptop) -> None:
    laptop.open()
