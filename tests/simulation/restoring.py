"""Trouble with time: backups put back, old disks, twins, clocks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .answering import settle_question
from .entries import poison_central
from .healing import sync_whole
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


def decided(trouble: Trouble, laptop: Laptop) -> bool:
    """Quarantine is decided after a backup, which the laptop hears; then the backup is put back, and other decided."""
    sim = trouble.sim
    mine = _quarantined(trouble, laptop)
    if len(mine) < 2:
        return False
    sim.agency.back_up(verified=False)
    first, second = trouble.rng.sample(mine, 2)
    sim.office.release(first)
    _sync(trouble, laptop)
    sim.agency.restore(sim.agency.backups[-1])
    _central_went_back(trouble)
    sim.office.release(second)
    return True


def sent_again(trouble: Trouble, laptop: Laptop) -> bool:
    """What central returned is typed anew after a backup, which is put back with a program that takes the first."""
    sim = trouble.sim
    sim.agency.back_up(verified=False)
    kept = sim.agency.backups[-1]
    if not _quarantined(trouble, laptop):
        return False
    for _ in range(3):
        sim.act_at(laptop, lambda desk: ("settle_question", lambda: settle_question(desk)))
    _sync(trouble, laptop)
    sim.seams.mended = True
    sim.agency.restore(kept)
    _central_went_back(trouble)
    return True


def _quarantined(trouble: Trouble, laptop: Laptop) -> list[str]:
    """Entries of the laptop's over which central stumbled."""
    sim = trouble.sim
    sim.guarded(laptop, laptop.end_sync)
    for _ in range(2):
        poison_central(trouble, laptop)
    _sync(trouble, laptop)
    return [one for one in sorted(sim.office.in_quarantine(), key=sim.order) if sim.office.device_of(one) == laptop.id]


def _sync(trouble: Trouble, laptop: Laptop) -> None:
    trouble.sim.guarded(laptop, lambda: _whole(trouble, laptop))


def _whole(trouble: Trouble, laptop: Laptop) -> None:
    sync_whole(trouble.sim, laptop)


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
    sim.guarded(laptop, lambda: _open(laptop), lost=True)
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
