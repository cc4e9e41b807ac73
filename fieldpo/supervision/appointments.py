"""The rules of appointments: which state may follow which, when the next one falls, and what it would clash
with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fieldpo.errors import BadInput
from fieldpo.supervision.calendar import add_months, at, local, next_office_day, why_closed
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code, label_of
from fieldpo.supervision.written.visits import NextChoice

_OPEN = frozenset({"made", "moved"})


class Slot(NamedTuple):
    """A stretch of the officer's time: its start with UTC offset, and its length in minutes."""

    start: datetime
    minutes: int

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Suggestion:
    """A next appointment to accept with one key; ``moved_because`` says why it is not on the day that was
    counted."""

    start: datetime
    minutes: int
    kind: str
    place: str
    counted: date
    moved_because: str = ""


def is_open(status: str) -> bool:
    """Say whether an appointment in this state still lies ahead of the officer."""
    return status in _OPEN


def may_become(pack: Pack, status: str, to: str) -> bool:
    """Say whether an appointment may go from one state to another. Raises NotFound for a state the pack
    lacks."""
    by_code(pack.appointment_statuses, to)
    return to in by_code(pack.appointment_statuses, status).to


def check_change(pack: Pack, status: str, to: str) -> None:
    """Raise BadInput, saying what can be done instead, where an appointment may not go from ``status`` to
    ``to``."""
    if may_become(pack, status, to):
        return
    states = pack.appointment_statuses
    ways = [label_of(states, code) for code in by_code(states, status).to]
    instead = f"It can become {', '.join(ways)}." if ways else "Nothing can follow that; make a new one."
    was, wanted = label_of(states, status), label_of(states, to)
    raise BadInput(f"This appointment is {was} and cannot become {wanted}. {instead}")


def status_for(pack: Pack, outcome: str) -> str:
    """Return the state that a contact's outcome gives the appointment it answers; empty where it gives none.

    Raises NotFound for an outcome the pack lacks.
    """
    return by_code(pack.outcomes, outcome).appointment or ""


def suggest(pack: Pack, choice: NextChoice, previous: Slot, kind: str) -> Suggestion | None:
    """Return the appointment that a choice stands for, counted from the previous one; None where it makes
    none.

    The same weekday (weeks) or day of the month (months) at the same time on the office's clock, moved on
    to the next office day where the office is closed. ``kind`` is the appointment kind to keep where the
    choice names none. Raises BadInput for a ``previous`` without UTC offset or a choice beyond the
    calendar.
    """
    if choice.ask or not (choice.weeks or choice.months):
        return None
    begun = local(previous.start, pack)
    try:
        counted = add_months(begun.date(), choice.months) + timedelta(weeks=choice.weeks)
    except OverflowError as cause:
        raise BadInput(f"{choice.label} from {begun.date()} lies outside the calendar.") from cause
    return on_day(pack, counted, previous, choice.kind or kind)


def on_day(pack: Pack, day: date, previous: Slot, kind: str) -> Suggestion:
    """Return an appointment of this kind on a day, at the previous one's time, moved off closed days with
    the reason.

    Raises BadInput for a ``previous`` without UTC offset, NotFound for an appointment kind the pack lacks.
    """
    begun = local(previous.start, pack)
    meant = by_code(pack.appointment_kinds, kind)
    open_day = next_office_day(pack, day)
    closed = why_closed(pack, day)
    return Suggestion(
        start=at(open_day, begun.time(), pack),
        minutes=meant.minutes,
        kind=kind,
        place=meant.place,
        counted=day,
        moved_because=f"{day:%a %d %b} is {closed}" if closed else "",
    )


def clashes(start: datetime, minutes: int, others: Iterable[tuple[datetime, int]]) -> tuple[Slot, ...]:
    """Return those of the officer's other appointments (start, minutes) that overlap this one, earliest
    first.

    One that ends when the other begins does not clash. All moments carry UTC offsets.
    """
    wanted = Slot(start, minutes)
    slots = (Slot(*other) for other in others)
    return tuple(sorted(slot for slot in slots if slot.start < wanted.end and wanted.start < slot.end))
