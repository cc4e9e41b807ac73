"""What central holds for a person, and what became of each decision on it, by the checker's own list. Invariants 4, 10.

What central did in a supervisor's name is read from the log of its own hand, and from the witness in its database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.ops import Op

from .cast import WHITFIELD
from .evidence import Row, Seen
from .typed import Decided
from .verdict_words import APPLIED, Found

_BECAME = {"match": "matched", "create": "created", "refuse": "refused"}


def decided_is_carried_out_once(seen: Seen) -> Found:
    """4. What a supervisor decided is done, once and as it was said, or has come back to be decided anew."""
    central = seen.central
    for record_id in central.decisions.keys() - seen.typed.decided.keys():
        yield f"central keeps a decision {record_id} that nobody made"
    for record_id, said in seen.typed.decided.items():
        ops = [op_id for op_id, op in central.ops.items() if op.record_id == record_id]
        taken = any(central.ledger.get(one, {}).get("verdict") in APPLIED for one in ops)
        row = central.decisions.get(record_id)
        if taken != (row is not None):
            yield f"the decision {record_id} was {'taken and not kept' if taken else 'kept and not taken'}"
        if row is not None:
            yield from _kept_as_said(seen, said, row)
    for what in sorted({_unit(central.ops[row["held_op_id"]]) for row in central.decisions.values()}):
        every = [row for row in central.decisions.values() if _unit(central.ops[row["held_op_id"]]) == what]
        times, wanted = _by_hand(seen, what), sum(row["state"] == "done" for row in every)
        if times != wanted:
            yield f"central did something about {what} {times} times, and says that {wanted} decisions are done"


def _kept_as_said(seen: Seen, said: Decided, row: Row) -> Found:
    if (row["held_op_id"], row["decision"]) != (said.held_op, said.decision):
        yield f"{said} is kept as {row['decision']} of {row['held_op_id']}"
    if row["state"] == "undone":
        yield f"{said} was taken and is forgotten"
    elif row["state"] == "failed" and not row["trouble"]:
        yield f"{said} could not be carried out, and nobody is told why"
    elif row["state"] == "done":
        yield from _stands(seen, said)


def _unit(op: Op) -> str:
    """What is decided on at once: a group, or an entry alone."""
    return op.group_id or op.op_id


def _by_hand(seen: Seen, what: str) -> int:
    """How often central's log says that it decided something about an entry, or a group, in the supervisor's name."""
    its = [op for op in seen.central.ops.values() if _unit(op) == what]
    names = {what, *(op.op_id for op in its), *(op.record_id for op in its if op.record_kind == "intake")}
    mine = [row for row in seen.central.log if row.who == WHITFIELD.id]
    acts = ("quarantine ", "group ", "intake ")
    return sum(row.what.startswith(acts) and row.subject.partition(" ")[0] in names for row in mine)


def _stands(seen: Seen, said: Decided) -> Found:
    """Whether what was decided, and is done, is so."""
    central, op = seen.central, seen.central.ops[said.held_op]
    if op.record_kind == "intake":
        yield from _settled_so(seen, said, op)
        return
    if said.decision == "refuse" and central.ledger[op.op_id]["verdict"] in APPLIED:
        yield f"{op.op_id} was refused for good and is applied"
    states = {row["state"] for row in central.quarantine if row["op_id"] == op.op_id}
    if central.ledger[op.op_id]["verdict"] != "rejected":
        if "open" in states:
            yield f"{said.decision} of {op.op_id} is done, and it is open in quarantine"
    elif said.decision == "release" and states <= {"released"} and op.op_id not in central.successors:
        yield f"{op.op_id} was released and is refused, and nobody is asked about it"


def _settled_so(seen: Seen, said: Decided, op: Op) -> Found:
    persons = [person for intake, person in settled(seen) if intake == op.record_id]
    if said.decision == "refuse":
        if persons:
            yield f"the intake {op.record_id} was refused, and given to {persons}"
    elif len(persons) != 1 or (said.decision == "match" and persons != [said.whom]):
        yield f"the intake {op.record_id} was given to {persons}, and decided on by {said}"
    if said.decision == "create" and len(persons) == 1:
        made = [one for one in seen.central.wrote if one.person_id == persons[0] and one.version == 1]
        kinds = [one.kind for one in made if one.kind in ("person", "case")]
        if kinds != ["person", "case"] or {one.place for one in made} != {caseload_partition(said.whom)}:
            yield f"of the intake {op.record_id} was made {made}, for {said.whom}"
    told = [row for row in seen.central.records.values() if row["body"].get("intake_id") == op.record_id]
    if [row["body"]["became"] for row in told] != [_BECAME[said.decision]]:
        yield f"what became of {op.record_id} by {said} is told as {[row['body'] for row in told]}"
    author = seen.central.ledger[op.op_id]["user_id"]
    for each in seen.laptops:
        if each.laptop.user == author and not each.laptop.cut_off and any(row["id"] not in each.rows for row in told):
            yield f"{each.name} has not heard what became of {op.record_id}"


def settled(seen: Seen) -> Iterator[tuple[str, str]]:
    """Each time that central's own hand gave someone not listed to a person: the intake, and the person."""
    for one in seen.central.wrote:
        if one.kind == "intake" and one.person_id is not None:
            yield one.record_id, one.person_id


def nobody_is_given_away_unasked(seen: Seen) -> Found:
    """4. Someone not listed is given to a person once, as somebody decided, or as the ID says that they told."""
    every = list(settled(seen))
    for intake, person in every:
        if sum(one == intake for one, _ in every) > 1:
            yield f"the intake {intake} was given away more than once"
        if not _by_decision(seen, intake, person):
            yield f"the intake {intake} was given to {person}, and nobody said so"
    persons = {person for _, person in every}
    for one in seen.central.wrote:
        if one.kind == "person" and one.version == 1 and one.record_id not in persons:
            yield f"central made the person {one.record_id} of nobody"


def of_decisions(seen: Seen) -> set[tuple[str, int]]:
    """The versions that central's own hand wrote because of such decisions."""
    given = dict(settled(seen))
    persons = set(given.values())
    found = set()
    for one in seen.central.wrote:
        entry = seen.central.records.get(one.record_id, {}).get("body", {}).get("entry_id")
        hangs = one.kind in ("withdrawal", "addendum") and given.get(entry, "") == one.person_id
        if one.record_id in given or hangs or (one.version == 1 and one.person_id in persons):
            found.add((one.record_id, one.version))
    return found


def _by_decision(seen: Seen, intake: str, person: str) -> bool:
    if seen.agency.books.settled.get(intake) == person:
        return True
    made = any(one.record_id == person and one.kind == "person" for one in seen.central.wrote)
    for record_id, row in seen.central.decisions.items():
        said = seen.typed.decided.get(record_id)
        if row["state"] == "done" and said is not None and seen.central.ops[said.held_op].record_id == intake:
            return said.whom == person if said.decision == "match" else made
    told = seen.central.records[intake]["body"].get("agency_id")
    return bool(told) and told in seen.central.records[person]["body"].get("agency_ids", {}).values()


def supervisor_sees_what_is_held(seen: Seen) -> Found:
    """10. Each entry that waits for a person is shown to the supervisor whose it is, with why the last try failed."""
    for each in seen.laptops:
        if not seen.at_rest or each.laptop.cut_off or not seen.agency.books.supervises(each.laptop.user):
            continue
        rows = [row for row in each.rows.values() if row["kind"] == "held_item" and not row["hidden"]]
        shown = {row["body"]["op_id"]: row["body"] for row in rows}
        wanted = set(_held(seen))
        if shown.keys() != wanted or len(rows) != len(shown):
            yield f"{each.name} shows as held {sorted(shown)}, and {sorted(wanted)} wait"
        for op_id, body in shown.items():
            last = [row for row in seen.central.decisions.values() if row["held_op_id"] == op_id]
            tries = sorted(last, key=lambda row: str(row["decided_at"]))
            if body.get("trouble", "") != (tries[-1]["trouble"] if tries else ""):
                yield f"{each.name} shows of {op_id} the trouble {body.get('trouble')!r}, and {tries} were tried"


def _held(seen: Seen) -> Iterator[str]:
    """The first op of everything that waits for a decision of the team's supervisor."""
    central, team = seen.central, seen.agency.books.team
    withdrawn = {
        row["body"]["entry_id"]
        for row in central.records.values()
        if row["kind"] == "withdrawal" and not row["deleted"] and "entry_id" in row["body"]
    }
    over = _refused(seen)
    groups: set[str] = set()
    for op_id in (row["op_id"] for row in sorted(central.inbox, key=lambda row: int(row["number"]))):
        op, entry = central.ops.get(op_id), central.ledger.get(op_id)
        if op is None or entry is None:
            continue
        if _waits_for_rest(seen, op, entry):
            if entry["user_id"] in team and op.group_id not in groups:
                yield op_id
            groups.add(op.group_id or "")
        elif op.record_id in withdrawn or op_id in over:
            continue
        elif op.kind == "intake.create" and entry["verdict"] in APPLIED:
            standing = central.records[op.record_id]
            if standing["person_id"] is None and not standing["deleted"] and entry["user_id"] in team:
                yield op_id
        elif entry["problem"] == "after-leave" and entry["verdict"] == "rejected" and op_id not in central.successors:
            place = _case_of(central.records, op)
            if place is not None and {place, entry["user_id"]} & team:
                yield op_id


def _waits_for_rest(seen: Seen, op: Op, entry: Row) -> bool:
    waits = {row["waits_for"] for row in seen.central.waiting if row["op_id"] == op.op_id}
    return entry["verdict"] == "blocked" and f"group:{op.group_id}" in waits


def _case_of(records: Mapping[str, Row], op: Op) -> str | None:
    """Who has the case that an entry is about."""
    standing: Any = records.get(op.record_id) or records.get(str(op.body.get("entry_id")))
    person = standing["person_id"] if standing is not None else op.body.get("person_id")
    place = records.get(str(person))
    return str(place["partition_id"]).removeprefix("caseload:") if place is not None else None


def _refused(seen: Seen) -> set[str]:
    """The ops that were refused for good, at the shell or by a supervisor, or taken back by their officer."""
    intakes = {op.record_id: op_id for op_id, op in seen.central.ops.items() if op.record_kind == "intake"}
    found = {intakes.get(one, one) for one in seen.agency.books.refused}
    taken_back = {op.undoes: op_id for op_id, op in seen.central.ops.items() if op.undoes}
    found |= {one for one, by in taken_back.items() if seen.central.ledger.get(by, {}).get("verdict") in APPLIED}
    for record_id, row in seen.central.decisions.items():
        said = seen.typed.decided.get(record_id)
        if row["state"] == "done" and said is not None and said.decision == "refuse":
            found.add(said.held_op)
    return found
