"""Who may decide on what central holds, and how: a supervisor on a team member's, never on one's own, and once.

Pure: it reads what `held_now` has found of the items and says no with a reason, or nothing.
"""

from __future__ import annotations

from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.world import HeldNow, World
from fieldpo.sync.protocol.exchange import Problem
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE, RELEASE
from fieldpo.sync.protocol.ops import Op

_OF_INTAKES = frozenset({MATCH, CREATE, REFUSE})
_OF_ENTRIES = frozenset({RELEASE, REFUSE})


def decides_held(op: Op) -> bool:
    """Whether the op decides on something that is held."""
    return op.kind == "held_decision.create"


def held_op(op: Op) -> str:
    """The entry on which it decides."""
    named = op.body.get("held_op_id")
    return named if isinstance(named, str) else ""


def refused_held(world: World, op: Op) -> Problem | None:
    """Why the author may not decide so."""
    if op.body.get("person_id") is not None:
        return problem("invalid-body", "it stands with its author, not with a person")
    item, decision = world.held.get(held_op(op)), op.body.get("decision")
    if item is None or item.author == op.author_id or item.officer not in world.supervised:
        return problem("not-supervisor")
    if not item.open or held_op(op) in world.held_decisions:
        return problem("already-decided", world.held_decisions.get(held_op(op), ("", item.decided))[1])
    if decision not in (_OF_INTAKES if item.is_intake else _OF_ENTRIES):
        return problem("invalid-body", "that is no decision on what is held")
    if decision == REFUSE and not str(op.body.get("reason") or "").strip():
        return problem("invalid-body", "a reason is needed")
    if decision == MATCH:
        return _refused_match(world, item, op.body.get("subject_id"))
    if decision == CREATE and op.body.get("caseload_of") not in world.supervised:
        return problem("not-supervisor", "the officer who is to have the case")
    return None


def _refused_match(world: World, item: HeldNow, subject: object) -> Problem | None:
    """To whoever carries the ID, or is said to, wherever they are; else to a client of one's own team."""
    if not isinstance(subject, str) or not subject:
        return problem("invalid-body", "a person is needed")
    if subject in item.offered or world.held_places.get(subject, "") in world.supervised:
        return None
    return problem("not-supervisor", "the person")
