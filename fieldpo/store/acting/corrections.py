"""A signed report that central returned, written anew: the signed one stays as it was, another takes its place.

The new one is a draft first, which keeps the id of the op that it corrects. What that means is looked up when the
draft is opened, since central may have taken the returned one meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from fieldpo.sync.protocol.ops import thaw

_REPORT = text("SELECT state, record_id, person_id FROM op WHERE op_id = :id AND kind = 'violation_report.create'")
_SUCCESSOR = text(
    "SELECT 1 FROM frozen_op WHERE record_id = :record AND json_extract(text, '$.supersedes') = :id LIMIT 1"
)
_STEPS = text(
    "SELECT op_id, state, text FROM frozen_op WHERE kind = 'report_step.create' AND person_id = :person "
    "ORDER BY position DESC"
)
_SUBMITTED = "submitted"


@dataclass(frozen=True)
class Correction:
    """What a corrected report takes the place of: the returned report's op, its record, and its first step's.

    Without `report_id` the returned one was set aside, so that the new one stands for itself. `over` says that central
    has it after all, or it was sent again: then nothing takes its place any more.
    """

    op_id: str
    report_id: str = ""
    step_id: str = ""
    step_op_id: str | None = None
    step_goes: bool = False
    """Whether its first step waits already, and needs only the report."""
    over: bool = False


def correction(connection: Connection, op_id: str) -> Correction:
    """How the report of that op can be corrected now."""
    row = connection.execute(_REPORT, {"id": op_id}).one_or_none()
    if row is None:
        return Correction(op_id, over=True)
    if row.state == "answered" and connection.scalar(_SUCCESSOR, {"record": row.record_id, "id": op_id}) is None:
        return Correction(op_id)
    if row.state != "rejected":
        return Correction(op_id, over=True)
    for step in connection.execute(_STEPS, {"person": row.person_id}):
        op = thaw(step.text)
        if (op.body.get("report_id"), op.body.get("step")) != (row.record_id, _SUBMITTED):
            continue
        if step.state == "rejected":
            return Correction(op_id, row.record_id, op.record_id, step.op_id)
        return Correction(op_id, row.record_id, step_goes=step.state != "answered")
    return Correction(op_id, row.record_id)
