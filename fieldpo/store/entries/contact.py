"""A contact or an attempt at one: the case note, what becomes of its appointment, and the next one, in one act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Change, Create, Step
from fieldpo.supervision.appointments import Suggestion, is_open, may_become, status_for
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs import templates
from fieldpo.supervision.written.codes import by_code
from fieldpo.sync.protocol.body import Confidentiality, Json
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Appointment, Contact

SAME, CHANGED = "unchanged", "changed"
"""What the client told about an item."""

WENT_THERE, SAW_PAPER = "went_there", "saw_paper"


@dataclass(frozen=True)
class Booked:
    """An appointment as it stands. `starts_at` carries its UTC offset; `kind` is the pack's appointment kind."""

    appointment_id: str
    person_id: str
    starts_at: dt.datetime
    minutes: int
    kind: str
    place: str
    status: str = "made"
    purpose: str = ""
    case_id: str | None = None

    @property
    def open(self) -> bool:
        """Whether it still lies ahead of the officer."""
        return is_open(self.status)


@dataclass(frozen=True, kw_only=True)
class ContactForm:
    """A filled-in contact form. `short_name` stands in the act's label ("Contact with Fahey, B.").

    `occurred_at` is when the contact began, `entered_at` when it was typed; both carry an offset. `told` is item →
    the same or not; `verified` is item → how. `template` may leave blanks in the note: they are dropped here.
    """

    person_id: str
    short_name: str
    officer_id: str
    occurred_at: dt.datetime
    entered_at: dt.datetime
    contact: str
    outcome: str
    place: str = ""
    minutes: int | None = None
    case_id: str | None = None
    present: tuple[str, ...] = ()
    purpose: str = ""
    techniques: tuple[str, ...] = ()
    told: Mapping[str, bool] = field(default_factory=dict)
    verified: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    reason: str = ""
    note: str = ""
    sensitivity: str = "normal"
    card_left: bool = False
    appointment: Booked | None = None
    next_appointment: Suggestion | None = None
    entry_id: str = field(default_factory=new_id)
    """The draft's id, which becomes the entry's and the act's: the same form saved twice is one entry."""


@dataclass(frozen=True, kw_only=True)
class VisitForm(ContactForm):
    """A filled-in home visit. `checklist` is item → answer's code, `whys` item → what was not as expected."""

    arrived_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    address_id: str | None = None
    checklist: Mapping[str, str] = field(default_factory=dict)
    whys: Mapping[str, str] = field(default_factory=dict)


def contact_act(pack: Pack, form: ContactForm) -> Act:
    """A contact, the state that its outcome gives its appointment, and the next appointment.

    Raises `BadInput` where a needed why or how is missing or the contact lies in the future; `NotFound` for a code
    that the pack lacks.
    """
    outcome = by_code(pack.outcomes, form.outcome)
    by_code(pack.contact_kinds, form.contact)
    if form.place:
        by_code(pack.places, form.place)
    if outcome.needs_reason and not (form.reason.strip() or form.note.strip()):
        raise BadInput(f"Say why: “{outcome.label}” needs a reason. Nothing was saved; the draft is kept.")
    if form.occurred_at > form.entered_at:
        raise BadInput("This contact would begin in the future. Change its time; the draft is kept.")
    occurred_at = local(form.occurred_at, pack)
    contact = Contact(**_contact_fields(pack, form, occurred_at))
    steps: list[Step] = [Create(contact, form.entry_id)]
    if answered := _answered(pack, form):
        steps.append(answered)
    if form.next_appointment is not None:
        steps.append(Create(next_body(pack, form.person_id, form.case_id, form.next_appointment)))
    what = "Attempt at" if outcome.attempt else "Contact with"
    return Act(f"{what} {form.short_name}", tuple(steps), occurred_at, form.entry_id)


def visit_act(pack: Pack, form: VisitForm) -> Act:
    """A home visit: a contact with its arrival, its leaving and its checklist.

    Raises as `contact_act` does; also where an answer that needs a why has none, or leaving comes before arriving.
    """
    if form.arrived_at is None:
        raise BadInput("Press a when you arrive, or b to enter when you did. The draft is kept.")
    if form.left_at is not None and form.left_at < form.arrived_at:
        raise BadInput("The visit would end before it began. Change its times; the draft is kept.")
    for code, answer in form.checklist.items():
        if by_code(pack.checklist_answers, answer).needs_why and not form.whys.get(code, "").strip():
            item = by_code(pack.checklist, code)
            raise BadInput(f"Say why for “{item.label}”. Nothing was saved; the draft is kept.")
    made = contact_act(pack, form)
    return Act(f"Home visit with {form.short_name}", made.steps, made.occurred_at, made.act_id)


def next_body(pack: Pack, person_id: str, case_id: str | None, slot: Suggestion, purpose: str = "") -> Appointment:
    """The record of an appointment that a choice or a date stands for."""
    return Appointment(
        person_id=person_id,
        case_id=case_id,
        starts_at=local(slot.start, pack),
        minutes=slot.minutes,
        appointment=slot.kind,
        place=slot.place,
        purpose=purpose,
    )


def _contact_fields(pack: Pack, form: ContactForm, occurred_at: dt.datetime) -> dict[str, Json]:
    values: dict[str, Json] = {
        "person_id": form.person_id,
        "officer_id": form.officer_id,
        "case_id": form.case_id,
        "occurred_at": occurred_at,
        "entered_at": local(form.entered_at, pack),
        "contact": form.contact,
        "place": form.place,
        "outcome": form.outcome,
        "minutes": form.minutes,
        "present": list(form.present),
        "purpose": form.purpose,
        "techniques": list(form.techniques),
        "told": {code: SAME if same else CHANGED for code, same in form.told.items()},
        "verified": _verified(pack, form),
        "template": form.template,
        "note": _note(pack, form),
        "card_left": form.card_left,
        "confidentiality": Confidentiality(form.sensitivity),
        "appointment_id": form.appointment.appointment_id if form.appointment else None,
    }
    if isinstance(form, VisitForm):
        values |= {
            "arrived_at": local(form.arrived_at, pack) if form.arrived_at else None,
            "left_at": local(form.left_at, pack) if form.left_at else None,
            "address_id": form.address_id,
            "checklist": {
                code: f"{answer}: {why}" if (why := form.whys.get(code, "").strip()) else answer
                for code, answer in form.checklist.items()
            },
        }
    return values


def _verified(pack: Pack, form: ContactForm) -> dict[str, str]:
    """What was proved, each with its how. A yes on the checklist proves what the pack says it may."""
    proved = dict(form.verified)
    hows = {how.code for how in pack.verified_hows}
    for code, how in proved.items():
        by_code(pack.verified_items, code)
        if not how:
            raise BadInput("Verified needs a how: saw paper, called, or went there. The draft is kept.")
        by_code(pack.verified_hows, how)
    if isinstance(form, VisitForm):
        for item in pack.checklist:
            how = WENT_THERE if item.verifies == form.place else SAW_PAPER
            if item.verifies and form.checklist.get(item.code) == "yes" and how in hows:
                proved.setdefault(item.verifies, how)
    return proved


def _note(pack: Pack, form: ContactForm) -> str:
    """The note as saved: blanks that nobody filled dropped, the reason before it."""
    template = next((known for known in pack.templates if known.code == form.template), None)
    note = templates.strip_unfilled(form.note, template)
    reason = form.reason.strip()
    return "\n\n".join(part for part in (f"Reason: {reason}" if reason else "", note) if part)


def _answered(pack: Pack, form: ContactForm) -> Change | None:
    booked = form.appointment
    if booked is None:
        return None
    status = status_for(pack, form.outcome)
    if not status or not may_become(pack, booked.status, status):
        return None
    fields: dict[str, Json] = {"status": status, "contact_id": form.entry_id}
    if status == "cancelled":
        fields["cancelled_by"] = "us"
    return Change("appointment", booked.appointment_id, fields)
