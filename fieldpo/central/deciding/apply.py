"""What one op does to the record it names: create, edit or delete, with what is lost kept as conflict rows."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from fieldpo.central.deciding.conflicts import close_answered, keep_losses, resolve
from fieldpo.central.deciding.held_rules import decides_held, held_op
from fieldpo.central.deciding.intake_told import KIND, MATCHED, called, outcome
from fieldpo.central.deciding.places import entry_referred
from fieldpo.central.deciding.refusals import problem
from fieldpo.central.deciding.team_rules import subject_of
from fieldpo.central.deciding.world import ReviewItem, Standing, World
from fieldpo.sync.protocol.body import Body, Json, Kind, Merging
from fieldpo.sync.protocol.exchange import FieldConflict, Problem, VerdictKind, case_partition, caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.merge import Loss, merge_edit
from fieldpo.sync.protocol.ops import Edit, Op


class Outcome(msgspec.Struct, frozen=True):
    """What became of an op, and the record's place after it."""

    verdict: VerdictKind
    partition: str = ""
    version: int = 0
    number: int = 0
    problem: Problem | None = None
    conflicts: tuple[FieldConflict, ...] = ()


def apply(world: World, op: Op, partition: str) -> Outcome:
    """Apply an op that may act in the partition. Changes the working set unless it answers `rejected`."""
    standing, verb = world.records.get(op.record_id), op.verb
    if standing is not None and standing.kind != op.record_kind:
        return _rejected("wrong-kind")
    if verb == "create":
        return _create(world, op, partition, standing)
    if standing is None:
        return _rejected("not-applicable", "the record is not there")
    if verb == "edit":
        return _edit(world, op, standing)
    return _delete(world, op, standing)


def kind_of(op: Op) -> Kind:
    """The kind's declaration, or for an unknown kind one whose fields merge each on its own."""
    return op.known_kind or Kind(op.record_kind, Body, Merging.FIELDS)


def _rejected(code: str, detail: str = "") -> Outcome:
    return Outcome(VerdictKind.REJECTED, problem=problem(code, detail))


def _done(standing: Standing, verdict: VerdictKind = VerdictKind.ACCEPTED) -> Outcome:
    return Outcome(verdict, standing.partition, standing.version, standing.number)


def _invalid(op: Op, body: dict[str, Json]) -> Outcome | None:
    kind = op.known_kind
    if kind is None:
        return None
    try:
        kind.check(body)
    except msgspec.ValidationError as refused:
        return _rejected("invalid-body", str(refused))
    return None


def _create(world: World, op: Op, partition: str, standing: Standing | None) -> Outcome:
    again = standing is not None and standing.deleted and (op.resolves or op.undoes) is not None
    if standing is not None and not standing.deleted and op.undoes is not None:
        close_answered(world, op, standing, Edit())  # the removal that it takes back had lost: the record stands
        return _done(standing)
    if standing is not None and not again:
        return _rejected("already-exists")
    if standing is not None and op.record_kind != "person" and op.body.get("person_id") != standing.person_id:
        return _rejected("fixed-field")
    invalid = _invalid(op, op.body)
    if invalid is not None:
        return invalid
    body, person = op.body, op.body.get("person_id") or _entrys_person(world, op)
    if op.record_kind == "person":
        person = op.record_id
        world.put(world.places, op.record_id, partition)
        world.put(world.new_places, op.record_id, partition)
    elif op.record_kind == "intake":
        body, person, partition = _matched(world, op, partition)
    version = standing.version if standing is not None else 0
    made = world.write(
        Standing(
            id=op.record_id,
            kind=op.record_kind,
            partition=partition,
            person_id=person if isinstance(person, str) else None,
            version=version + 1,
            number=0,
            writer=world.life,
            writer_since=version,
            deleted=False,
            body=body,
        ),
        clean=body is op.body,
    )
    subject = subject_of(op)
    if subject is not None:
        world.put(world.cases_shown, op.op_id, case_partition(subject))
    if decides_held(op):
        world.put(world.held_decisions, held_op(op), (op.record_id, str(op.body.get("decision"))))
    resolve(world, op)
    return _done(made, VerdictKind.ACCEPTED if body is op.body else VerdictKind.MERGED)


def _entrys_person(world: World, op: Op) -> str | None:
    """The person of the entry that an op without one refers to, as a withdrawal does."""
    entry = entry_referred(world, op)
    return entry.person_id if entry is not None else None


def _matched(world: World, op: Op, partition: str) -> tuple[dict[str, Json], str | None, str]:
    """An intake with the person that its agency ID means; without one the supervisor's queue has it.

    An ID that an officer alone has typed on a person means nobody: else whoever types it first would get what others
    write about someone else.
    """
    named = op.body.get("agency_id") or ""
    matches = world.by_agency_id.get(named, ()) if named else ()
    if len(matches) == 1 and matches[0] in world.places:
        _tell_matched(world, op, world.places[matches[0]])
        return {**op.body, "person_id": matches[0]}, matches[0], world.places[matches[0]]
    reason = "intake-ambiguous" if matches else "intake-claimed" if named in world.claimed_ids else "intake-unmatched"
    home = caseload_partition(world.user_id)
    world.put(world.reviews, op.record_id, ReviewItem(home, op.record_id, reason, op.op_id, op.record_id, None))
    body = {name: value for name, value in op.body.items() if name != "person_id"}
    return (op.body if len(body) == len(op.body) else body), None, partition


def _tell_matched(world: World, op: Op, place: str) -> None:
    """Who met them reads in the own caseload what became of it: the intake itself stands with the person."""
    name = called(str(op.body.get("family_name") or ""), str(op.body.get("given_name") or ""))
    body = outcome(op.record_id, name, MATCHED, world.now, place)
    world.write(
        Standing(
            id=new_id(),
            kind=KIND,
            partition=caseload_partition(world.user_id),
            person_id=None,
            version=1,
            number=0,
            writer="central",
            writer_since=0,
            deleted=False,
            body=body,
        ),
        clean=False,
    )


def _edit(world: World, op: Op, standing: Standing) -> Outcome:
    kind = kind_of(op)
    try:
        edit = op.edit()
    except msgspec.ValidationError as refused:
        return _rejected("invalid-body", str(refused))
    named = {*edit.fields, *edit.add, *edit.remove}
    if "person_id" in named:
        return _rejected("fixed-field")
    if op.known_kind is not None and (
        not all(name in kind.sets for name in (*edit.add, *edit.remove) if name in kind.fields)
    ):
        return _rejected("invalid-body", "only sets take additions and removals")
    if op.undoes is not None:
        edit = close_answered(world, op, standing, edit)
    if standing.deleted:
        return _edit_deleted(world, op, standing, edit)
    merged = merge_edit(kind, standing.body, edit)
    invalid = _invalid(op, merged.body) if merged.changed else None
    if invalid is not None:
        return invalid
    lost = keep_losses(world, op, standing, kind, merged.lost, edit)
    resolve(world, op)
    clean = standing.clean_for(world.life, op.base_version) and not lost
    after = _changed(world, standing, merged.body, clean=clean) if merged.changed else standing
    if lost:
        return replace(_done(after, VerdictKind.CONFLICT), conflicts=lost)
    return _done(after, VerdictKind.ACCEPTED if clean else VerdictKind.MERGED)


def _changed(
    world: World, standing: Standing, body: dict[str, Json], *, clean: bool, deleted: bool = False
) -> Standing:
    alone = standing.writer == world.life
    return world.write(
        replace(
            standing,
            version=standing.version + 1,
            writer=world.life,
            writer_since=standing.writer_since if alone else standing.version,
            deleted=deleted,
            body=body,
        ),
        clean=clean,
    )


def _edit_deleted(world: World, op: Op, standing: Standing, edit: Edit) -> Outcome:
    """An edit against a deletion: nothing is applied, everything typed is kept and asked about."""
    typed = [Loss(name, change.old, change.new, None) for name, change in edit.fields.items()]
    sets = {*edit.add, *edit.remove}
    typed += [
        Loss(name, None, {"add": edit.add.get(name, []), "remove": edit.remove.get(name, [])}, None) for name in sets
    ]
    lost = keep_losses(world, op, standing, kind_of(op), tuple(typed), edit)
    resolve(world, op)
    if not lost:
        return _done(standing)
    return replace(_done(standing, VerdictKind.CONFLICT), conflicts=lost, problem=problem("record-deleted"))


def _delete(world: World, op: Op, standing: Standing) -> Outcome:
    if standing.deleted:
        resolve(world, op)
        return _done(standing)
    if op.resolves is None and not standing.clean_for(world.life, op.base_version):
        lost = keep_losses(
            world,
            op,
            standing,
            kind_of(op),
            (Loss("deleted", False, True, False),),
            Edit(),
        )
        return replace(_done(standing, VerdictKind.CONFLICT), conflicts=lost, problem=problem("changed-since"))
    resolve(world, op)
    return _done(_changed(world, standing, standing.body, clean=True, deleted=True))
