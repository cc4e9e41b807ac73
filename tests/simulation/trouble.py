"""The troubles that a run may meet, by name: some kinds, drawn from the seed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from . import access, entries, holding, machines, restoring
from .laptop import Laptop

if TYPE_CHECKING:
    from .world import Simulation

ELSEWHERE = {
    "SIGSTOP": "real processes",
    "two programs on one vault": "real processes",
    "killed in mid-migration": "real processes",
    "serialization failure, deadlock, slow commit": "PostgreSQL",
}
"""Those that need real processes or PostgreSQL."""


class Trouble:
    """What goes wrong in one run: some kinds, drawn from the seed."""

    def __init__(self, simulation: Simulation) -> None:
        self.sim = simulation
        self.rng = simulation.rng
        self.files = 0
        self.old_disks: dict[str, Path] = {}
        every = list(KINDS)
        drawn = self.rng.sample(every, self.rng.randint(2, 7))
        only = simulation.options.only
        self.kinds = drawn if only is None else [one for one in every if one in only]

    def something(self) -> None:
        """One of this run's troubles comes."""
        if self.kinds:
            self._come(self.rng.choice(self.kinds))

    def _come(self, name: str) -> None:
        sim = self.sim
        laptop = self.rng.choice([one for one in sim.laptops if not one.cut_off])
        if KINDS[name](self, laptop):
            sim.met[name] += 1
            sim.say(f"trouble: {name} ({laptop.name})")

    def end(self) -> None:
        """Everything that can end ends; what is for good stays."""
        self.sim.agency.process.calm()
        self.sim.agency.knows_missing = True
        for laptop in self.sim.laptops:
            laptop.process.calm()
            laptop.link.fates.clear()
            laptop.link.down = laptop.link.one_way = False
            laptop.upgrade()
            self.sim.guarded(laptop, laptop.end_sync)
            if laptop.second_user:
                laptop.second_user = False
                laptop.signed_out = True


KINDS: dict[str, Callable[[Trouble, Laptop], bool]] = {
    "network": machines.fates,
    "no network": machines.no_network,
    "one direction only": machines.one_direction,
    "laptop killed": machines.kill_laptop,
    "central killed": machines.kill_central,
    "stopped in mid-load": machines.stopped,
    "disk full": machines.disk_full,
    "read-only disk": machines.read_only,
    "busy database": machines.disk_busy,
    "central's disk full or busy": machines.central_full,
    "central restarted": machines.restart,
    "central's backup restored": restoring.restore,
    "central rolled back in silence": restoring.roll_back,
    "old database put back": restoring.old_disk,
    "decided around a backup": restoring.decided,
    "sent again after a backup": restoring.sent_again,
    "cloned to two laptops": restoring.clone,
    "clock jumps": restoring.clock_jumps,
    "token expired in mid-page": access.token_expires,
    "refresh refused": access.refresh_refused,
    "revoked with ops waiting": access.revoked,
    "second user": access.second_user,
    "old client and new central": access.old_client,
    "new client and old central": access.new_client,
    "a central that cannot tell what it lacks": access.old_central,
    "a kind that the program does not know": access.unknown_kind,
    "poison for a proxy": entries.poison_proxy,
    "poison for central": entries.poison_central,
    "a dependency that never comes": entries.never_comes,
    "a program that does not clean": entries.not_cleaned,
    "an older schema_version": entries.old_schema,
    "held for a decision": holding.held,
}
"""Every kind of trouble that a run may meet; transfers, covers, files and deletions come in every run."""
