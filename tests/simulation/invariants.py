"""The twenty invariants of the sync, one function each: what is wrong, in sentences; empty when all is well.

5 and 6 are judged on every answer as it passes (`agency.Heard`); 1, 10 and 12 also in the middle of things; 18 and 20
compare whole runs (`test_simulation`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from sqlalchemy import text

from fieldpo.sync.protocol.body import KINDS, Merging
from fieldpo.sync.protocol.exchange import AGENCY, hash_text, record_digest
from fieldpo.sync.protocol.ops import Op, sha

from .evidence import OnLaptop, Row, Seen
from .typed import Typed

APPLIED = ("accepted", "merged", "conflict")
FINAL = (*APPLIED, "rejected")
OPEN = ("waiting", "blocked", "parked")
STATES = {
    "accepted": ("done",),
    "merged": ("done",),
    "conflict": ("conflict", "answered"),
    "rejected": ("rejected", "answered"),
    "blocked": ("blocked",),
}

Found = Iterator[str]


def text_shown_as_saved_exists(seen: Seen) -> Found:
    """1. On the device or at central, after whatever happened."""
    received = {row["op_id"] for row in seen.central.inbox}
    for one in seen.typed.standing():
        if not one.op_id:
            yield f"{one.text} was shown as saved on {one.laptop} and no op carries it"
        elif one.op_id not in received and not any(one.op_id in each.thawed for each in seen.laptops):
            yield f"{one.text} ({one.kind} of {one.laptop}) is neither on a laptop nor at central"


def each_text_once(seen: Seen) -> Found:
    """2. Applied exactly once, or in exactly one visible row."""
    for one in seen.typed.standing():
        entry = seen.central.ledger.get(one.op_id)
        if entry is None:
            yield from _still_on_a_laptop(seen, one)
        else:
            yield from _where_its_verdict_says(seen, one, entry)


def _still_on_a_laptop(seen: Seen, one: Typed) -> Found:
    holders = [each for each in seen.laptops if one.op_id in each.ops]
    if not any(one.op_id in each.shown for each in holders):
        yield f"{one.text} ({one.kind}) has no verdict and no laptop shows it as not sent"
    if seen.at_rest:
        for each in holders:
            state = each.ops[one.op_id]["state"]
            if state == "waiting" and not each.laptop.cut_off:
                yield f"{one.text} still waits on {each.name} after healing"


def _where_its_verdict_says(seen: Seen, one: Typed, entry: Row) -> Found:
    places = seen.central.places.get(one.text, [])
    by = [place for place, _ in places]
    standing = [record_id for place, record_id in places if place == "record"]
    verdict = entry["verdict"]
    if len(standing) > 1:
        yield f"{one.text} is applied {len(standing)} times"
    if verdict == "rejected" and standing and not one.again:
        yield f"{one.text} was rejected and stands in a record all the same"
    if verdict == "rejected" and not any(place.startswith("quarantine") for place in by):
        yield f"{one.text} was rejected and is not in quarantine"
    if verdict == "blocked" and by != ["blocked"]:
        yield f"{one.text} is blocked and stands in {by}"
    if verdict == "conflict" and _lost(seen, one, entry) and "conflict" not in by:
        yield f"{one.text} lost and no conflict row has it"
    if verdict in APPLIED and not _lost(seen, one, entry) and not standing and not _overtaken(seen, one, entry):
        yield f"{one.text} was {verdict} ({one.kind}) and stands nowhere: {by}"
    if seen.at_rest:
        yield from _told_on_the_device(seen, one, entry)


def _lost(seen: Seen, one: Typed, entry: Row) -> bool:
    """Whether the text is of a field that lost."""
    op = seen.central.ops.get(one.op_id)
    if entry["verdict"] != "conflict" or op is None:
        return False
    if op.verb != "edit":
        return True
    lost = {each["field"] for each in entry["conflicts"]}
    return one.text in _texts_of(op, lost)


def _texts_of(op: Op, fields: set[str]) -> str:
    edit = op.edit()
    kept = [[change.new for name, change in edit.fields.items() if name in fields]]
    kept.append([members for name, members in edit.add.items() if name in fields])
    return msgspec.json.encode(kept).decode()


def _overtaken(seen: Seen, one: Typed, entry: Row) -> bool:
    """Whether a later change took the text's place: of the record's own kind, or the record went."""
    spec = KINDS[one.kind.partition(".")[0]]
    if spec.merging is Merging.INSERT:
        return False
    standing = seen.central.records.get(one.record_id)
    if standing is None or standing["deleted"]:
        return standing is not None
    return bool(standing["version"] > entry["version"])


def _told_on_the_device(seen: Seen, one: Typed, entry: Row) -> Found:
    for each in seen.laptops:
        row = each.ops.get(one.op_id)
        if row is None or each.laptop.cut_off:
            continue
        if row["state"] not in STATES[entry["verdict"]]:
            yield f"{one.text} is {entry['verdict']} at central and {row['state']} on {each.name}"
        if row["state"] in ("conflict", "rejected", "blocked", "parked") and one.op_id not in each.shown:
            yield f"{one.text} needs somebody's eye on {each.name} and is not shown"


def one_op_id_one_sha(seen: Seen) -> Found:
    """3. The same bytes everywhere."""
    first: dict[str, str] = {}
    for row in seen.central.inbox:
        if first.setdefault(row["op_id"], row["sha"]) != row["sha"]:
            yield f"two shas came under {row['op_id']}"
        if sha(bytes(row["raw"]).decode()) != row["sha"]:
            yield f"the bytes of {row['op_id']} are not those of its sha"
    for each in seen.laptops:
        for op_id, row in each.ops.items():
            if row["text"] and first.get(op_id, sha(row["text"])) != sha(row["text"]):
                yield f"{op_id} has other bytes on {each.name} than at central"


def effect_if_and_only_if_verdict(seen: Seen) -> Found:
    """4. Each version of each record comes from a verdict or from central's own hand, and each verdict made one."""
    made: dict[str, set[int]] = {}
    for record_id, version in seen.agency.books.versions:
        made.setdefault(record_id, set()).add(version)
    for entry in seen.central.ledger.values():
        if entry["verdict"] in APPLIED and entry["version"]:
            made.setdefault(entry["record_id"], set()).add(entry["version"])
            standing = seen.central.records.get(entry["record_id"])
            if standing is None or standing["version"] < entry["version"]:
                yield f"{entry['op_id']} was {entry['verdict']} at version {entry['version']}, which does not stand"
    seeded = {row for row in seen.central.records if row.startswith("00000000-") or _is_caseload(seen, row)}
    for record_id, row in seen.central.records.items():
        known = made.get(record_id, set()) | ({1} if record_id in seeded else set())
        lacking = set(range(1, row["version"] + 1)) - known
        if lacking:
            yield f"{row['kind']} {record_id} has versions without a verdict: {sorted(lacking)}"
    for one in seen.central.inbox:
        if one["op_id"] not in seen.central.ledger and seen.at_rest:
            yield f"{one['op_id']} was received and has no verdict"


def _is_caseload(seen: Seen, record_id: str) -> bool:
    return bool(seen.central.records[record_id]["partition_id"] == AGENCY)


def retransmission_gets_the_first_verdict(seen: Seen) -> Found:
    """5. Within an epoch."""
    yield from (each for each in seen.agency.heard.broken if each.startswith("5:"))


def known_through_never_falls(seen: Seen) -> Found:
    """6. Within an epoch and incarnation."""
    yield from (each for each in seen.agency.heard.broken if each.startswith("6:"))


def acknowledged_only_with_a_stored_verdict(seen: Seen) -> Found:
    """7. What a device holds for done, central has decided so."""
    for each in seen.laptops:
        for op_id, row in each.ops.items():
            entry = seen.central.ledger.get(op_id)
            if row["state"] in ("done", "conflict", "rejected", "answered") and entry is None:
                if seen.at_rest and not each.laptop.cut_off:
                    yield f"{op_id} is {row['state']} on {each.name} and central has no verdict"
                elif not seen.rewritten:
                    yield f"{op_id} is {row['state']} on {each.name} before central decided it"


def no_child_before_its_parent(seen: Seen) -> Found:
    """8. What an op depends on was applied first."""
    for op_id, entry in seen.central.ledger.items():
        op = seen.central.ops.get(op_id)
        if op is None or entry["verdict"] not in APPLIED or not entry["version"]:
            continue  # version 0: it takes back what was never applied, and did nothing
        for dep in op.deps:
            parent = seen.central.ledger.get(_successor(seen, dep))
            if parent is None or parent["verdict"] not in APPLIED:
                yield f"{op_id} ({op.kind}) was applied and {dep}, which it depends on, was not"
            elif (
                parent["partition_id"] == entry["partition_id"]
                and 0 < entry["number"] < parent["number"]
                and entry["version"]
                and parent["record_id"] != entry["record_id"]
                and entry["number"] not in (0, parent["number"])
                and not seen.rewritten
                and _made_by(seen, parent)
            ):
                yield f"{op_id} ({op.kind}) was applied before {dep}, which it depends on"
        if op.verb == "create" and op.known_kind is not None:
            for name in op.known_kind.refers:
                named = op.body.get(name)
                if isinstance(named, str) and named not in seen.central.records:
                    yield f"{op_id} ({op.kind}) names {named} in {name}, which central does not have"


def _made_by(seen: Seen, entry: Row) -> bool:
    """Whether the op's number is of its own writing: one that found nothing to do carries the record's."""
    op = seen.central.ops[entry["op_id"]]
    return op.verb == "create" and entry["version"] == 1


def _successor(seen: Seen, op_id: str) -> str:
    for _ in range(100):
        if op_id not in seen.central.successors:
            break
        op_id = seen.central.successors[op_id]
    return op_id


def group_all_or_nothing(seen: Seen) -> Found:
    """9. At central and on the device."""
    groups: dict[str, dict[str, str]] = {}
    sizes: dict[str, int] = {}
    for op_id, op in seen.central.ops.items():
        entry = seen.central.ledger.get(op_id)
        if op.group_id is not None and entry is not None:
            verdict = entry["verdict"]
            groups.setdefault(op.group_id, {})[op_id] = "applied" if verdict in APPLIED else verdict
            sizes[op.group_id] = op.group_size or 0
    for group_id, members in groups.items():
        if len(set(members.values())) > 1:
            yield f"the group {group_id} is split: {sorted(members.values())}"
        if "applied" in members.values() and len(members) < sizes[group_id]:
            yield f"of the group {group_id} only {len(members)} of {sizes[group_id]} are applied"
    for each in seen.laptops:
        saved: dict[str, int] = {}
        for op in each.thawed.values():
            if op.group_id is not None:
                saved[op.group_id] = saved.get(op.group_id, 0) + 1
        for op in each.thawed.values():
            if op.group_id is not None and saved[op.group_id] != op.group_size:
                yield f"of the group {op.group_id} {each.name} has {saved[op.group_id]} of {op.group_size}"


def base_copy_equals_projection(seen: Seen) -> Found:
    """10. Record by record, up to the cursor."""
    for each in seen.laptops:
        for one in each.partitions.values():
            counter = seen.central.counters.get(one.id)
            if one.loading or not one.cursor or counter is None:
                continue
            if not seen.at_rest and (seen.rewritten or each.laptop.syncing):
                continue
            if each.laptop.cut_off and seen.rewritten:
                continue
            yield from _same_up_to(seen, each, one.id, one.number)


def _same_up_to(seen: Seen, each: OnLaptop, partition: str, number: int) -> Found:
    for record_id, row in seen.central.records.items():
        if row["partition_id"] != partition or row["number"] > number:
            continue
        copy = each.copy_of(record_id)
        if row["deleted"]:
            if copy is not None and copy["partition"] == partition:
                yield f"{each.name} still has {row['kind']} {record_id}, deleted at central"
        elif copy is None:
            yield f"{each.name} lacks {row['kind']} {record_id} of {partition} at {number}"
        elif copy["partition"] != partition:
            yield f"{each.name} has {row['kind']} {record_id} in {copy['partition']}, central in {partition}"
        elif (copy["version"], copy["body"]) != (row["version"], row["body"]):
            yield (
                f"{each.name} has {row['kind']} {record_id} at version {copy['version']} as {copy['body']}, "
                f"central at {row['version']} as {row['body']}"
            )
    yield from _no_more_than(seen, each, partition, number)


def _no_more_than(seen: Seen, each: OnLaptop, partition: str, number: int) -> Found:
    for record_id, row in each.rows.items():
        copy = each.copy_of(record_id)
        if copy is None or copy["partition"] != partition:
            continue
        there = seen.central.records.get(record_id)
        if there is None:
            yield f"{each.name} has {row['kind']} {record_id} as central's, and central has none"
        elif there["partition_id"] != partition:
            left = seen.central.leaves.get((partition, there["person_id"] or ""), 0)
            if left <= number:
                yield f"{each.name} still has {row['kind']} {record_id} in {partition}, which it left"


def hashes_equal_at_rest(seen: Seen) -> Found:
    """11. And the device's hash is that of its records at any time."""
    for each in seen.laptops:
        for one in each.partitions.values():
            if each.counted[one.id] != one.hash:
                yield f"{each.name}'s hash of {one.id} is not that of its records"
            counter = seen.central.counters.get(one.id)
            if seen.at_rest and not each.laptop.cut_off and counter is not None and one.hash != counter["hash"]:
                yield f"{each.name}'s hash of {one.id} is not central's"
        if each.laptop.reloads and not seen.rewritten:
            yield f"{each.name} loaded a partition again because the hashes differed"
    totals: dict[str, int] = {}
    for row in seen.central.records.values():
        if not row["deleted"]:
            digest = record_digest(row["id"], row["version"])
            totals[row["partition_id"]] = totals.get(row["partition_id"], 0) + digest
    for partition, row in seen.central.counters.items():
        if hash_text(totals.get(partition, 0)) != row["hash"]:
            yield f"central's hash of {partition} is not that of its records"


def own_pending_edits_are_read(seen: Seen) -> Found:
    """12. A device always shows what its officer typed and central has not answered."""
    for each in seen.laptops:
        expected: dict[str, dict[str, Any]] = {}
        gone: set[str] = set()
        for op_id, row in each.ops.items():
            op = each.thawed.get(op_id)
            if op is None or row["state"] not in OPEN:
                continue
            if op.verb == "delete":
                gone.add(op.record_id)
            elif op.verb == "create":
                gone.discard(op.record_id)
                if not op.resolves and not op.undoes:  # those may find that central has it
                    expected.setdefault(op.record_id, {}).update(op.body)
            else:
                changes = {name: change.new for name, change in op.edit().fields.items()}
                expected.setdefault(op.record_id, {}).update(changes)
        for record_id, values in expected.items():
            standing = each.rows.get(record_id)
            if record_id in gone:
                continue
            if standing is None:
                yield f"{each.name} does not show {record_id}, which waits there"
                continue
            spec = KINDS.get(standing["kind"])
            for name, value in values.items():
                shown = spec.value(standing["body"], name) if spec else standing["body"].get(name)
                if name not in (spec.sets if spec else ()) and shown != _cleaned(value):
                    yield f"{each.name} shows {name} of {record_id} as {shown!r}, and {value!r} was typed"


def _cleaned(value: Any) -> Any:
    """As the officer saw it, where an older program did not clean what it froze."""
    return value.replace("\x07", "") if isinstance(value, str) else value


def note_bytes_never_change(seen: Seen) -> Found:
    """13. An entry written once stands everywhere as it was frozen."""
    for op_id, entry in seen.central.ledger.items():
        op = seen.central.ops.get(op_id)
        if op is None or op.known_kind is None or op.known_kind.merging is not Merging.INSERT:
            continue
        if entry["verdict"] not in APPLIED or op.verb != "create" or not entry["version"]:
            continue
        standing = seen.central.records.get(op.record_id)
        if standing is None:
            yield f"{op.kind} {op_id} was accepted and is not there"
            continue
        kept = {name: value for name, value in standing["body"].items() if name in op.body}
        if kept != op.body:
            yield f"{op.kind} {op_id} reads other at central than it was typed"
        for each in seen.laptops:
            row = each.rows.get(op.record_id)
            if row is not None and {name: row["body"].get(name) for name in op.body} != op.body:
                yield f"{op.kind} {op_id} reads other on {each.name} than it was typed"


def every_losing_value_can_be_fetched(seen: Seen) -> Found:
    """14. From its conflict row."""
    for op_id, entry in seen.central.ledger.items():
        for lost in entry["conflicts"] if entry["verdict"] == "conflict" else ():
            values = []
            for row in seen.central.conflicts:
                if row["id"] == lost["conflict_id"] and row["field"] == lost["field"]:
                    values.append(msgspec.json.decode(row["yours"]))
                    values.extend(value for _, value in msgspec.json.decode(row["earlier"]))
            if lost.get("yours") not in values:
                yield f"the losing {lost['field']} of {op_id} cannot be fetched"


def one_bad_op_delays_no_other(seen: Seen) -> Found:
    """15. What depends on no bad op has its final verdict."""
    if not seen.at_rest:
        return
    bad = {op_id for op_id, entry in seen.central.ledger.items() if entry["verdict"] == "rejected"}
    for each in seen.laptops:
        bad |= {op_id for op_id, row in each.ops.items() if row["state"] == "parked"}
        if each.laptop.cut_off:
            bad |= {op_id for op_id, row in each.ops.items() if row["state"] in OPEN}
    waits = {row["op_id"]: set[str]() for row in seen.central.waiting}
    for row in seen.central.waiting:
        waits[row["op_id"]].add(row["waits_for"])
    for op_id, entry in seen.central.ledger.items():
        if entry["verdict"] == "blocked" and not _has_reason(seen, op_id, bad, waits, set()):
            yield f"{op_id} is blocked by nothing bad: it waits for {sorted(waits.get(op_id, ()))}"


def _has_reason(seen: Seen, op_id: str, bad: set[str], waits: dict[str, set[str]], met: set[str]) -> bool:
    """Whether something that an op waits for is bad, or is not at central and on no laptop to come."""
    if op_id in met:
        return False
    met.add(op_id)
    for each in waits.get(op_id, ()):
        head, _, rest = each.partition(":")
        if head == "group":
            members = [one for one, op in seen.central.ops.items() if op.group_id == rest]
            parked = any(op.group_id == rest and one in bad for held in seen.laptops for one, op in held.thawed.items())
            if parked or any(one in bad for one in members) or _lost_with_a_disk(seen, rest):
                return True
            continue
        if head == "record":
            if rest in seen.central.records:
                continue
            makers = [one for one, op in seen.central.ops.items() if op.record_id == rest and op.verb == "create"]
            if not makers:
                return True
        else:
            makers = [_successor(seen, each)]
        for maker in makers:
            entry = seen.central.ledger.get(maker)
            if maker in bad or entry is None:
                return True
            if entry["verdict"] == "blocked" and _has_reason(seen, maker, bad, waits, met):
                return True
    return False


def _lost_with_a_disk(seen: Seen, _: str) -> bool:
    return seen.rewritten


def nothing_readable_after_leaving(seen: Seen) -> Found:
    """16. After leave or revocation, once nothing of the officer's waits on it."""
    if not seen.at_rest:
        return
    for each in seen.laptops:
        if each.laptop.cut_off:
            continue
        granted = set(seen.central.granted[each.laptop.user])
        unsettled = {"waiting", "blocked", "parked", "conflict", "rejected"}
        kept = {row["person_id"] for row in each.ops.values() if row["state"] in unsettled}
        own = {row["record_id"] for row in each.ops.values() if row["state"] in unsettled}
        for record_id, row in each.rows.items():
            if row["partition"] in granted or row["person_id"] in kept | each.drafts or record_id in own:
                continue
            yield f"{each.name} still has {row['kind']} {record_id} of {row['partition']}, which it may not read"
        yield from _searchable(seen, each)


def _searchable(seen: Seen, each: OnLaptop) -> Found:
    """The index holds nothing that no row holds."""
    there = {one for row in each.rows.values() for one in _texts(row["body"])}
    vault = each.laptop.look_into()
    with vault.reading() as connection:
        ids = set(connection.scalars(text("SELECT record_id FROM search_row")))
        for one in seen.typed.standing():
            hits = connection.scalar(text("SELECT count(*) FROM search WHERE search MATCH :text"), {"text": one.text})
            if hits and one.text not in there:
                yield f"{each.name} still finds {one.text} by search"
        for record_id in ids - each.rows.keys():
            yield f"{each.name}'s index names {record_id}, which it does not have"


def _texts(body: Any) -> list[str]:
    from .typed import texts_in

    return texts_in(body)


def restored_central_loses_nothing(seen: Seen) -> Found:
    """17. As 2, after central went back to a backup."""
    if seen.agency.epochs > 1:
        yield from each_text_once(seen)


def nothing_attributed_to_another(seen: Seen) -> Found:
    """19. Every op, verdict and entry is its author's."""
    for one in seen.typed.standing():
        entry = seen.central.ledger.get(one.op_id)
        if entry is not None and entry["user_id"] != one.user:
            yield f"{one.text} of {one.user} stands in the ledger as {entry['user_id']}'s"
        row = seen.central.records.get(one.record_id)
        if one.kind.endswith(".create") and row is not None and row["body"].get("officer_id", one.user) != one.user:
            yield f"{one.text} of {one.user} stands as an entry of {row['body']['officer_id']}"
    for op_id, op in seen.central.ops.items():
        entry = seen.central.ledger.get(op_id)
        if entry is not None and entry["verdict"] in APPLIED and op.author_id != entry["user_id"]:
            yield f"{op_id} of {op.author_id} was applied as {entry['user_id']}'s"


ALWAYS: tuple[Callable[[Seen], Found], ...] = (
    text_shown_as_saved_exists,
    one_op_id_one_sha,
    retransmission_gets_the_first_verdict,
    known_through_never_falls,
    acknowledged_only_with_a_stored_verdict,
    base_copy_equals_projection,
    own_pending_edits_are_read,
)
"""True in the middle of things too."""

AT_REST: tuple[Callable[[Seen], Found], ...] = (
    *ALWAYS,
    each_text_once,
    effect_if_and_only_if_verdict,
    no_child_before_its_parent,
    group_all_or_nothing,
    hashes_equal_at_rest,
    note_bytes_never_change,
    every_losing_value_can_be_fetched,
    one_bad_op_delays_no_other,
    nothing_readable_after_leaving,
    restored_central_loses_nothing,
    nothing_attributed_to_another,
)
"""True after healing. 18 and 20 compare runs."""
