"""`fieldpo appointment`: showing, making, moving and cancelling one, by the same builders as the form."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.cli.booking import Kind, person_for, print_answer, slot_json, speaks_against
from fieldpo.cli.options import AsJson, PassphraseFile, PersonId
from fieldpo.errors import BadInput
from fieldpo.plain import clock, day

if TYPE_CHECKING:
    from fieldpo.store.entries.contact import Booked
    from fieldpo.store.queries.forms.person import FormPerson
    from fieldpo.supervision.appointments import Suggestion
    from fieldpo.supervision.pack import Pack

MAKE, MOVE, CANCEL, SHOW = "make", "move", "cancel", "show"

_APPOINTMENT = """Show, make, move or cancel a person's appointments.

\b
  fieldpo appointment 2290
  fieldpo appointment 2290 make "07 Dec 14:30" --kind office
  fieldpo appointment 2290 move "mon 9:00"
  fieldpo appointment 2290 cancel --by client --json

A closed day or a clash is said, and the appointment is made all the same. Exit codes: 0 done; 2 not understood, nothing
saved; 5 the vault does not open, or the disk refused; 6 not enrolled.
"""

Action = Annotated[str, typer.Argument(metavar="[make|move|cancel]", help="Without it, what is booked is shown.")]
When = Annotated[str, typer.Argument(metavar="[WHEN]", help="The new time: 07 Dec 14:30, mon 9:00, +14, 2w.")]
Which = Annotated[str, typer.Option("--which", metavar="APPOINTMENT", help="Which one, where several are booked.")]
By = Annotated[str, typer.Option("--by", metavar="WHO", help="Who cancelled: us, client, court, closed.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("appointment", help=_APPOINTMENT)(appointment)


def appointment(
    person_id: PersonId,
    action: Action = SHOW,
    when: When = "",
    kind: Kind = "",
    which: Which = "",
    by: By = "",
    as_json: AsJson = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Show, make, move or cancel."""
    from fieldpo.cli.office import opened_office
    from fieldpo.store.acting.acts import perform
    from fieldpo.store.entries.appointment import cancel_act, make_act, move_act

    if action not in (SHOW, MAKE, MOVE, CANCEL):
        raise BadInput("An appointment can be shown, or: make, move, cancel. Nothing was changed.")
    if action == CANCEL and not by:
        raise BadInput("Say who cancelled with --by: us, client, court or closed. Nothing was changed.")
    if action in (MAKE, MOVE) and not when:
        raise BadInput("Say when, as in 07 Dec 14:30. Nothing was changed.")
    with opened_office(passphrase_file) as office:
        vault, pack, now = office.vault, office.pack, office.now
        whose = person_for(vault, pack, person_id, now, which or None)
        if action == SHOW:
            return _show_booked(pack, whose, as_json)
        slot: Suggestion | None = None
        if action == MAKE:
            slot = _slot_of_kind(pack, when, now, kind or pack.appointment_kinds[0].code)
            act = make_act(pack, whose.name.person_id, whose.name.short, slot, now, case_id=whose.case_id)
            changed = act.act_id
        else:
            booked = _the_one(whose, which)
            changed = booked.appointment_id
            if action == MOVE:
                slot = _moved_slot(pack, when, now, booked)
                act = move_act(pack, booked, whose.name.short, slot.start, now)
            else:
                act = cancel_act(pack, booked, whose.name.short, by, now)
        perform(vault, act, now)
    status = {MAKE: "made", MOVE: "moved", CANCEL: "cancelled"}[action]
    answer = {
        "appointment_id": changed,
        "status": status,
        "next": slot_json(slot),
        "warnings": speaks_against(pack, slot, whose, but=changed),
    }
    at_that = f": {day(slot.start)} {clock(slot.start)}" if slot else ""
    print_answer(answer, as_json, f"Appointment {status}{at_that}. Saved, not sent yet.")
    return 0


def _slot_of_kind(pack: Pack, when: str, now: dt.datetime, kind: str) -> Suggestion:
    from fieldpo.store.entries.when import coming
    from fieldpo.supervision.appointments import Slot, on_day

    start = coming(when, now, pack, pack.office.opens)
    return on_day(pack, start.date(), Slot(start, 0), kind)


def _moved_slot(pack: Pack, when: str, now: dt.datetime, booked: Booked) -> Suggestion:
    from fieldpo.store.entries.when import coming
    from fieldpo.supervision.appointments import Suggestion

    start = coming(when, now, pack, booked.starts_at.time())
    return Suggestion(start, booked.minutes, booked.kind, booked.place, start.date())


def _the_one(whose: FormPerson, which: str) -> Booked:
    """The appointment meant. Raises `BadInput` where none is booked, or several and none was named."""
    booked = list(dict.fromkeys([*([whose.booked] if whose.booked else []), *whose.upcoming]))
    if which:
        booked = [one for one in booked if one.appointment_id == which]
    if not booked:
        raise BadInput("No such appointment is open. Nothing was changed.")
    if len(booked) > 1:
        each = "; ".join(f"{day(one.starts_at)} {clock(one.starts_at)}: {one.appointment_id}" for one in booked)
        raise BadInput(f"Several are booked; name one with --which ({each}). Nothing was changed.")
    return booked[0]


def _show_booked(pack: Pack, whose: FormPerson, as_json: bool) -> int:
    from fieldpo.supervision.written.codes import label_of

    booked = list(dict.fromkeys([*([whose.booked] if whose.booked else []), *whose.upcoming]))
    if as_json:
        told = [
            {
                "appointment_id": one.appointment_id,
                "starts_at": one.starts_at.isoformat(),
                "minutes": one.minutes,
                "kind": one.kind,
                "place": one.place,
                "status": one.status,
            }
            for one in booked
        ]
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for one in booked:
        what = label_of(pack.appointment_kinds, one.kind)
        print(f"{day(one.starts_at)} {clock(one.starts_at)}  {what}  {one.appointment_id}")
    if not booked:
        print("Nothing is booked.")
    return 0
