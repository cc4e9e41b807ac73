"""Where an item stands on a day, what comes first, and which items make one line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from fieldpo.supervision.agenda.items import STANDING, Item, Line, Section, Source

WEEK = timedelta(days=7)
"""How far after today "this week" goes."""
AHEAD = timedelta(days=30)
"""How long before its day an end, an expiry or a hearing is called out."""

_BEGUN = {Source.DRAFT: Section.BEGUN, Source.RETURNED: Section.RETURNED}
_WARNED = frozenset({Source.HEARING, Source.RESPONSE})
"""Called out before their week comes."""
_DATED = frozenset({Source.APPOINTMENT, Source.HEARING, Source.DRAW, Source.RESPONSE, *STANDING})
_FIRST = (
    Source.ANSWER,
    Source.TROUBLE,
    Source.HELD,
    Source.UNSENT,
    Source.OUT_OF_CONTACT,
    Source.POSITIVE,
)
"""Alerts before those that go by date."""
_SECTIONS = tuple(Section)
_LAST = "~"
"""After every day and time."""


def section_of(item: Item, today: date) -> Section | None:
    """Where an item stands on a local day; None while it is too far ahead."""
    if item.source in _BEGUN:
        return _BEGUN[item.source]
    if item.source not in _DATED:
        far = item.on is not None and item.on > today + AHEAD
        return None if far else Section.ALERTS
    if item.on is None:
        return None
    if item.on < today:
        return Section.OVERDUE
    if item.on == today:
        return Section.TODAY
    if item.on <= today + WEEK:
        return Section.WEEK
    return Section.ALERTS if item.source in _WARNED and item.on <= today + AHEAD else None


def passed(item: Item, now: datetime) -> bool:
    """Whether a timed item is over and waits for its outcome."""
    return item.at is not None and item.at + timedelta(minutes=item.minutes) < now


def lines(items: Iterable[Item], now: datetime) -> tuple[Line, ...]:
    """The lines of a day in their order: of each person one in a section, all that the standards ask in one of them.

    What is owed stands where the most pressing of it does, with the rest of the week behind it: who is overdue has no
    second line for what is due on Thursday. What has a time stands on its own day in any case. `now` is on the office's
    clock.
    """
    today = now.date()
    owed: dict[str, list[Item]] = {}
    alike: dict[tuple[Section, str], list[Item]] = {}
    for item in items:
        section = section_of(item, today)
        if section is None:
            continue
        if item.source in STANDING:
            owed.setdefault(item.person_id, []).append(item)
        else:
            alike.setdefault((section, _whose(item)), []).append(item)
    for person, some in owed.items():
        section = section_of(min(some, key=_by_day), today)
        if section is not None:
            alike.setdefault((section, person), []).extend(some)
    made = [Line(section, tuple(sorted(some, key=_rank))) for (section, _), some in alike.items()]
    return tuple(sorted(made, key=lambda line: (_SECTIONS.index(line.section), _rank(line.first))))


def _whose(item: Item) -> str:
    """A draft is a form of its own, and so is what is nobody's."""
    return item.key if item.source is Source.DRAFT or not item.person_id else item.person_id


def _rank(item: Item) -> tuple[int, str, str, str, str]:
    """By day, on one day by the time, then what has none; of alerts what is urgent first. Drafts as they came."""
    if item.source is Source.DRAFT:
        return 0, "", "", "", ""
    urgent = _FIRST.index(item.source) if item.source in _FIRST else len(_FIRST)
    day = item.on.isoformat() if item.on else _LAST
    at = item.at.isoformat() if item.at else _LAST
    return urgent * 2 - item.stops, day, at, item.label, item.key


def _by_day(item: Item) -> date:
    return item.on or date.max
