"""The records of supervision, one body type a kind. See docs/adding-a-kind.md before adding one.

Names are the field's own. A `Code` is a code of the policy pack; dates are local calendar days; a `Stamp`
is a moment with its UTC offset. What the client told and what was verified stand in fields of their own.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from fieldpo.sync.protocol.body import (
    Body,
    Code,
    Day,
    Id,
    Json,
    Line,
    Merging,
    OfPerson,
    Prose,
    Stamp,
    kind,
)
from fieldpo.sync.protocol.choosing import ChosenResponse
from fieldpo.sync.protocol.kinds_court import Hearing as Hearing
from fieldpo.sync.protocol.kinds_standing import CaseEvent as CaseEvent
from fieldpo.sync.protocol.kinds_standing import Deferral as Deferral
from fieldpo.sync.protocol.kinds_standing import LevelChange as LevelChange
from fieldpo.sync.protocol.kinds_standing import RateOverride as RateOverride
from fieldpo.sync.protocol.kinds_standing import Stay as Stay
from fieldpo.sync.protocol.kinds_team import CaseRequest as CaseRequest
from fieldpo.sync.protocol.kinds_team import IntakeOutcome as IntakeOutcome
from fieldpo.sync.protocol.kinds_tests import DrawPlan as DrawPlan
from fieldpo.sync.protocol.kinds_tests import DrugTest as DrugTest
from fieldpo.sync.protocol.kinds_tests import SubstanceResult as SubstanceResult


@kind("officer", Merging.CENTRAL)
class Officer(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who works for the agency: an officer, a supervisor."""

    name: Line
    title: Line = ""
    role: Code = "officer"
    team: Line = ""
    phone: Line = ""
    email: Line = ""


@kind("caseload", Merging.CENTRAL)
class Caseload(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The persons that one officer supervises."""

    name: Line
    officer_id: Id
    team: Line = ""


@kind("policy_pack", Merging.CENTRAL)
class PolicyPack(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A version of the agency's policy: contact standards, words, templates, responses, as TOML text.

    In force from `effective_from` until a later version of the same `pack`. `main` is the one whose words and
    clock the whole agency uses; a case's own `policy` may name another for its standards.
    """

    pack: Code
    version: Line
    effective_from: Day
    text: Annotated[str, msgspec.Meta(max_length=1_000_000)]
    main: bool = False


@kind("person", Merging.FIELDS, sets=("aliases", "needs"), prose=("family_name", "given_name", "aliases"))
class Person(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A person under supervision. On screen: the pack's word, "client" by default."""

    family_name: Line
    given_name: Line = ""
    middle_name: Line = ""
    suffix: Line = ""
    aliases: list[Line] = []
    birth_date: Day | None = None
    sex: Code = ""
    race: Line = ""
    language: Line = ""
    interpreter: bool = False
    needs: list[Line] = []
    """Accommodations: "hard of hearing, left side", "reads large print"."""
    notice: Prose = ""


@kind("hazard", Merging.FIELDS, prose=("text",))
class Hazard(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Something that can hurt an officer or be hurt: read before the door."""

    hazard: Code
    text: Prose
    source: Line = ""
    observed_on: Day | None = None
    review_on: Day | None = None
    active: bool = True


_STATUS = frozenset({"status", "status_since", "status_reason"})
_LEVEL = frozenset({"level", "level_since", "level_reason"})


@kind("case", Merging.FIELDS, legal=(_STATUS, _LEVEL), prose=("case_number",))
class Case(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One order of supervision of a person: probation, parole, pretrial, ...

    Before `history_complete_from` the record is known to be incomplete, and nothing is called due.
    """

    case_number: Line = ""
    court: Line = ""
    supervision_type: Code = "probation"
    case_type: Code = "general"
    offense: Line = ""
    level: Code = ""
    level_since: Day | None = None
    level_reason: Line = ""
    status: Code = "active"
    status_since: Day | None = None
    status_reason: Line = ""
    start_on: Day | None = None
    end_on: Day | None = None
    history_complete_from: Day | None = None
    policy: Code = ""
    facts: dict[Line, Json] = {}
    """What the agency's own file says beyond our fields, shown as it came."""


@kind(
    "condition",
    Merging.FIELDS,
    legal=(
        frozenset(
            {
                "standard",
                "category",
                "text",
                "court",
                "ordered_on",
                "expires_on",
                "parameters",
                "compliance",
                "compliance_since",
            }
        ),
    ),
    prose=("text",),
    refers=("case_id",),
)
class Condition(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A condition of supervision, standard or special, with its state of compliance."""

    case_id: Id
    category: Code
    text: Prose
    standard: bool = True
    court: Line = ""
    ordered_on: Day | None = None
    expires_on: Day | None = None
    parameters: dict[Line, Json] = {}
    compliance: Code = "not_reviewed"
    compliance_since: Day | None = None


@kind("address", Merging.FIELDS, prose=("line1", "city", "directions"))
class Address(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Where a person lives, receives mail or can be found. `area` groups addresses for one trip."""

    line1: Line
    line2: Line = ""
    city: Line = ""
    state: Line = ""
    postal_code: Line = ""
    latitude: float | None = None
    longitude: float | None = None
    use: Code = "home"
    area: Line = ""
    directions: Prose = ""
    household: Prose = ""
    since: Day | None = None
    until: Day | None = None
    told_on: Day | None = None
    verified_on: Day | None = None
    verified_how: Code = ""


@kind("phone", Merging.FIELDS, prose=("number",))
class Phone(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A telephone number that reaches the person."""

    number: Line
    use: Code = "mobile"
    note: Line = ""
    since: Day | None = None
    until: Day | None = None
    told_on: Day | None = None
    verified_on: Day | None = None
    verified_how: Code = ""


@kind("employment", Merging.FIELDS, prose=("employer", "position"))
class Employment(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A job, with the hours that a condition may ask for."""

    employer: Line
    position: Line = ""
    address: Line = ""
    phone: Line = ""
    hours_per_week: float | None = None
    since: Day | None = None
    until: Day | None = None
    told_on: Day | None = None
    verified_on: Day | None = None
    verified_how: Code = ""


@kind("collateral", Merging.FIELDS, prose=("name", "note"))
class Collateral(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who knows the person: family, employer, treatment, or one barred from contact."""

    name: Line
    relationship: Line = ""
    phone: Line = ""
    address: Line = ""
    note: Prose = ""
    in_household: bool = False
    barred: bool = False


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


@kind("assessment", Merging.INSERT, refers=("case_id",))
class Assessment(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One scoring of an instrument. Item answers are kept, so that it can be computed again."""

    instrument: Code
    done_on: Day
    case_id: Id | None = None
    score: float | None = None
    level: Code = ""
    items: dict[Line, Json] = {}
    override_level: Code = ""
    override_reason: Prose = ""
    override_approver: Line = ""
    officer_id: Id | None = None
    version: Line = ""
    """Of the instrument; empty where whoever scored it did not say."""
    scores: dict[Line, Json] = {}
    policy: Line = ""
    """The pack whose cut-offs and intervals were used."""
    reassess_by: Day | None = None


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


class Allegation(Body, frozen=True, kw_only=True, omit_defaults=True):
    """One condition said to be violated, the facts, and the entries that show them."""

    condition_id: Id
    facts: Prose = ""
    evidence: list[Id] = []


@kind("violation_report", Merging.INSERT, prose=("facts",), refers=("case_id", "answers_id"))
class ViolationReport(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A violation report as submitted. A returned one is answered by a new one naming it in `answers_id`."""

    case_id: Id
    officer_id: Id
    written_at: Stamp
    allegations: list[Allegation]
    facts: Prose = ""
    severity: Code = ""
    recommendation: Code = ""
    reason: Prose = ""
    response: ChosenResponse | None = None
    answers_id: Id | None = None
    signed_name: Line = ""
    signed_title: Line = ""
    signed_at: Stamp | None = None
    signed_sha256: Line = ""


@kind("report_step", Merging.INSERT, prose=("comment",), refers=("report_id",))
class ReportStep(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a report's way: submitted, returned, approved, filed. A supervisor signs theirs."""

    report_id: Id
    step: Code
    officer_id: Id
    written_at: Stamp
    comment: Prose = ""
    due_on: Day | None = None
    signed_name: Line = ""
    signed_title: Line = ""
    signed_at: Stamp | None = None
    signed_sha256: Line = ""


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
