"""In which partition an op acts, and whether its author may act there."""

from __future__ import annotations

from fieldpo.central.deciding.held_rules import decides_held, refused_held
from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.team_rules import (
    asks_for_case,
    author_of,
    decides,
    files,
    refused_decision,
    refused_filing,
    refused_request,
    refused_withdrawal,
)
from fieldpo.central.deciding.world import LATE, Standing, World
from fieldpo.sync.protocol.exchange import Problem, caseload_partition
from fieldpo.sync.protocol.ops import Op

_CASELOAD = caseload_partition("")


def target_partition(world: World, op: Op) -> tuple[str | None, str]:
    """The partition that the op writes; or None with the id of the record that central does not have."""
    standing = world.records.get(op.record_id)
    if standing is not None:
        return standing.partition, ""
    if op.verb != "create":
        return None, op.record_id
    person = person_named(op)
    if person is None:
        entry = entry_referred(world, op)
        return entry.partition if entry is not None else caseload_partition(world.user_id), ""
    place = world.places.get(person)
    return (place, "") if place is not None else (None, person)


def person_named(op: Op) -> str | None:
    """The person whose record a create makes: by its body, or the person themselves; None for none."""
    if op.record_kind in ("person", "intake"):
        return None
    named = op.body.get("person_id")
    return named if isinstance(named, str) and named else None


def entry_referred(world: World, op: Op) -> Standing | None:
    """The record that a new one of no named person refers to, and with which it stands."""
    kind = op.known_kind
    if kind is None or op.record_kind in ("person", "intake") or person_named(op) is not None:
        return None
    named = (op.body.get(name) for name in kind.refers)
    return next((world.records[each] for each in named if isinstance(each, str) and each in world.records), None)


def records_referred(op: Op) -> set[str]:
    """The records that a new one says it belongs to."""
    kind = op.known_kind
    if kind is None or op.verb != "create":
        return set()
    return {value for name in kind.refers if isinstance(value := op.body.get(name), str)}


def person_of(world: World, op: Op) -> str | None:
    """Whose record the op touches, as far as central knows."""
    standing = world.records.get(op.record_id) or entry_referred(world, op)
    return standing.person_id if standing is not None else person_named(op)


def refused_place(world: World, op: Op, partition: str) -> Problem | None:
    """Why the author may not write there now; None when they may, or wrote before they lost it.

    What a device had `seen` of a feed tells whether its officer could know of a leave; no clock of the
    device does. Central's own clock ends it 30 days after.
    """
    if decides(op):
        return refused_decision(world, op, partition)
    if asks_for_case(op) or decides_held(op):  # with their author, whatever they are about
        return refused_held(world, op) if decides_held(op) else refused_request(world, op)
    if files(op) and (undecided := refused_filing(world, op)) is not None:
        return undecided
    if not partition.startswith(_CASELOAD):  # a grant to read: central alone writes what a team or `agency` reads
        return problem("not-granted")
    taken_back = refused_withdrawal(world, op)
    if taken_back is not None:
        return taken_back
    grant = world.grants.get(partition)
    if grant is not None:
        if grant.until is None or grant.until > world.now:
            return None
        if world.now - grant.until <= LATE and op.seen <= grant.until_number:
            return None
    person = person_of(world, op)
    left = [
        leave
        for (old, who), leave in world.leaves.items()
        if who == person and old in world.grants and old != partition
    ]
    named = {op.record_id, *records_referred(op)}
    left += [
        leave
        for (old, record_id), leave in world.record_leaves.items()
        if record_id in named and old in world.grants and old != partition
    ]
    if any(op.seen < leave.number and world.now - leave.left_at <= LATE for leave in left):
        return None
    if _own_intake(world, op):
        return None
    if left or grant is not None:
        return problem("after-leave")
    return problem("not-granted")


def _own_intake(world: World, op: Op) -> bool:
    """Whether the op is about someone not listed whom its author met.

    Central may have given them to a colleague as they came, which the author could not know.
    """
    entry = entry_referred(world, op)
    return entry is not None and entry.kind == "intake" and author_of(world, entry.id) == op.author_id
