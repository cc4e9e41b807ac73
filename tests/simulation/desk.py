"""Somebody at a laptop: what it shows them, and the texts that they are about to type."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import text

from fieldpo.store.acting import outbox_view
from fieldpo.store.acting.acts import Act, Step
from fieldpo.store.acting.outbox_view import OutboxEntry, Place
from fieldpo.store.database.record_table import TABLES
from fieldpo.sync.protocol.body import Json

from .laptop import Laptop
from .typed import TypedList


@dataclass
class Desk:
    """One officer at one laptop, about to do something."""

    laptop: Laptop
    rng: random.Random
    typed: TypedList
    order: Callable[[str], int]
    """A record's place among all ids, in the order in which the simulation met them: no clock is in it."""

    @property
    def me(self) -> str:
        """The officer's id."""
        return self.laptop.user

    @property
    def now(self) -> dt.datetime:
        """By the laptop's clock."""
        return self.laptop.now()

    def word(self) -> str:
        """A text nobody typed before."""
        word = self.typed.fresh()
        self.typed.trying([word], self.laptop.name, self.me)
        return word

    def shown(self, kind: str, person_id: str | None = None) -> list[tuple[str, Mapping[str, Json]]]:
        """Records of a kind that the laptop shows, of one person where given."""
        assert kind in TABLES
        query = f"SELECT id, person_id, body FROM r_{kind} WHERE hidden = 0"  # noqa: S608 - our kinds
        with self.laptop.open().reading() as connection:
            rows = [row for row in connection.execute(text(query)) if person_id in (None, row.person_id)]
        found = [(row.id, msgspec.json.decode(row.body)) for row in rows]
        return sorted(found, key=lambda one: self.order(one[0]))

    def person(self) -> str | None:
        """One of the clients shown."""
        persons = self.shown("person")
        return self.rng.choice(persons)[0] if persons else None

    def person_of(self, report_id: str) -> str | None:
        """Whose report it is."""
        return next((str(body["person_id"]) for one, body in self.shown("violation_report") if one == report_id), None)

    def returned_reports(self) -> list[str]:
        """The reports that came back and that no other answers."""
        answered = {body.get("answers_id") for _, body in self.shown("violation_report")}
        steps = [body for _, body in self.shown("report_step") if body["step"] == "returned"]
        back = [str(body["report_id"]) for body in steps if body["report_id"] not in answered]
        return [one for one in back if self.person_of(one) is not None]

    def one(self, kind: str) -> tuple[str, Mapping[str, Json]] | None:
        """One record of a kind."""
        found = self.shown(kind)
        if found and self.rng.random() < 0.7:  # often the same, so that officers meet
            return found[0]
        return self.rng.choice(found) if found else None

    def waiting(self, place: Place) -> list[OutboxEntry]:
        """Entries that stand somewhere on their way."""
        with self.laptop.open().reading() as connection:
            return [one for one in outbox_view.outbox_entries(connection) if one.place is place]


Made = tuple[str, tuple[Step, ...], bool] | None
"""A label, the steps, and whether they go together; None where there is nothing to do it on."""


def saved(desk: Desk, made: Made) -> str | None:
    """Save what an activity made; its label, or None where there was nothing to do."""
    if made is None:
        return None
    label, steps, together = made
    desk.laptop.act(Act(label, steps, desk.now, together=together))
    return label
