"""Decides ops one after another against the working set: which may be applied, and in what order.

Pure but for the working set that it changes. Every op given gets an entry in `world.decided`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from fieldpo.central.deciding.apply import Outcome, apply
from fieldpo.central.deciding.groups import answers_only, lose_whole
from fieldpo.central.deciding.places import person_of, refused_place, target_partition
from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.succession import last_word, refused_succession, stand_in
from fieldpo.central.deciding.world import APPLIED, GROUP, RECORD, Entry, Quarantined, Received, ReviewItem, World
from fieldpo.sync.protocol.body import Merging
from fieldpo.sync.protocol.exchange import Problem, VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import MAX_GROUP_BYTES, MAX_GROUP_OPS, Op

_LONGEST_ID = 64
_PERSON = ("person_id",)


def record_wait(record_id: str) -> str:
    """What an op waits for that names a record which central does not have."""
    return RECORD + record_id


@dataclass(frozen=True)
class Together:
    """The ops of one group and the records that they make."""

    ops: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()


ALONE = Together()

RELEASED, REFUSED = "released", "refused"
"""How a person ends a group whose rest never came."""


def decide(world: World, ops: Sequence[Received]) -> None:
    """Decide the ops in their order, each group as one, and again those that waited for one of them."""
    waiting = units(ops)
    ready = waiting
    while ready:
        for unit in ready:
            decide_unit(world, unit)
        if all(_blocked(world, unit) for unit in ready):
            return
        waiting = [unit for unit in waiting if _blocked(world, unit)]
        ready = [unit for unit in waiting if _may_go_on(world, unit)]


def refuse_unit(world: World, unit: Sequence[Received], found: Problem) -> None:
    """Refuse an op or a whole group for a reason outside the rules."""
    for one in unit:
        _refuse(world, one, found)


def _blocked(world: World, unit: Sequence[Received]) -> bool:
    return world.decided[unit[0].op_id].verdict is VerdictKind.BLOCKED


def _may_go_on(world: World, unit: Sequence[Received]) -> bool:
    return not _missing(world, {wait for one in unit for wait in world.waits.get(one.op_id, ())})


def units(ops: Sequence[Received]) -> list[list[Received]]:
    """The ops as they are decided: one alone, or a whole group at the place of its last member."""
    groups: dict[str, list[Received]] = {}
    for one in ops:
        if one.op is not None and one.op.group_id is not None:
            groups.setdefault(one.op.group_id, []).append(one)
    made: list[list[Received]] = []
    for one in ops:
        group = groups.get(one.op.group_id) if one.op is not None and one.op.group_id else None
        if group is None:
            made.append([one])
        elif group[-1] is one:
            made.append(group)
    return made


def decide_unit(world: World, unit: Sequence[Received]) -> None:
    """Decide one op, or one group all or nothing."""
    first = unit[0].op
    if first is None or first.group_id is None:
        _decide_one(world, unit[0], ALONE)
        return
    if first.group_id in world.ended_groups:
        _decide_rest(world, unit, world.ended_groups[first.group_id])
        return
    size = first.group_size or 0
    large = size > MAX_GROUP_OPS or sum(len(one.text.encode()) for one in unit) > MAX_GROUP_BYTES
    if large or len(unit) > size or any(one.op and one.op.group_size != size for one in unit):
        for one in unit:
            _refuse(world, one, problem("group-size"))
        return
    if len(unit) < size:
        missing = problem("group-incomplete", f"{len(unit)} of {size}")
        for one in unit:
            _block(world, one, (GROUP + first.group_id,), missing)
        return
    _decide_group(world, unit)


def _decide_rest(world: World, unit: Sequence[Received], state: str) -> None:
    """Members of a group whose rest never came, once a person has ended it: each alone, or none."""
    for one in unit:
        if state == RELEASED:
            _decide_one(world, one, ALONE)
        else:
            _refuse(world, one, problem("group-refused", "its rest never came"))


def _decide_group(world: World, unit: Sequence[Received]) -> None:
    together = Together(
        frozenset(one.op_id for one in unit),
        frozenset(one.op.record_id for one in unit if one.op is not None and one.op.verb == "create"),
    )
    world.begin()
    for one in unit:
        _decide_one(world, one, together)
    decided = [world.decided[one.op_id] for one in unit]
    lost = {entry.op_id: entry.problem for entry in decided if entry.verdict is VerdictKind.CONFLICT}
    applied = all(entry.applied for entry in decided)
    if applied and not lost:
        world.keep()
        return
    waits = tuple({each for one in unit for each in world.waits.get(one.op_id, ())})
    world.take_back()
    if applied:
        for one in unit:
            _lose(world, one, lost)
        return
    culprits = {entry.op_id: entry.problem for entry in decided if entry.verdict is VerdictKind.REJECTED}
    for one in unit:
        if culprits:
            own = culprits.get(one.op_id)
            _refuse(world, one, own or problem("group-refused", op_id=next(iter(culprits))))
        else:
            _block(world, one, waits)


def _lose(world: World, one: Received, lost: Mapping[str, Problem | None]) -> None:
    """A member of a group of which another lost: it is not applied either, and all that it says is kept and asked."""
    op = one.op
    if op is None:
        return
    found = lost[one.op_id] if one.op_id in lost else problem("group-conflict", op_id=next(iter(lost)))
    partition, _ = target_partition(world, op)
    outcome = lose_whole(world, op, partition or caseload_partition(world.user_id))
    _accept(world, one, op, replace(outcome, problem=found))


def _decide_one(world: World, one: Received, group: Together) -> None:
    op = one.op
    if one.problem is not None or op is None:
        _refuse(world, one, one.problem or problem("unreadable"))
        return
    refused = _not_theirs(world, op)
    if refused is None and answers_only(world, op):
        _accept(world, one, op, Outcome(VerdictKind.ACCEPTED))
        return
    refused = refused or _forbidden(op) or refused_succession(world, op)
    if refused is not None:
        _refuse(world, one, refused)
        return
    if _undoes_nothing(world, op):
        world.put(world.settled, op.undoes or "", "undone")
        _accept(world, one, op, Outcome(VerdictKind.ACCEPTED))
        return
    missing = _missing(world, [each for each in _dependencies(op) if each not in group.ops])
    if missing:
        _block(world, one, missing)
        return
    partition, unknown = target_partition(world, op)
    if partition is None:
        _block(world, one, (record_wait(unknown),))
        return
    refused = refused_place(world, op, partition)
    if refused is not None:
        _refuse(world, one, refused)
        return
    absent = tuple(record_wait(each) for each in _absent(world, op, group))
    if absent:
        _block(world, one, absent)
        return
    outcome = apply(world, op, partition)
    if outcome.problem is not None and outcome.verdict is VerdictKind.REJECTED:
        _refuse(world, one, outcome.problem)
        return
    _accept(world, one, op, outcome)


def _not_theirs(world: World, op: Op) -> Problem | None:
    if op.device_id != world.device_id:
        return problem("wrong-device")
    if op.author_id != world.user_id:
        return problem("wrong-author")
    return None


def _forbidden(op: Op) -> Problem | None:
    kind, creates = op.known_kind, op.verb == "create"
    if kind is not None and kind.merging is Merging.CENTRAL:
        return problem("central-only")
    if kind is not None and kind.merging is Merging.INSERT and not creates:
        return problem("insert-only")
    if not creates:
        return None
    body = op.body
    for name in kind.ids if kind is not None else _PERSON:
        named = body.get(name)
        if named is not None and isinstance(named, str) and len(named) > _LONGEST_ID:
            return problem("invalid-body", f"{name} is no id")  # else it would wait for what can never come
    return None


def _dependencies(op: Op) -> list[str]:
    return [*op.deps, op.undoes] if op.undoes else op.deps


def _missing(world: World, waits: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in waits if not _satisfied(world, each))


def _satisfied(world: World, wait: str) -> bool:
    if wait.startswith(RECORD):
        return wait.removeprefix(RECORD) in world.records
    if wait.startswith(GROUP):
        return False
    entry = last_word(world, wait)
    return entry is not None and entry.verdict in APPLIED


def _undoes_nothing(world: World, op: Op) -> bool:
    """Whether the op takes back one that was never applied, so that there is nothing to do."""
    if op.undoes is None or (op.verb == "create" and op.record_kind != "withdrawal"):
        return False
    entry = last_word(world, op.undoes)
    return entry is not None and entry.verdict is VerdictKind.REJECTED


def _absent(world: World, op: Op, group: Together) -> list[str]:
    """Records that a new one refers to and central does not have; those of its own group come with it."""
    kind = op.known_kind
    if kind is None or op.verb != "create":
        return []
    named = (op.body.get(name) for name in kind.refers)
    return [each for each in named if isinstance(each, str) and each not in world.records and each not in group.records]


def _accept(world: World, one: Received, op: Op, outcome: Outcome) -> None:
    stand_in(world, op)
    world.put(
        world.decided,
        one.op_id,
        Entry(
            op_id=one.op_id,
            sha=one.sha,
            device_id=world.device_id,
            user_id=world.user_id,
            inbox=one.inbox,
            verdict=outcome.verdict,
            kind=op.kind,
            record_id=op.record_id,
            partition=outcome.partition,
            version=outcome.version,
            number=outcome.number,
            group_id=op.group_id,
            problem=outcome.problem,
            conflicts=outcome.conflicts,
        ),
    )


def _entry(world: World, one: Received, verdict: VerdictKind, found: Problem | None) -> Entry:
    op = one.op
    return Entry(
        op_id=one.op_id,
        sha=one.sha,
        device_id=world.device_id,
        user_id=world.user_id,
        inbox=one.inbox,
        verdict=verdict,
        kind=op.kind if op else "",
        record_id=op.record_id if op else None,
        group_id=op.group_id if op else None,
        problem=found,
    )


def _block(world: World, one: Received, waits: Iterable[str], why: Problem | None = None) -> None:
    stand_in(world, one.op)
    world.put(world.waits, one.op_id, tuple(waits))
    world.put(world.decided, one.op_id, _entry(world, one, VerdictKind.BLOCKED, why))


def _refuse(world: World, one: Received, found: Problem) -> None:
    op = one.op
    stand_in(world, op)
    home = caseload_partition(world.user_id)
    person = person_of(world, op) if op else None
    world.put(world.decided, one.op_id, _entry(world, one, VerdictKind.REJECTED, found))
    world.put(
        world.quarantined,
        (one.op_id, one.sha),
        Quarantined(home, one.op_id, one.sha, op.kind if op else "", op.record_id if op else None, person, found),
    )
    if found.type == "superseded":
        world.put(world.settled, one.op_id, "superseded")
    if found.type == "after-leave" and person is not None:
        item = ReviewItem(
            world.places.get(person, home), one.op_id, "after-leave", one.op_id, op.record_id if op else None, person
        )
        world.put(world.reviews, item.id, item)
