"""By when something about a violation is due: business days on the office's calendar, calendar days, or hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fieldpo.plain import count, moment
from fieldpo.supervision.calendar import add_office_days, local, why_closed
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.responses.recommendation import Due
from fieldpo.supervision.responses.violation import Violation
from fieldpo.supervision.written.responses import Deadline, Matrix


def deadlines(matrix: Matrix, violation: Violation, known_on: date, pack: Pack) -> tuple[Due, ...]:
    """Give each deadline whose clock has begun. Raises BadInput where the result lies outside the calendar."""
    due = [_due(one, violation, known_on, pack) for one in matrix.deadlines]
    return tuple(one for one in due if one is not None)


def _due(deadline: Deadline, violation: Violation, known_on: date, pack: Pack) -> Due | None:
    confined = violation.confined_at is not None
    if deadline.confined is not None and deadline.confined != confined:
        return None
    words = deadline.label or deadline.code
    if deadline.counted == "hours":
        begun = violation.confined_at if deadline.start == "confined" else violation.known_at
        if begun is None:
            return None
        # In UTC: an hour of the clock that changes in between is still an hour.
        ends = local(begun.astimezone(UTC) + timedelta(hours=deadline.hours), pack)
        why = f"{words}: {count(deadline.hours, 'hour')} from {moment(local(begun, pack))} is {moment(ends)}"
        return Due(deadline.code, words, ends.date(), ends, why)
    day = _begins(deadline, violation, known_on, pack)
    if day is None:
        return None
    if deadline.counted == "business":
        ends_on = add_office_days(pack, day, deadline.days)
        span = (ends_on - day).days
        closed = [day + timedelta(days=n) for n in range(1, span) if why_closed(pack, day + timedelta(days=n))]
        skipped = ", ".join(f"{one} ({why_closed(pack, one)})" for one in closed)
        why = f"{words}: {count(deadline.days, 'business day')} after {day}, by the calendar of {pack.name}"
        why += f"; not counted: {skipped}" if skipped else ""
        return Due(deadline.code, words, ends_on, None, why)
    ends_on = day + timedelta(days=deadline.days)
    return Due(deadline.code, words, ends_on, None, f"{words}: {count(deadline.days, 'calendar day')} after {day}")


def _begins(deadline: Deadline, violation: Violation, known_on: date, pack: Pack) -> date | None:
    match deadline.start:
        case "known":
            return known_on
        case "received":
            return violation.received_on
        case "started":
            return violation.started_on
        case _:
            return None if violation.confined_at is None else local(violation.confined_at, pack).date()


def known_day(violation: Violation, pack: Pack) -> date:
    """The office's calendar day on which the violation became known."""
    at: datetime | None = violation.known_at
    return violation.known_on or (local(at, pack).date() if at else date.min)
