"""Trouble with single entries: those that do not get through, and those that an older program wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import text

from fieldpo.store.acting.acts import Change, Create, Step
from fieldpo.sync.protocol.kinds import Addendum, Appointment

from .desk import Desk, Made, saved
from .laptop import Laptop
from .network import TOO_LARGE
from .officer import a_contact, contact
from .seams import STUMBLE
from .typed import TEXT

if TYPE_CHECKING:
    from .trouble import Trouble


def poison_proxy(trouble: Trouble, laptop: Laptop) -> bool:
    """An entry that a proxy on the way never lets through, between others."""
    return _poison(trouble, laptop, TOO_LARGE)


def poison_central(trouble: Trouble, laptop: Laptop) -> bool:
    """An entry over which central stumbles."""
    return _poison(trouble, laptop, STUMBLE)


def _poison(trouble: Trouble, laptop: Laptop, mark: str) -> bool:
    sim = trouble.sim
    before = trouble.rng.randint(0, 2)
    for _ in range(before):
        sim.act_at(laptop, _only(contact))
    sim.act_at(laptop, lambda desk: ("poison", lambda: saved(desk, _poisoned(desk, mark))))
    for _ in range(2 - before):
        sim.act_at(laptop, _only(contact))
    return True


def never_comes(trouble: Trouble, laptop: Laptop) -> bool:
    """An entry that never gets through, and an addendum to it that waits for it."""
    trouble.sim.act_at(laptop, lambda desk: ("orphan", lambda: saved(desk, _orphan(desk))))
    return True


def not_cleaned(trouble: Trouble, laptop: Laptop) -> bool:
    """An older program, which did not clean what was typed, saved a control character."""
    return _rewrite(trouble, laptop, lambda frozen: _after_text(frozen, "\\u0007"))


def old_schema(trouble: Trouble, laptop: Laptop) -> bool:
    """An op as an older program wrote it."""
    return _rewrite(trouble, laptop, lambda frozen: frozen.replace('"schema_version":1', '"schema_version":0'))


def _rewrite(trouble: Trouble, laptop: Laptop, how: Callable[[str], str]) -> bool:
    """The newest op as another program would have frozen it: before anybody has seen it."""
    sim = trouble.sim
    known = len(sim.names)
    sim.act_at(laptop, _only(contact))
    with laptop.look_into().writing() as connection:
        newest = text("SELECT position, op_id, state, text FROM frozen_op ORDER BY position DESC")
        row = connection.execute(newest).first()
        anew = row is not None and sim.names[row.op_id] >= known  # a twin has the older ones as they are
        if row is None or not anew or row.state != "waiting" or sim.was_sent(row.op_id) or laptop.syncing:
            return False
        connection.execute(
            text("UPDATE op_text SET text = :text WHERE position = :position"),
            {"text": how(row.text), "position": row.position},
        )
    return True


def _only(make: Callable[[Desk], Made]) -> Callable[[Desk], tuple[str, Callable[[], str | None]]]:
    return lambda desk: (make.__name__, lambda: saved(desk, make(desk)))


def _poisoned(desk: Desk, mark: str) -> Made:
    """A note, a note in a group, or a changed number, with the mark in its text."""
    person, phone = desk.person(), desk.one("phone")
    if person is None:
        return None
    shape = desk.rng.choice(("note", "group", "edit"))
    if shape == "edit" and phone is not None:
        return "poison", (Change("phone", phone[0], {"number": f"{desk.word()} {mark}"}),), False
    body = a_contact(desk, person)
    steps: tuple[Step, ...] = (Create(msgspec.structs.replace(body, note=f"{body.note} {mark}")),)
    if shape == "group":
        after = Appointment(person_id=person, starts_at=desk.now, purpose=desk.word())
        steps = (Create(after), *steps)
    return "poison", steps, shape == "group"


def _orphan(desk: Desk) -> Made:
    person = desk.person()
    if person is None:
        return None
    note = a_contact(desk, person)
    first = Create(msgspec.structs.replace(note, note=f"{note.note} {TOO_LARGE}"))
    body = Addendum(
        person_id=person,
        entry_id=first.record_id,
        text=desk.word(),
        officer_id=desk.me,
        written_at=desk.now,
    )
    return "orphan", (first, Create(body)), False


def _after_text(frozen: str, what: str) -> str:
    return TEXT.sub(lambda found: found.group() + what, frozen, count=1)
