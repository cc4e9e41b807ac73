"""Makes a training ground, or opens one that is there, with its central serving as long as it is used."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from fieldpo.demo import ground as grounds
from fieldpo.demo.ground import Ground, Wish
from fieldpo.demo.serving import Central, serving

Say = Callable[[str], None]
"""Takes a line about what is being done."""


@contextlib.contextmanager
def prepared(folder: Path, wish: Wish, say: Say) -> Iterator[tuple[Ground, Central]]:
    """A training ground in `folder` with its central serving: the one that is there, else a new one.

    Raises `BadInput` where the folder holds anything else, `CentralDidNotStart`, and what enrolment raises.
    """
    found = grounds.found_ground(folder)
    if found is None:
        with made(folder, wish, say) as both:
            yield both
        return
    say(f"Opening the training ground in {folder}.")
    grounds.renew_central(found)
    with serving(found.database_url, found.port, found.log) as central:
        central.wait()
        yield found, central


@contextlib.contextmanager
def made(folder: Path, wish: Wish, say: Say) -> Iterator[tuple[Ground, Central]]:
    """A new training ground: central's database and users, the caseload, and an officer's enrolled laptop."""
    from fieldpo.demo import laptop

    ground = grounds.new_ground(folder)
    with stocked(ground, wish, say) as central:
        say("Enrolling a laptop by the device flow…")
        with laptop.enrol_laptop(ground, ground.vault) as vault:
            say("Pulling the caseload…")
            pulled = laptop.load_laptop(vault, ground).pulled
        say(f"{pulled:,} records are on the laptop.")
        grounds.finish(ground)
        yield ground, central


@contextlib.contextmanager
def stocked(ground: Ground, wish: Wish, say: Say) -> Iterator[Central]:
    """Central with its users and a caseload, answering; no laptop yet."""
    say("Making central's database…")
    grounds.init_central(ground, wish.now)
    with serving(ground.database_url, ground.port, ground.log) as central:
        say(f"Making up {wish.clients:,} clients and {_years(wish.years)} of contacts (seed {wish.seed})…")
        count = grounds.load_caseload(ground, wish)
        central.wait()
        say(f"{count:,} records are at central, {ground.url}.")
        yield central


def _years(years: int) -> str:
    return "a year" if years == 1 else f"{years} years"
