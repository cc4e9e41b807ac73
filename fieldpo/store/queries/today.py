"""Today: the lines of the agenda as rows, with the officer's own unfinished work among them.

A client has one row in a section, the most pressing thing first; see `supervision.agenda.placing`.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from fieldpo.plain import clock, count, late, short_day
from fieldpo.store.acting.drafts import Draft, drafts
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.outbox_view import not_taken
from fieldpo.store.acting.sheet_marks import FORM as MARKS
from fieldpo.store.queries.agenda import PersonDay, kept_days, person_days
from fieldpo.store.queries.held import held_to_decide
from fieldpo.store.queries.homes import NO_AREA
from fieldpo.store.queries.last_contacts import NEVER, LastContact
from fieldpo.store.queries.names import Hazard, PersonName, people_named
from fieldpo.store.queries.owed import labels
from fieldpo.store.queries.review import reports_to_review
from fieldpo.store.queries.unreadable import unreadable_ids
from fieldpo.store.queries.whose import caseloads, covered
from fieldpo.supervision.agenda.items import STANDING, Item, Line, Section, Source
from fieldpo.supervision.agenda.placing import lines, passed
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

__all__ = ["Owes", "Row", "Section", "Today", "safety_words", "today"]

UNSENT_FOR = dt.timedelta(days=1)
"""After so long an entry that was not sent is called out."""

_WAITING = text("SELECT count(*) AS n, min(saved_utc) AS first FROM op WHERE state = 'waiting'")


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


@dataclass(frozen=True)
class Today:
    """The whole screen for one moment, on the office's clock."""

    now: dt.datetime
    rows: tuple[Row, ...]
    contacts: Mapping[str, LastContact] = field(default_factory=dict)
    covered: Mapping[str, str] = field(default_factory=dict)
    """For which colleague a person is covered, by the person's id."""

    def of(self, section: Section) -> tuple[Row, ...]:
        """The rows of one section, in order."""
        return tuple(row for row in self.rows if row.section is section)

    def last_contact(self, person_id: str) -> LastContact:
        """A person's last contact, for a person with a row."""
        return self.contacts.get(person_id, NEVER)


def today(connection: Connection, pack: Pack, user_id: str, now: dt.datetime, *, past: bool = False) -> Today:
    """Everything that Today shows at `now` (any UTC offset) to one officer: of the own caseload and of those covered.

    `past`: that moment's day is over; it is worked out as it was to be answered then, without the unfinished work of
    the present.
    """
    here = local(now, pack)
    mine = caseloads(connection, user_id)
    if past:
        days: Mapping[str, PersonDay] = person_days(connection, pack, mine, here.date(), past=True)
    else:
        days = kept_days(connection, pack, mine, here.date())
    own = [] if past else [*_own_work(connection, user_id, here), *_begun(connection, pack)]
    others = people_named(connection, {one.person_id for one in own if one.person_id and one.person_id not in days})
    items = [one for each in days.values() for one in each.items]
    items += [one for one in own if not one.person_id or one.person_id in days or one.person_id in others]
    rows = tuple(_row(pack, here, line, days.get(line.first.person_id), others) for line in lines(items, here))
    return Today(here, rows, {person: one.contact for person, one in days.items()}, covered(connection, mine))


def _own_work(connection: Connection, user_id: str, here: dt.datetime) -> Iterator[Item]:
    """What waits for the officer's answer or decision, for a reviewer or for a sync."""
    found = counts(connection)
    if asked := found.need_answer:
        what = f"{count(asked, 'entry')} {'needs' if asked == 1 else 'need'} your answer"
        why = "Central kept both values or could not take an entry. Nothing is lost; enter shows what to do."
        yield Item("answers", Source.ANSWER, what, why=why)
    if unread := len(unreadable_ids(connection)):
        what = f"{count(unread, 'record')} cannot be read"
        why = (
            "Central sent them in a form that does not fit. Nothing of yours is lost; enter shows whose and what to do."
        )
        yield Item("unreadable", Source.ANSWER, what, why=why)
    if found.held:
        what = f"{count(found.held, 'entry')} held for review"
        yield Item("held", Source.HELD, what, why="Somebody at the agency looks at it first. Enter shows which.")
    if parked := not_taken(connection):
        what = f"{count(parked, 'entry')} not taken"
        why = "It was refused even alone, and waits here until you try it again. Enter shows what to do."
        yield Item("not taken", Source.UNSENT, what, why=why)
    if reports := reports_to_review(connection, user_id):
        what = f"{count(reports, 'report')} to review"
        yield Item("review", Source.ANSWER, what, why="Officers of your team wait for your decision.", form="review")
    if held := held_to_decide(connection, user_id):
        why = "Late entries, someone not listed, groups that wait for their rest: of your team, for you to decide."
        yield Item("held", Source.ANSWER, f"{held} held at central", why=why, form="review")
    waiting = connection.execute(_WAITING).one()
    if waiting.n and here.timestamp() - waiting.first > UNSENT_FOR.total_seconds():
        since = dt.datetime.fromtimestamp(waiting.first, here.tzinfo)
        why = f"The first was saved {short_day(since)} {clock(since)} and stands on this laptop alone. s syncs."
        yield Item("unsent", Source.UNSENT, f"{count(waiting.n, 'entry')} not sent", why=why)


def _begun(connection: Connection, pack: Pack) -> Iterator[Item]:
    """The forms that were begun and not saved, newest first."""
    for one in drafts(connection):
        if one.form != MARKS:
            yield _draft(pack, one)


def _draft(pack: Pack, one: Draft) -> Item:
    kept = local(dt.datetime.fromtimestamp(one.saved_utc, dt.UTC), pack)
    return Item(
        f"draft:{one.draft_id}",
        Source.DRAFT,
        one.form.partition(":")[0].replace("_", " "),
        one.person_id or "",
        one.draft_id,
        at=kept,
        why=f"Begun and not saved; kept {short_day(kept)} {clock(kept)}. Enter goes on with it.",
        form=one.form,
        booked_id=one.state.get("appointment_id") or "",
    )


def _row(pack: Pack, here: dt.datetime, line: Line, day: PersonDay | None, others: Mapping[str, PersonName]) -> Row:
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


def safety_words(hazards: tuple[Hazard, ...]) -> str:
    """How many hazards a person has and how recent the newest is: "2 entries, newest Mon 02 Nov 2026"."""
    if not hazards:
        return "nothing on file"
    seen = [one.observed_on for one in hazards if one.observed_on]
    newest = f", newest {short_day(max(seen))} {max(seen).year}" if seen else ", no date given"
    return f"{count(len(hazards), 'entry')}{newest}"
