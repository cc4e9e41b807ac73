"""The rows of Today: what each owes, and its words."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldpo.plain import clock, count, late, short_day
from fieldpo.store.queries.agenda.days import PersonDay
from fieldpo.store.queries.clients.hazards import Hazard
from fieldpo.store.queries.clients.homes import NO_AREA
from fieldpo.store.queries.clients.names import PersonName
from fieldpo.store.queries.rules.owed import labels
from fieldpo.supervision.agenda.items import STANDING, Item, Line, Section, Source
from fieldpo.supervision.agenda.placing import passed
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of


class Owes(enum.StrEnum):
    """What a row owes, which is what Enter opens."""

    VISIT = "visit"
    APPOINTMENT = "appointment"
    REPORT = "report"
    CONTACT = "contact"
    """A contact that the standards ask for and nobody has booked."""
    DRAFT = "draft"
    """A form to go on with."""
    HEARING = "hearing"
    """A hearing's own form."""
    LOOK = "look"
    """Only a look at the person."""
    ANSWER = "answer"
    """An entry that needs the officer's answer."""
    SEND = "send"
    """Entries that have not been sent."""


@dataclass(frozen=True)
class Row:
    """One line of Today; `key` stays the same from one refresh to the next. `more` counts what is owed besides."""

    key: str
    section: Section
    owes: Owes
    record_id: str
    person: PersonName | None
    when: str
    what: str
    where: str
    why: str
    hazards: tuple[Hazard, ...] = ()
    form: str = ""
    """The name that a draft is kept under; the screen that an answer is given on, where it is not Needs your answer."""
    appointment_id: str | None = None
    """The appointment that a draft answers."""

    whole: str = ""
    """Why at length, where `why` is its beginning."""
    label: str = ""
    """What is owed, without the tries."""
    over: bool = False
    """Whether its hour is past, and only its outcome is to be written."""
    more: int = 0
    items: tuple[Item, ...] = ()
    day: PersonDay | None = field(default=None, compare=False, repr=False)

    @property
    def clears(self) -> str:
        """What one visit today would clear, where that is more than one thing."""
        met = self.day.cleared if self.day and self.items[0].source in STANDING | {Source.APPOINTMENT} else ()
        return f"One trip clears {labels(met)}." if len(met) > 1 else ""

    @property
    def booked_id(self) -> str | None:
        """The appointment that the row is about, first or among the rest."""
        return next((one.about for one in self.items if one.source is Source.APPOINTMENT), None)

    @property
    def person_id(self) -> str:
        """Whose row it is; empty for a row of nobody's."""
        return self.person.person_id if self.person else ""


def row_of(pack: Pack, here: dt.datetime, line: Line, day: PersonDay | None, others: Mapping[str, PersonName]) -> Row:
    """A line of the agenda as a row at `here`, on the office's clock; `others` are people of no day."""
    first = line.first
    tried = f" ({count(first.tries, 'try', 'tries')})" if first.tries else ""
    label = pack.labels.violation_report if first.source is Source.RETURNED else first.label
    rest = ", ".join(_also(pack, here, one) for one in line.items[1:])
    return Row(
        line.key,
        line.section,
        _owes(first),
        first.about,
        day.name if day else others.get(first.person_id),
        _when(line.section, first, here),
        f"{label}{tried}",
        _where(pack, first, day, here),
        f"{first.why} Also {rest}." if rest else first.why,
        day.hazards if day else (),
        first.form,
        first.booked_id or None,
        whole=" ".join(one.whole or one.why for one in line.items) if rest else first.whole,
        label=label,
        over=line.section is Section.TODAY and passed(first, here),
        more=line.more,
        items=line.items,
        day=day,
    )


def _also(pack: Pack, here: dt.datetime, one: Item) -> str:
    """One of the rest: what and when."""
    label = pack.labels.violation_report if one.source is Source.RETURNED else one.label
    if one.on is None:
        return label
    if one.at is not None:
        return f"{label} {short_day(one.on)} {clock(one.at)}"
    return f"{label} {late(one.on, here) if one.on < here.date() else 'due ' + short_day(one.on)}"


def _owes(first: Item) -> Owes:
    if first.source in STANDING or first.source is Source.APPOINTMENT:
        if first.at_home:
            return Owes.VISIT
        return Owes.APPOINTMENT if first.source is Source.APPOINTMENT else Owes.CONTACT
    return {
        Source.RETURNED: Owes.REPORT,
        Source.DRAFT: Owes.DRAFT,
        Source.HEARING: Owes.HEARING,
        Source.ANSWER: Owes.ANSWER,
        Source.HELD: Owes.SEND,
        Source.UNSENT: Owes.SEND,
    }.get(first.source, Owes.LOOK)


def _when(section: Section, first: Item, here: dt.datetime) -> str:
    """As a list has it: "12 d late", "14:30", "10:00 to log", "Wed 25", "by Wed 25", "in 20 d"."""
    day = here.date()
    if first.source is Source.DRAFT and first.at is not None:
        return clock(first.at) if first.at.date() == day else short_day(first.at)
    if first.on is None:
        return "no date" if section is Section.RETURNED else "now"
    if first.on < day:
        return late(first.on, day)
    if section is Section.RETURNED:
        return f"by {short_day(first.on)[:6]}"
    if section is Section.ALERTS:
        return late(first.on, day)
    if first.at is not None and first.on == day:
        return f"{clock(first.at)} to log" if passed(first, here) else clock(first.at)
    if first.on == day:
        return "today"
    return f"{short_day(first.on)[:6]} {clock(first.at)}" if first.at is not None else short_day(first.on)[:6]


def _where(pack: Pack, first: Item, day: PersonDay | None, here: dt.datetime) -> str:
    if first.source in (Source.RETURNED, Source.DRAFT):
        return "desk"
    if first.source is Source.REASSESSMENT:
        return "desk"
    if first.at_home:
        area = day.home.area if day else NO_AREA
        return "home, no address" if area == NO_AREA else area
    if first.place:
        return label_of(pack.places, first.place)
    if first.source is Source.APPOINTMENT:
        return first.label.split()[0]
    if first.source in STANDING:
        return "booked" if day and _is_booked(day, here) else "any"
    return ""


def _is_booked(day: PersonDay, here: dt.datetime) -> bool:
    return any(one.source is Source.APPOINTMENT and one.at is not None and one.at >= here for one in day.items)
