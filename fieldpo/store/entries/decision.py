"""A supervisor's decision on a report, signed, and the wish for a whole case, with its reason."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create
from fieldpo.store.acting.freezing import cleaned_body
from fieldpo.store.entries.report import Signature
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.body import KINDS, Json, plain_body
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import CaseRequest, ReportStep

RETURNED = "returned"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is decided on which report; `report` is its body as the officer signed it."""

    report_id: str
    person_id: str
    short_name: str
    step: str
    comment: str
    report: Mapping[str, Json]
    entry_id: str = field(default_factory=new_id)


def decision_act(pack: Pack, decision: Decision, signature: Signature, *, officer_id: str) -> Act:
    """Return a report with comments, or approve it. Raises `BadInput` where one is returned without a word."""
    comment = plain.clean_text(decision.comment).strip()
    if decision.step == RETURNED and not comment:
        raise BadInput("Say what is missing before you return it. Nothing was sent; the draft is kept.")
    at = local(signature.at, pack)
    step = ReportStep(
        person_id=decision.person_id,
        report_id=decision.report_id,
        step=decision.step,
        officer_id=officer_id,
        written_at=at,
        comment=comment,
    )
    signed = msgspec.structs.replace(
        step,
        signed_name=signature.name,
        signed_title=signature.title,
        signed_at=at,
        signed_sha256=decided_sha256(plain_body(step), decision.report),
    )
    said = "Returned" if decision.step == RETURNED else "Approved"
    label = f"{said}: {pack.labels.violation_report} on {decision.short_name}"
    return Act(label, (Create(signed, decision.entry_id),), at, decision.entry_id)


def decided_sha256(step: Mapping[str, Json], report: Mapping[str, Json]) -> str:
    """The sha256 of what a supervisor's signature stands under, which anyone with both records can compute again.

    It is of the step's body but the signature itself, and the report's whole body, as a list in sorted JSON.
    """
    bare = {name: value for name, value in step.items() if not name.startswith("signed_")}
    cleaned = cleaned_body(KINDS["report_step"], bare)
    return hashlib.sha256(msgspec.json.encode([cleaned, report], order="deterministic")).hexdigest()


def case_request_act(pack: Pack, person_id: str, name: str, reason: str, *, officer_id: str, now: dt.datetime) -> Act:
    """Ask central for a whole case; it is logged there. Raises `BadInput` without a reason."""
    if not reason.strip():
        raise BadInput("Say why you need the whole case. Central logs it; nothing was sent.")
    at = local(now, pack)
    made = CaseRequest(subject_id=person_id, reason=reason.strip(), officer_id=officer_id, written_at=at)
    return Act(f"Whole case of {name}", (Create(made),), at)
