"""Entries that central holds until a person decides, and a supervisor who decides on some of them, offline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fieldpo.store.acting.acts import Create
from fieldpo.sync.protocol.kinds import Appointment

from .cast import OFFICERS
from .desk import Desk, Made, saved
from .healing import sync_whole
from .laptop import Laptop
from .officer import a_contact, intake
from .seams import STUMBLE
from .supervisor import decide_held

if TYPE_CHECKING:
    from .trouble import Trouble

DIES_OVER_IT = 0.4
"""How often central is killed while it takes, or carries out, what was decided."""

TOO_LATE = dt.timedelta(days=31)
"""After this what was written before a case left is held."""


def held(trouble: Trouble, laptop: Laptop) -> bool:
    """Something comes to be held; the supervisor's laptop hears of it, and something is decided there, or nothing."""
    sim, rng = trouble.sim, trouble.rng
    bosses = [one for one in sim.laptops if one.supervises and not one.cut_off]
    if not bosses:
        return False
    officers = [one for one in sim.laptops if not one.supervises and not one.cut_off]
    way: Callable[[Trouble, Laptop], bool] = rng.choice((_not_listed, _too_late, _half_released))
    if not officers or not way(trouble, rng.choice(officers)):
        return False
    boss = rng.choice(bosses)
    _sync(trouble, boss)
    for _ in range(rng.randint(0, 3)):
        sim.act_at(boss, lambda desk: ("decide_held", lambda: saved(desk, decide_held(desk))))
    if rng.random() < DIES_OVER_IT:
        after, most = rng.choice((("INSERT INTO held_decision", 30), ("UPDATE held_decision", 2)))
        sim.agency.process.dies_in, sim.agency.process.dies_after = rng.randint(0, most), after
        _sync(trouble, boss)
        sim.agency.process.calm()
    return True


def _not_listed(trouble: Trouble, laptop: Laptop) -> bool:
    """Somebody whom nobody carries, or who took an ID that only an officer has typed."""
    trouble.sim.act_at(laptop, lambda desk: ("intake", lambda: saved(desk, intake(desk))))
    _sync(trouble, laptop)
    return True


def _too_late(trouble: Trouble, laptop: Laptop) -> bool:
    """A note is typed on a laptop that is not heard for a month; meanwhile its client moves to another officer."""
    sim = trouble.sim
    sim.guarded(laptop, laptop.end_sync)
    met: list[str] = []

    def note(desk: Desk) -> Made:
        own = [one for one, _ in desk.shown("person") if sim.office.officer_of(one) == desk.me]
        if not own:
            return None
        met.append(desk.rng.choice(own))
        return "contact", (Create(a_contact(desk, met[0])),), False

    sim.act_at(laptop, lambda desk: ("late contact", lambda: saved(desk, note(desk))))
    if not met:
        return False
    to = trouble.rng.choice([one for one in OFFICERS if one.id != laptop.user])
    sim.office.move(met[0], to.id)
    sim.clock += TOO_LATE
    _sync(trouble, laptop)
    return True


def _half_released(trouble: Trouble, laptop: Laptop) -> bool:
    """Central stumbles over a note with its appointment; one is released at the shell, and waits for the other."""
    sim = trouble.sim

    def both(desk: Desk) -> Made:
        person = desk.person()
        if person is None:
            return None
        note = a_contact(desk, person)
        after = Appointment(person_id=person, starts_at=desk.now, purpose=desk.word())
        return "poison", (Create(after), Create(replace(note, note=f"{note.note} {STUMBLE}"))), True

    sim.guarded(laptop, laptop.end_sync)
    sim.act_at(laptop, lambda desk: ("poison", lambda: saved(desk, both(desk))))
    _sync(trouble, laptop)
    standing = [one for one in sim.office.in_quarantine() if sim.office.device_of(one) == laptop.id]
    if not standing:
        return False
    sim.office.release(trouble.rng.choice(sorted(standing, key=sim.order)))
    return True


def _sync(trouble: Trouble, laptop: Laptop) -> None:
    trouble.sim.guarded(laptop, laptop.end_sync)
    trouble.sim.guarded(laptop, lambda: _whole(trouble, laptop))


def _whole(trouble: Trouble, laptop: Laptop) -> None:
    sync_whole(trouble.sim, laptop)
