"""What `fieldpo checkin` and `fieldpo appointment` share: whose it is, a time that is booked, and their answer."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.plain import clean_text, day

if TYPE_CHECKING:
    from fieldpo.store.queries.forms.person import FormPerson
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.appointments import Suggestion
    from fieldpo.supervision.pack import Pack

Kind = Annotated[str, typer.Option("--kind", metavar="K", help="office, home, field, phone, video, …")]


def person_for(vault: Vault, pack: Pack, person_id: str, at: dt.datetime, which: str | None = None) -> FormPerson:
    """The person of an ID, with the appointment that this answers. Raises `NotFound`, as `person_by_id` does."""
    from fieldpo.store.queries.clients.find_people import person_by_id
    from fieldpo.store.queries.forms.person import form_person

    with vault.reading() as connection:
        record_id = person_by_id(connection, person_id)
        user = vault.identity.user_id
        return form_person(connection, pack, user, record_id, at, form="checkin", appointment_id=which)


def speaks_against(pack: Pack, slot: Suggestion | None, whose: FormPerson, *, but: str = "") -> list[str]:
    """What speaks against a time, in sentences: a closed day that it was moved from, clashes with all `but` one."""
    from fieldpo.store.entries.appointment import warnings

    if slot is None:
        return []
    moved = [f"{slot.moved_because}: moved on to {day(slot.start)}."] if slot.moved_because else []
    return [*moved, *warnings(pack, slot.start, slot.minutes, whose.ahead, but=but)]


def slot_json(slot: Suggestion | None) -> dict[str, Any] | None:
    """A time that was booked, as JSON has it."""
    if slot is None:
        return None
    return {"starts_at": slot.start.isoformat(), "minutes": slot.minutes, "kind": slot.kind, "place": slot.place}


def print_answer(answer: dict[str, Any], as_json: bool, words: str) -> None:
    """JSON on standard output, or the sentence; what speaks against a time goes to standard error."""
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    print(words)
    for warning in answer["warnings"]:
        print(clean_text(warning), file=sys.stderr)
