"""Ops that stand in another's place: what an officer typed anew when the first came back, or waited in vain."""

from __future__ import annotations

from msgspec.structs import replace

from fieldpo.central.deciding.places import person_of
from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.world import Entry, Quarantined, World
from fieldpo.sync.protocol.exchange import Problem, VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import Op


def refused_succession(world: World, op: Op) -> Problem | None:
    """Why the op may not stand, for itself or in another's place."""
    if op.op_id in world.successors:
        return problem("superseded", op_id=world.successors[op.op_id])
    if op.supersedes is None:
        return None
    successor = world.successors.get(op.supersedes)
    if successor is not None and successor != op.op_id:
        return problem("already-superseded", op_id=successor)
    entry = world.decided.get(op.supersedes) or world.ledger.get(op.supersedes)
    if entry is not None and entry.user_id != op.author_id:
        return problem("not-granted", "supersedes another's entry")
    if entry is not None and entry.applied:
        return problem("already-applied", op_id=op.supersedes)
    return None


def last_word(world: World, op_id: str) -> Entry | None:
    """What was decided of an op, or of the one that came to stand in its place; that may be superseded in turn."""
    for _ in range(100):
        if op_id not in world.successors:
            break
        op_id = world.successors[op_id]
    return world.decided.get(op_id) or world.ledger.get(op_id)


def stand_in(world: World, op: Op | None) -> None:
    """Note in whose place an op stands. It is the officer's last word, whatever becomes of it: what it stands for is
    never applied, though it come later, as it may after a restore; and what waits for that waits for this.
    """
    if op is None or op.supersedes is None:
        return
    if (op.author_id, op.device_id) != (world.user_id, world.device_id):
        return
    replaced = op.supersedes
    entry = world.decided.get(replaced) or world.ledger.get(replaced)
    if world.successors.get(replaced, op.op_id) != op.op_id or (entry is not None and not _may_end(entry, op)):
        return
    world.put(world.new_successors, replaced, op.op_id)
    world.put(world.successors, replaced, op.op_id)
    if entry is not None:
        _end_superseded(world, entry, op)


def _may_end(entry: Entry, op: Op) -> bool:
    return entry.user_id == op.author_id and not entry.applied


def _end_superseded(world: World, entry: Entry, op: Op) -> None:
    """The op that another now stands for: never applied, its quarantine row closed."""
    if entry.verdict is VerdictKind.BLOCKED and entry.device_id == world.device_id:
        refused = problem("superseded", op_id=op.op_id)
        world.put(world.decided, entry.op_id, replace(entry, verdict=VerdictKind.REJECTED, problem=refused))
        home, person = caseload_partition(world.user_id), person_of(world, op)
        kept = Quarantined(home, entry.op_id, entry.sha, entry.kind, entry.record_id, person, refused)
        world.put(world.quarantined, (entry.op_id, entry.sha), kept)
    world.put(world.settled, entry.op_id, "superseded")
