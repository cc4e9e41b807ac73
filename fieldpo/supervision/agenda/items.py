"""One thing that a day asks of an officer, whatever record it comes from; and the line of a person who has several."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime


class Source(enum.StrEnum):
    """What an item comes from."""

    ANSWER = "answer"
    """An entry that needs the officer's answer."""
    HELD = "held"
    """Entries that central holds for review."""
    UNSENT = "unsent"
    """Entries that have waited for a sync for long."""
    TROUBLE = "trouble"
    """What keeps the standards from saying what is owed."""
    OUT_OF_CONTACT = "out of contact"
    APPOINTMENT = "appointment"
    HEARING = "hearing"
    DRAW = "draw"
    """A random test that was drawn."""
    POSITIVE = "positive test"
    OBLIGATION = "obligation"
    REASSESSMENT = "reassessment"
    RETURNED = "returned"
    """A report that came back."""
    RESPONSE = "response"
    """The deadline of a response to a violation."""
    DRAFT = "draft"
    """A form begun and not saved."""
    CONDITION = "condition"
    """A condition that expires."""
    SUPERVISION_END = "end of supervision"
    HAZARD = "hazard"
    """A safety entry to be looked at again."""
    ASSESSMENT = "assessment"
    """An assessment that is old, where no standard asks for the next."""


class Section(enum.StrEnum):
    """Where a line stands, in order."""

    OVERDUE = "overdue"
    RETURNED = "returned"
    BEGUN = "begun"
    """Forms begun and not saved."""
    TODAY = "today"
    WEEK = "week"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing; `key` stays the same from one day to the next. `person_id` is empty for what is nobody's.

    `on` is the local day by which or on which; `at` the moment on the office's clock, for `minutes`. `about` is the
    record behind it. `label` and `why` may hold person-made text. `whole` is why at length, where that says more.
    `at_home`: only a visit at home meets it. `place` is a code of the pack. `stops`: nothing else can be told before it
    is put right.
    """

    key: str
    source: Source
    label: str
    person_id: str = ""
    about: str = ""
    on: date | None = None
    at: datetime | None = None
    minutes: int = 0
    tries: int = 0
    place: str = ""
    at_home: bool = False
    why: str = ""
    whole: str = ""
    form: str = ""
    """Of a draft: the form's name."""
    booked_id: str = ""
    """Of a draft: the appointment that it answers."""
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What a person owes in one section: the first presses most. `key` is the first's, but one for all that is owed."""

    section: Section
    items: tuple[Item, ...]

    @property
    def first(self) -> Item:
        """What presses most."""
        return self.items[0]

    @property
    def key(self) -> str:
        """Stays with the person while one thing owed takes the place of another."""
        first = self.first
        return f"owed:{first.person_id}" if first.source in STANDING else first.key

    @property
    def more(self) -> int:
        """How many things besides the first."""
        return len(self.items) - 1


STANDING = frozenset({Source.OBLIGATION, Source.REASSESSMENT})
"""What the contact standards ask, as long as nothing meets it."""
