"""What a supervisor may write outside the own caseload: a decision on a team member's report, the wish for a case.

Pure: it reads the working set of an exchange and says no with a reason, or nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.world import Received, Standing, World
from fieldpo.sync.protocol.exchange import Problem, caseload_partition
from fieldpo.sync.protocol.ops import Op

DECISIONS: Final = frozenset({"returned", "approved"})
"""The steps of a report that only a supervisor takes."""

WHOLE_CASE: Final = dt.timedelta(days=3)
"""How long a supervisor who asked for a whole case may read it."""

_CASELOAD: Final = caseload_partition("")


def decides(op: Op) -> bool:
    """Whether the op is a supervisor's decision on a report."""
    return op.kind == "report_step.create" and op.body.get("step") in DECISIONS


def files(op: Op) -> bool:
    """Whether the op says that a report went on to the court."""
    return op.kind == "report_step.create" and op.body.get("step") == "filed"


def asks_for_case(op: Op) -> bool:
    """Whether the op asks for a whole case."""
    return op.kind == "case_request.create"


def subject_of(op: Op) -> str | None:
    """The person whose whole case is asked for."""
    named = op.body.get("subject_id") if asks_for_case(op) else None
    return named if isinstance(named, str) and named else None


def entry_withdrawn(op: Op) -> str | None:
    """The entry that the op marks as entered in error."""
    named = op.body.get("entry_id") if op.kind == "withdrawal.create" else None
    return named if isinstance(named, str) else None


def reports_judged(ops: Iterable[Received]) -> set[str]:
    """The reports on which the ops decide, or which they file."""
    judging = (one.op for one in ops if one.op is not None and (decides(one.op) or files(one.op)))
    named = (op.body.get("report_id") for op in judging)
    return {each for each in named if isinstance(each, str)}


def refused_decision(world: World, op: Op, partition: str) -> Problem | None:
    """Why the author may not decide on the report; None where the report has yet to come, alone."""
    report = world.records.get(str(op.body.get("report_id")))
    if report is None:
        return problem("own-report") if op.group_id else None
    if op.author_id in (report.body.get("officer_id"), author_of(world, report.id)):
        return problem("own-report")
    if report.kind != "violation_report" or (report.person_id, report.partition) != (_person(op), partition):
        return problem("invalid-body", "the step names another person than its report")
    if partition.removeprefix(_CASELOAD) not in world.supervised:
        return problem("not-supervisor")
    for each in _decisions(world):
        if each.body.get("report_id") == report.id:
            return problem("already-decided", str(each.body.get("step")))
    return None


def refused_filing(world: World, op: Op) -> Problem | None:
    """A report is filed after a supervisor has approved it: by filing it its officer cannot pass the queue by."""
    report = world.records.get(str(op.body.get("report_id")))
    if report is None or any(
        each.body.get("report_id") == report.id and each.body.get("step") == "approved" for each in _decisions(world)
    ):
        return None
    return problem("invalid-body", "a report is filed after it was approved")


def refused_withdrawal(world: World, op: Op) -> Problem | None:
    """A decision stands: it is answered, never taken back by whom it concerns. Steps of one's own may be withdrawn."""
    if op.record_kind != "withdrawal":
        return None
    entry = world.records.get(str(op.body.get("entry_id")))
    if entry is not None and entry.kind == "held_decision":
        return problem("already-decided")
    if entry is None or entry.kind != "report_step" or author_of(world, entry.id) == op.author_id:
        return None
    return problem("not-supervisor", "the step is another's")


def refused_request(world: World, op: Op) -> Problem | None:
    """Why the author may not have the whole case."""
    if not str(op.body.get("reason") or "").strip():
        return problem("invalid-body", "a reason is needed")
    if op.body.get("person_id") is not None:
        return problem("invalid-body", "it stands with its author, not with a person")
    place = world.places.get(subject_of(op) or "", "")
    return None if place.removeprefix(_CASELOAD) in world.supervised else problem("not-supervisor")


def author_of(world: World, record_id: str) -> str | None:
    """Who wrote a record on a device; the user, where it is new. None for what central or an import put."""
    if record_id in world.written:
        return world.user_id
    return world.authors.get(record_id)


def _decisions(world: World) -> list[Standing]:
    return [
        each
        for each in world.records.values()
        if each.kind == "report_step" and not each.deleted and each.body.get("step") in DECISIONS
    ]


def _person(op: Op) -> object:
    return op.body.get("person_id")
