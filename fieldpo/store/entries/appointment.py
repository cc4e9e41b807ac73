"""Making, moving and cancelling an appointment, and what speaks against a time: a closed day or a clash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Change, Create
from fieldpo.store.entries.contact import Booked, next_body
from fieldpo.supervision.appointments import Suggestion, check_change, clashes
from fieldpo.supervision.calendar import local, why_closed
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.ids import new_id


@dataclass(frozen=True)
class Ahead:
    """Another appointment of the officer, to be clashed with."""

    starts_at: dt.datetime
    minutes: int
    appointment_id: str
    short_name: str


def make_act(
    pack: Pack,
    person_id: str,
    short_name: str,
    slot: Suggestion,
    now: dt.datetime,
    *,
    case_id: str | None = None,
    purpose: str = "",
    entry_id: str | None = None,
) -> Act:
    """A new appointment. Raises `BadInput` for one in the past, `NotFound` for a kind that the pack lacks."""
    _refuse_past(slot.start, now)
    by_code(pack.appointment_kinds, slot.kind)
    made = next_body(pack, person_id, case_id, slot, purpose)
    record = entry_id or new_id()
    return Act(f"Appointment with {short_name}", (Create(made, record),), local(now, pack), record)


def move_act(
    pack: Pack,
    booked: Booked,
    short_name: str,
    start: dt.datetime,
    now: dt.datetime,
    *,
    reason: str = "",
    entry_id: str | None = None,
) -> Act:
    """An appointment at another time. Raises `BadInput` where it can no longer be moved, or into the past."""
    check_change(pack, booked.status, "moved")
    _refuse_past(start, now)
    fields: dict[str, Json] = {"starts_at": local(start, pack), "status": "moved", "status_reason": reason}
    step = Change("appointment", booked.appointment_id, fields)
    return Act(f"Moved appointment with {short_name}", (step,), local(now, pack), entry_id or new_id())


def cancel_act(
    pack: Pack,
    booked: Booked,
    short_name: str,
    cancelled_by: str,
    now: dt.datetime,
    *,
    reason: str = "",
    entry_id: str | None = None,
) -> Act:
    """An appointment called off, and by whom. Raises `BadInput` where it is over, `NotFound` for an unknown by whom."""
    check_change(pack, booked.status, "cancelled")
    by_code(pack.cancelled_by, cancelled_by)
    fields: dict[str, Json] = {"status": "cancelled", "cancelled_by": cancelled_by, "status_reason": reason}
    step = Change("appointment", booked.appointment_id, fields)
    return Act(f"Cancelled appointment with {short_name}", (step,), local(now, pack), entry_id or new_id())


def warnings(pack: Pack, start: dt.datetime, minutes: int, ahead: Iterable[Ahead], *, but: str = "") -> tuple[str, ...]:
    """What speaks against a time, in words; `but` is the appointment being moved. Names others: hide in client view."""
    shown = local(start, pack)
    said: list[str] = []
    if closed := why_closed(pack, shown.date()):
        said.append(f"{plain.short_day(shown)} is {closed}: the office is closed.")
    elif not pack.office.opens <= shown.time() < pack.office.closes:
        said.append(f"{plain.clock(shown)} is outside office hours.")
    others = [one for one in ahead if one.appointment_id != but]
    for slot in clashes(start, minutes, [(one.starts_at, one.minutes) for one in others]):
        who = next(one for one in others if (one.starts_at, one.minutes) == (slot.start, slot.minutes))
        said.append(f"Clashes with {who.short_name}, {plain.clock(local(slot.start, pack))}.")
    return tuple(said)


def _refuse_past(start: dt.datetime, now: dt.datetime) -> None:
    if start < now:
        raise BadInput("An appointment cannot be made in the past. Nothing was saved.")
