"""Appointments, contacts and what is added to an entry later; an intake is a contact with someone not listed."""

from __future__ import annotations

from fieldpo.sync.protocol.body import Body, Code, Day, Id, Line, Merging, OfPerson, Prose, Stamp, kind


@kind("appointment", Merging.FIELDS, prose=("note",), refers=("case_id", "contact_id"))
class Appointment(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A meeting agreed on: made, moved, cancelled, kept, late, missed, excused."""

    starts_at: Stamp
    case_id: Id | None = None
    minutes: int = 15
    appointment: Code = "office"
    place: Code = "office"
    purpose: Line = ""
    status: Code = "made"
    status_reason: Line = ""
    cancelled_by: Code = ""
    contact_id: Id | None = None
    note: Prose = ""


@kind(
    "contact",
    Merging.INSERT,
    prose=("note", "purpose"),
    refers=("case_id", "appointment_id", "collateral_id"),
)
class Contact(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A contact, or an attempt at one: the case note.

    `occurred_at` is when it began, by the officer's act, never by a later sync. `told` is what the client
    said (item → unchanged or changed), `verified` what was proved (item → how).
    """

    occurred_at: Stamp
    contact: Code
    outcome: Code
    officer_id: Id
    case_id: Id | None = None
    place: Code = ""
    minutes: int | None = None
    present: list[Code] = []
    purpose: Line = ""
    techniques: list[Code] = []
    told: dict[Code, Code] = {}
    verified: dict[Code, Code] = {}
    template: Code = ""
    note: Prose = ""
    appointment_id: Id | None = None
    collateral_id: Id | None = None
    address_id: Id | None = None
    arrived_at: Stamp | None = None
    left_at: Stamp | None = None
    checklist: dict[Code, Line] = {}
    card_left: bool = False
    entered_at: Stamp | None = None


@kind("addendum", Merging.INSERT, prose=("text",), refers=("entry_id",))
class Addendum(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A correction or an addition to an entry that itself never changes."""

    entry_id: Id
    text: Prose
    officer_id: Id
    written_at: Stamp


@kind("withdrawal", Merging.INSERT, refers=("entry_id",))
class Withdrawal(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An entry "entered in error": it stays, struck through. The withdrawal stands where its entry stands."""

    person_id: Id | None = None
    entry_id: Id
    reason: Line
    officer_id: Id
    written_at: Stamp


@kind("intake", Merging.INSERT, prose=("family_name", "given_name", "note"))
class Intake(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Someone not listed: met by an officer before central has given them to the officer.

    Central matches by the agency's ID and sets `person_id`; without a match the supervisor's queue holds it.
    """

    family_name: Line
    given_name: Line = ""
    agency_id: Line = ""
    birth_date: Day | None = None
    phone: Line = ""
    address: Line = ""
    purpose: Code = "new_case"
    """"new_case", or "colleague": a contact for a colleague's client."""
    occurred_at: Stamp | None = None
    contact: Code = ""
    place: Code = ""
    outcome: Code = ""
    note: Prose = ""
    officer_id: Id
    person_id: Id | None = None
