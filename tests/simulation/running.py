"""One run from one seed, in a folder of its own."""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from .cast import EVERYBODY
from .healing import sync_whole
from .templates import workshop
from .world import Options, Simulation

FRESH = 4
"""In one seed of so many the laptops begin with nothing: their first load is part of the run."""


@dataclass
class Outcome:
    """How a run ended. `violations` name the invariant; `trace` is one line an event."""

    seed: int
    steps: int
    violations: list[str]
    trace: list[str]
    met: Counter[str]

    @property
    def digest(self) -> str:
        """The trace's sha256."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()


@functools.cache
def loaded_templates(workshop: Path) -> Path:
    """As every run but some begins: each laptop has its first load behind it. Made once a workshop."""
    made = workshop / "loaded"
    made.mkdir()
    simulation = Simulation(0, Options(only=(), cast=EVERYBODY), made)
    with simulation.seams.held():
        simulation.set_up()
        for laptop in simulation.laptops:
            sync_whole(simulation, laptop)
            laptop.close()
        simulation.agency.copy_disk(made / "copy.db")
        simulation.agency.stop()
    for tail in ("", "-wal", "-shm"):
        (made / f"central.db{tail}").unlink(missing_ok=True)
    (made / "copy.db").rename(made / "central.db")
    return made


def run(seed: int, options: Options | None = None, folder: Path | None = None) -> Outcome:
    """Run one seed. `folder` is a workshop that several runs share."""
    options = options or Options()
    if folder is None:
        with workshop() as made:
            return run(seed, options, made)
    place = Path(tempfile.mkdtemp(prefix=f"seed{seed}-", dir=folder))
    try:
        simulation = Simulation(seed, options, place)
        violations = simulation.run(None if seed % FRESH == 0 else loaded_templates(folder))
        return Outcome(seed, options.steps, violations, simulation.trace, simulation.met)
    finally:
        shutil.rmtree(place)
