"""A supervisor's decision on what central holds: released, refused, matched to a person, or made a new case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE, RELEASE
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import HeldDecision

LABELS: Final = {RELEASE: "Released", REFUSE: "Refused", MATCH: "Matched", CREATE: "New case"}

_LONGEST_REASON = 400


@dataclass(frozen=True, kw_only=True)
class OnHeld:
    """What is decided on which entry; `what` names it in the act's label.

    `whom` is a match's person or a new case's officer, by id and name; `supervision` the new case's type.
    """

    held_op_id: str
    what: str
    decision: str
    reason: str = ""
    whom: tuple[str, str] = ("", "")
    supervision: str = ""
    entry_id: str = field(default_factory=new_id)


def held_decision_act(pack: Pack, decided: OnHeld, *, officer_id: str, now: dt.datetime) -> Act:
    """The act. Raises `BadInput` for a refusal without a reason, and for a reason that is too long."""
    reason = plain.clean(decided.reason)
    if decided.decision == REFUSE and not reason:
        raise BadInput("Say why you refuse it. Nothing was sent.")
    if len(reason) > _LONGEST_REASON:
        raise BadInput(f"Say it in {_LONGEST_REASON} characters. Nothing was sent.")
    whom, name = decided.whom
    at = local(now, pack)
    made = HeldDecision(
        held_op_id=decided.held_op_id,
        decision=decided.decision,
        officer_id=officer_id,
        written_at=at,
        reason=reason,
        subject_id=whom if decided.decision == MATCH else None,
        caseload_of=whom if decided.decision == CREATE else None,
        supervision_type=decided.supervision if decided.decision == CREATE else "",
    )
    said = {MATCH: f" to {name}", CREATE: f", with {name}"}.get(decided.decision, "")
    return Act(
        f"{LABELS[decided.decision]}: {decided.what}{said}", (Create(made, decided.entry_id),), at, decided.entry_id
    )
