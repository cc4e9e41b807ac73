"""Rounds of kill -9: laptops' programs and central, at moments drawn from a seed, while entries are typed and sent."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from .ground import Ground, ground
from .laptops import Stable, listen
from .whole import problems


@dataclass(frozen=True)
class Outcome:
    """What a run put in, and what was wrong after healing."""

    typed: int
    laptops_killed: int
    central_killed: int
    exchanges: int
    problems: list[str]


def run(folder: Path, seed: int, rounds: int, database_url: str = "") -> Outcome:
    """Three laptops on two caseloads: one officer has two, a colleague covers for that officer."""
    rng = random.Random(seed)
    with ground(folder, database_url) as made, closing(Stable()) as stable:
        reyes, chen = made.officer("reyes"), made.officer("chen")
        made.covers(reyes, chen)
        made.enrol(reyes)
        made.enrol(reyes)
        made.enrol(chen, of=reyes)
        killed, found = 0, []
        for number in range(rounds):
            killed += _round(made, stable, rng)
            found = [f"round {number}: {each}" for each in problems(made)]
            if found:
                break
        laptops = made.laptops
        return Outcome(
            sum(len(one.typed) for one in laptops),
            sum(one.kills for one in laptops),
            killed,
            sum(one.exchanges for one in laptops),
            found,
        )


def _round(made: Ground, stable: Stable, rng: random.Random) -> int:
    """Everybody types; each laptop's program is killed once and started again, central is killed once in between."""
    laptops = made.laptops
    for laptop in laptops:
        stable.start(laptop, rng)
    faults = [*laptops, None]
    rng.shuffle(faults)
    for victim in faults:
        listen(laptops, rng.uniform(0.0, 0.4))
        if victim is not None:
            victim.kill()
            stable.start(victim, rng)
            continue
        made.process.kill()
        made.process.begin()
        listen(laptops, rng.uniform(0.0, 0.2))
        made.process.wait()
    listen(laptops, rng.uniform(0.0, 0.4))
    for laptop in laptops:
        laptop.kill()
    return 1
