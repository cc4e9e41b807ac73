"""A violation report as submitted and signed, an addendum to an entry, and the intake of someone not listed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create
from fieldpo.store.acting.corrections import Correction
from fieldpo.store.acting.freezing import cleaned_body
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code
from fieldpo.sync.protocol.body import KINDS, Json, plain_body
from fieldpo.sync.protocol.choosing import ChosenResponse
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Addendum, Allegation, Intake, ReportStep, ViolationReport

SUBMITTED = "submitted"
_SIGNATURE = ("signed_name", "signed_title", "signed_at", "signed_sha256")


@dataclass(frozen=True)
class Signature:
    """Who signs, as the vault knows them, and when; made only after the passphrase was given again."""

    name: str
    title: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ReportForm:
    """A filled-in violation report. `evidence` are ids of entries, in the order in which they are to be read."""

    person_id: str
    short_name: str
    officer_id: str
    case_id: str
    condition_ids: tuple[str, ...]
    evidence: tuple[str, ...]
    facts: str
    severity: str
    recommendation: str
    reason: str = ""
    response: ChosenResponse | None = None
    """What a response matrix recommended and what was chosen; its codes are the matrix's, not the pack's."""
    answers_id: str | None = None
    corrects: Correction | None = None
    entry_id: str = field(default_factory=new_id)


def report_act(pack: Pack, form: ReportForm, signature: Signature) -> Act:
    """A violation report, signed, and its first step: submitted. Central takes both or none.

    One that corrects a returned report takes its place, and that of its step. Raises `BadInput` where no condition is
    named, the facts are empty or nothing is left to correct, `NotFound` for a code that the pack lacks.
    """
    if form.response is None:
        by_code(pack.severities, form.severity)
        by_code(pack.recommendations, form.recommendation)
    if not form.condition_ids:
        raise BadInput("Pick at least one condition that was violated. Nothing was submitted; the draft is kept.")
    if not form.facts.strip():
        raise BadInput("Write the facts before you sign. Nothing was submitted; the draft is kept.")
    corrects = form.corrects or Correction("")
    if corrects.over:
        raise BadInput(
            "Central has the report that this one was to correct, or it was sent again. Nothing was submitted; the "
            "draft is kept."
        )
    at = local(signature.at, pack)
    report = ViolationReport(
        person_id=form.person_id,
        case_id=form.case_id,
        officer_id=form.officer_id,
        written_at=at,
        allegations=[
            Allegation(condition_id=condition, evidence=list(form.evidence)) for condition in form.condition_ids
        ],
        facts=plain.clean_text(form.facts),
        severity=form.severity,
        recommendation=form.recommendation,
        reason=plain.clean_text(form.reason),
        response=form.response,
        answers_id=form.answers_id,
    )
    signed = msgspec.structs.replace(
        report,
        signed_name=signature.name,
        signed_title=signature.title,
        signed_at=at,
        signed_sha256=signed_sha256(plain_body(report)),
    )
    report_id = corrects.report_id or form.entry_id
    step = ReportStep(
        person_id=form.person_id,
        report_id=report_id,
        step=SUBMITTED,
        officer_id=form.officer_id,
        written_at=at,
    )
    label = f"{pack.labels.violation_report.capitalize()} on {form.short_name}"
    steps = [Create(signed, report_id, supersedes=corrects.op_id if corrects.report_id else None)]
    if not corrects.step_goes:
        steps.append(Create(step, corrects.step_id or new_id(), supersedes=corrects.step_op_id))
    return Act(label, tuple(steps), at, form.entry_id, together=True)


def signed_sha256(body: Mapping[str, Json]) -> str:
    """The sha256 of what a report's signature stands under: its body but the signature itself, as sorted JSON.

    Anyone with the record can compute it again and compare it with `signed_sha256` in the record.
    """
    cleaned = cleaned_body(KINDS["violation_report"], {n: v for n, v in body.items() if n not in _SIGNATURE})
    return hashlib.sha256(msgspec.json.encode(cleaned, order="deterministic")).hexdigest()


def addendum_act(
    pack: Pack,
    person_id: str,
    short_name: str,
    entry_id: str,
    words: str,
    *,
    officer_id: str,
    now: dt.datetime,
    addendum_id: str | None = None,
) -> Act:
    """An addition or correction to an entry, which itself never changes. Raises `BadInput` for no text."""
    if not words.strip():
        raise BadInput("Write the addendum first. Nothing was saved.")
    at = local(now, pack)
    made = Addendum(person_id=person_id, entry_id=entry_id, text=words, officer_id=officer_id, written_at=at)
    record = addendum_id or new_id()
    return Act(f"Addendum for {short_name}", (Create(made, record),), at, record)


@dataclass(frozen=True, kw_only=True)
class IntakeForm:
    """Someone not listed. `birth_date` is a local day; `occurred_at` carries its offset, None for no contact."""

    family_name: str
    officer_id: str
    given_name: str = ""
    agency_id: str = ""
    birth_date: dt.date | None = None
    phone: str = ""
    address: str = ""
    purpose: str = "new_case"
    occurred_at: dt.datetime | None = None
    contact: str = ""
    place: str = ""
    outcome: str = ""
    note: str = ""
    entry_id: str = field(default_factory=new_id)


def intake_act(pack: Pack, form: IntakeForm, now: dt.datetime) -> Act:
    """Someone not listed, to be matched at central by the agency's ID.

    Raises `BadInput` without a family name, or for a day of birth or a contact in the future.
    """
    if not form.family_name.strip():
        raise BadInput("Type at least the family name. Nothing was saved; the draft is kept.")
    if form.birth_date is not None and form.birth_date > local(now, pack).date():
        raise BadInput("The date of birth lies in the future. Nothing was saved; the draft is kept.")
    if form.occurred_at is not None and form.occurred_at > now:
        raise BadInput("This contact would begin in the future. Change its time; the draft is kept.")
    at = local(form.occurred_at or now, pack)
    made = Intake(
        family_name=form.family_name.strip(),
        given_name=form.given_name.strip(),
        agency_id=form.agency_id.strip(),
        birth_date=form.birth_date,
        phone=form.phone.strip(),
        address=form.address.strip(),
        purpose=form.purpose,
        occurred_at=at if form.contact else None,
        contact=form.contact,
        place=form.place,
        outcome=form.outcome,
        note=form.note,
        officer_id=form.officer_id,
    )
    name = ", ".join(part for part in (made.family_name, made.given_name[:1]) if part)
    return Act(f"Someone not listed: {name}", (Create(made, form.entry_id),), at, form.entry_id)
