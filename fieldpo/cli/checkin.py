"""`fieldpo checkin`: a contact from the shell, by the same builders as the form."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.cli.booking import Kind, person_for, print_answer, slot_json, speaks_against
from fieldpo.cli.options import AsJson, PassphraseFile, PersonId
from fieldpo.errors import BadInput
from fieldpo.plain import clean_text, clock, day

if TYPE_CHECKING:
    from fieldpo.store.entries.contact import Booked
    from fieldpo.store.vault import Vault
    from fieldpo.supervision.appointments import Suggestion
    from fieldpo.supervision.pack import Pack

FACE_TO_FACE = "face_to_face"

_CHECKIN = """Log a contact. The note comes from standard input, from $EDITOR where that is allowed, or from the prompt.

\b
  fieldpo checkin 2290 --kind office --template office_no_change --next 2w < note.txt
  echo "Called from work." | fieldpo checkin 2290 --kind phone --at 1405 --json

--kind is a place (office, home, field, work, court, treatment, jail: face-to-face there) or a way (phone, video, text,
mail, records). Today's appointment of that kind is kept, late or missed by the outcome. A note is never an argument:
shells keep those. Exit codes: 0 saved; 2 not understood, nothing saved; 5 the vault does not open, or the disk refused;
6 not enrolled.
"""

Outcome = Annotated[str, typer.Option("--outcome", metavar="O", help="The outcome's code.")]
TemplateCode = Annotated[str, typer.Option("--template", metavar="T", help="A note template's code.")]
At = Annotated[str, typer.Option("--at", metavar="TIME", help="When it began: 1405, yesterday 14:05. Else now.")]
Next = Annotated[str, typer.Option("--next", metavar="WHEN", help="The next appointment: 2w, 07 Dec 14:30.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("checkin", help=_CHECKIN)(checkin)


def checkin(
    person_id: PersonId,
    kind: Kind,
    outcome: Outcome = "reported",
    template: TemplateCode = "",
    at: At = "",
    next_appointment: Next = "",
    as_json: AsJson = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Log a contact."""
    from fieldpo.cli.office import opened_office
    from fieldpo.store.acting.acts import perform
    from fieldpo.store.entries.contact import ContactForm, contact_act
    from fieldpo.store.entries.when import past_moment

    typed = _note_from_pipe()
    with opened_office(passphrase_file) as office:
        vault, pack, now = office.vault, office.pack, office.now
        contact, place = contact_and_place(pack, kind)
        _require_outcome(pack, outcome, contact, place)
        begun = _template_text(pack, template, contact, place)
        occurred_at = past_moment(at, now, pack) if at else now.replace(second=0, microsecond=0)
        whose = person_for(vault, pack, person_id, occurred_at)
        last = whose.last[0].occurred_at.date() if whose.last else None
        words, told = begun(last)
        note = _joined(words, typed) if typed is not None else _note_at_terminal(words, vault)
        booked = whose.booked if _meets(pack, whose.booked, contact, place) else None
        slot = _next_slot(pack, next_appointment, now, booked, occurred_at, contact, place)
        form = ContactForm(
            person_id=whose.name.person_id,
            short_name=whose.name.short,
            officer_id=vault.identity.user_id,
            case_id=whose.case_id,
            occurred_at=occurred_at,
            entered_at=now,
            minutes=booked.minutes if booked else None,
            contact=contact,
            place=place,
            outcome=outcome,
            told=told,
            template=template,
            note=note,
            appointment=booked,
            next_appointment=slot,
        )
        act = contact_act(pack, form)
        saved = perform(vault, act, now)
    against = speaks_against(pack, slot, whose)
    answer: dict[str, Any] = {
        "entry_id": form.entry_id,
        "person_id": whose.name.person_id,
        "occurred_at": act.occurred_at.isoformat(),
        "appointment_id": booked.appointment_id if booked else None,
        "next": slot_json(slot),
        "warnings": against,
        "entries": len(saved.op_ids),
    }
    print_answer(
        answer, as_json, f"Saved, not sent yet: {day(act.occurred_at)} {clock(act.occurred_at)}.{_next_words(slot)}"
    )
    return 0


def contact_and_place(pack: Pack, kind: str) -> tuple[str, str]:
    """The contact kind and place that a `--kind` means. Raises `BadInput`, naming what there is."""
    if kind in {one.code for one in pack.places}:
        return FACE_TO_FACE, kind
    if kind in {one.code for one in pack.contact_kinds} - {FACE_TO_FACE}:
        return kind, ""
    known = [one.code for one in pack.places] + [c.code for c in pack.contact_kinds if c.code != FACE_TO_FACE]
    raise BadInput(f"There is no --kind of that name; there are: {', '.join(known)}. Nothing was saved.")


def _require_outcome(pack: Pack, outcome: str, contact: str, place: str) -> None:
    fits = [one.code for one in pack.outcomes if one.applies(contact, place)]
    if outcome not in fits:
        raise BadInput(f"A contact of this kind cannot end so; it can: {', '.join(fits)}. Nothing was saved.")


def _template_text(pack: Pack, code: str, contact: str, place: str) -> Any:
    from fieldpo.supervision.packs.templates import fill

    fits = {one.code: one for one in pack.templates_for(contact, place)}
    if code and code not in fits:
        raise BadInput(f"No such template for this kind; there are: {', '.join(fits) or 'none'}. Nothing was saved.")

    def begun(last: dt.date | None) -> tuple[str, dict[str, bool]]:
        template = fits.get(code)
        told = dict.fromkeys(template.told, True) if template else {}
        return (fill(pack, template, told, last) if template else "", told)

    return begun


def _note_from_pipe() -> str | None:
    """The note on standard input; None at a terminal."""
    return None if sys.stdin.isatty() else clean_text(sys.stdin.read())


def _note_at_terminal(begun: str, vault: Vault) -> str:
    from fieldpo.config import load
    from fieldpo.editor import edit_text

    if load().editor_allowed:
        return edit_text(begun, vault.folder)
    print(f"{begun}\nNote, ended by Ctrl+D on a line of its own:", file=sys.stderr)
    return _joined(begun, clean_text(sys.stdin.read()))


def _joined(begun: str, typed: str) -> str:
    return "\n\n".join(part for part in (begun, typed) if part)


def _meets(pack: Pack, booked: Booked | None, contact: str, place: str) -> bool:
    """Whether this contact is what the appointment was made for."""
    if booked is None:
        return False
    meant = next((one for one in pack.appointment_kinds if one.code == booked.kind), None)
    return (meant.contact_kind if meant else FACE_TO_FACE) == contact and place in ("", booked.place)


def _next_slot(
    pack: Pack,
    when: str,
    now: dt.datetime,
    booked: Booked | None,
    occurred_at: dt.datetime,
    contact: str,
    place: str,
) -> Suggestion | None:
    if not when:
        return None
    from fieldpo.store.entries.when import coming
    from fieldpo.supervision.appointments import Slot, on_day

    begun = booked.starts_at if booked else occurred_at
    like = (one.code for one in pack.appointment_kinds if one.contact_kind == contact and one.place in ("", place))
    kind = booked.kind if booked else next(like, pack.appointment_kinds[0].code)
    start = coming(when, now, pack, begun.time())
    return on_day(pack, start.date(), Slot(start, 0), kind)


def _next_words(slot: Suggestion | None) -> str:
    return f" Next: {day(slot.start)} {clock(slot.start)}." if slot else ""
