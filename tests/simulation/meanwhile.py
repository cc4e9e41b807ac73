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
    done = trouble.sim.office.edit(record_id, {name: f"file {trouble.files}"})
    return f"file changes {trouble.sim.order(record_id)}" if done else "nothing"


def takes_away(trouble: Trouble) -> str:
    """A record is deleted at central."""
    partition = trouble.rng.choice(list(CASES))
    record_id, body = trouble.rng.choice(CASES[partition])
    if type(body).__name__ not in ("Phone", "Address", "Hazard", "Appointment"):
        return "nothing"
    trouble.sim.office.delete(record_id)
    return f"deletes {trouble.sim.order(record_id)}"


def moves_a_case(trouble: Trouble) -> str:
    """A transfer, during a push perhaps."""
    partition = trouble.rng.choice(list(CASES))
    person_id = trouble.rng.choice([one for one, body in CASES[partition] if type(body).__name__ == "Person"])
    to = trouble.rng.choice([one for one in OFFICERS if one.id != trouble.sim.office.officer_of(person_id)])
    trouble.sim.office.move(person_id, to.id)
    return f"moves {trouble.sim.order(person_id)} to {to.name}"


def covers(trouble: Trouble) -> str:
    """A colleague covers a caseload, or stops."""
    books, office = trouble.sim.agency.books, trouble.sim.office
    if books.covers and trouble.rng.random() < 0.6:
        partition = trouble.rng.choice(sorted(books.covers))
        office.end_cover(partition)
        return f"cover of {partition} ends"
    away, cover = trouble.rng.sample(OFFICERS, 2)
    if away.partition in books.covers:
        return "nothing"
    office.cover(away.id, cover.id, trouble.sim.now() + dt.timedelta(hours=trouble.rng.choice((1, 24, 240))))
    return f"{cover.name} covers {away.name}"


def days_pass(trouble: Trouble) -> str:
    """A night or some: covers and cases on demand come to their end."""
    hours = trouble.rng.choice((14, 30, 80))
    trouble.sim.clock += dt.timedelta(hours=hours)
    return f"{hours} hours pass"


def changes_team(trouble: Trouble) -> str:
    """An officer comes into the team or leaves it; sometimes the supervisor goes, or comes back."""
    books, office = trouble.sim.agency.books, trouble.sim.office
    if trouble.rng.random() < 0.3:
        office.supervise()
        return f"the team is {'' if books.supervising else 'not '}supervised"
    officer = trouble.rng.choice(OFFICERS)
    if officer.id in books.team:
        office.take_out(officer.id)
        return f"{officer.name} leaves the team"
    office.assign(officer.id)
    return f"{officer.name} comes into the team"


def decides_quarantine(trouble: Trouble) -> str:
    """A supervisor lets an entry out of quarantine as it stands, or refuses it for good."""
    office = trouble.sim.office
    standing = sorted(office.in_quarantine(), key=trouble.sim.order)
    if not standing:
        return "nothing"
    op_id = trouble.rng.choice(standing)
    if trouble.rng.random() < 0.3:
        office.refuse(op_id)
        return f"refuses {trouble.sim.order(op_id)}"
    return f"releases {trouble.sim.order(op_id)}: {office.release(op_id)}"


def decides_intake(trouble: Trouble) -> str:
    """Someone not listed is matched, becomes a client, or is nobody's."""
    sim = trouble.sim
    standing = sorted(sim.office.intakes(), key=sim.order)
    if not standing:
        return "nothing"
    one, way = trouble.rng.choice(standing), trouble.rng.choice(("match", "match", "enlist", "refuse"))
    if way == "match":
        person = trouble.rng.choice(_PERSONS)
        sim.office.match(one, person)
        return f"intake {sim.order(one)} is {sim.order(person)}"
    if way == "enlist":
        officer = trouble.rng.choice(OFFICERS)
        for made in sim.office.enlist(one, officer.id):
            sim.order(made)
        return f"intake {sim.order(one)} becomes a client of {officer.name}"
    sim.office.turn_away(one)
    return f"intake {sim.order(one)} is nobody's"


def backs_up(trouble: Trouble) -> str:
    """The nightly backup, after which laptops may forget what it holds."""
    trouble.sim.agency.back_up(verified=True)
    return "backs up"


_AGENCY: tuple[tuple[Callable[[Trouble], str], float], ...] = (
    (newer_file, 4),
    (takes_away, 1),
    (moves_a_case, 3),
    (covers, 5),
    (days_pass, 1),
    (changes_team, 2),
    (decides_quarantine, 3),
    (decides_intake, 1),
    (backs_up, 1),
)

_PERSONS = [one for rows in CASES.values() for one, body in rows if type(body).__name__ == "Person"]
