"""What the agency does at central meanwhile, which is no trouble: it comes in every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from .cast import CASES, OFFICERS

if TYPE_CHECKING:
    from .trouble import Trouble


def agency_acts(trouble: Trouble) -> None:
    """Something at central that is no trouble at all."""
    act, weight = zip(*_AGENCY, strict=True)
    chosen: Callable[[Trouble], str] = trouble.rng.choices(act, weight)[0]
    trouble.sim.say(f"central: {chosen(trouble)}")


def newer_file(trouble: Trouble) -> str:
    """A newer file changes a record of some client."""
    partition = trouble.rng.choice(list(CASES))
    record_id, body = trouble.rng.choice(CASES[partition][: trouble.rng.choice((7, 100))])
    field = {"Phone": "number", "Address": "directions", "Condition": "court", "Case": "court", "Hazard": "text"}
    name = field.get(type(body).__name__)
    if name is None:
        return "nothing"
    trouble.files += 1
    done = trouble.sim.agency.edit(record_id, {name: f"file {trouble.files}"})
    return f"file changes {trouble.sim.order(record_id)}" if done else "nothing"


def takes_away(trouble: Trouble) -> str:
    """A record is deleted at central."""
    partition = trouble.rng.choice(list(CASES))
    record_id, body = trouble.rng.choice(CASES[partition])
    if type(body).__name__ not in ("Phone", "Address", "Hazard", "Appointment"):
        return "nothing"
    trouble.sim.agency.delete(record_id)
    return f"deletes {trouble.sim.order(record_id)}"


def moves_a_case(trouble: Trouble) -> str:
    """A transfer, during a push perhaps."""
    partition = trouble.rng.choice(list(CASES))
    person_id = trouble.rng.choice([one for one, body in CASES[partition] if type(body).__name__ == "Person"])
    to = trouble.rng.choice([one for one in OFFICERS if one.id != trouble.sim.agency.officer_of(person_id)])
    trouble.sim.agency.move(person_id, to.id)
    return f"moves {trouble.sim.order(person_id)} to {to.name}"


def covers(trouble: Trouble) -> str:
    """A colleague covers a caseload, or stops."""
    agency = trouble.sim.agency
    if agency.books.covers and trouble.rng.random() < 0.6:
        partition = trouble.rng.choice(sorted(agency.books.covers))
        agency.end_cover(partition)
        return f"cover of {partition} ends"
    away, cover = trouble.rng.sample(OFFICERS, 2)
    if away.partition in agency.books.covers:
        return "nothing"
    agency.cover(away.id, cover.id, trouble.sim.now() + dt.timedelta(hours=trouble.rng.choice((1, 24, 240))))
    return f"{cover.name} covers {away.name}"


def decides_quarantine(trouble: Trouble) -> str:
    """A supervisor lets an entry out of quarantine as it stands, or refuses it for good."""
    agency = trouble.sim.agency
    standing = sorted(agency.in_quarantine(), key=trouble.sim.order)
    if not standing:
        return "nothing"
    op_id = trouble.rng.choice(standing)
    if trouble.rng.random() < 0.3:
        agency.refuse(op_id)
        return f"refuses {trouble.sim.order(op_id)}"
    return f"releases {trouble.sim.order(op_id)}: {agency.release(op_id)}"


def backs_up(trouble: Trouble) -> str:
    """The nightly backup, after which laptops may forget what it holds."""
    trouble.sim.agency.back_up(verified=True)
    return "backs up"


_AGENCY: tuple[tuple[Callable[[Trouble], str], float], ...] = (
    (newer_file, 4),
    (takes_away, 1),
    (moves_a_case, 3),
    (covers, 5),
    (decides_quarantine, 3),
    (backs_up, 1),
)
