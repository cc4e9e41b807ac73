"""Ops and their verdicts: bytes, effects, order, groups and what waits. Invariants 3–9 and 15."""

from __future__ import annotations

import datetime as dt

from fieldpo.sync.protocol.exchange import AGENCY
from fieldpo.sync.protocol.ops import sha

from .cast import TEAM, WHITFIELD
from .evidence import Row, Seen
from .judging_held import of_decisions
from .verdict_words import APPLIED, OPEN, Found

_A_MONTH = dt.timedelta(days=30)


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
    for record_id, version in seen.agency.books.versions | of_decisions(seen):
        made.setdefault(record_id, set()).add(version)
    for entry in seen.central.ledger.values():
        if entry["verdict"] in APPLIED and entry["version"]:
            made.setdefault(entry["record_id"], set()).add(entry["version"])
            standing = seen.central.records.get(entry["record_id"])
            if standing is None or standing["version"] < entry["version"]:
                yield f"{entry['op_id']} was {entry['verdict']} at version {entry['version']}, which does not stand"
    seeded = {row for row in seen.central.records if row.startswith("00000000-") or _is_caseload(seen, row)}
    # What became of someone not listed is central's own word, put beside the verdict on the intake.
    seeded |= {key for key, row in seen.central.records.items() if row["kind"] == "intake_outcome"}
    for record_id, row in seen.central.records.items():
        if row["partition_id"] == TEAM:  # copies, which central alone makes and takes away
            continue
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
        if group_id in seen.central.ended_groups:
            continue
        held = "applied" not in members.values() and not seen.released.isdisjoint(members)
        if len(set(members.values())) > 1 and not held:  # a group of which one was released waits for the others
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


def what_is_replaced_is_not_applied(seen: Seen) -> Found:
    """2. What an officer typed anew stands in the place of what came back, unless the agency let that out."""
    for op_id, op in seen.central.ops.items():
        first = seen.central.ops.get(op.supersedes or "")
        if first is None or first.deps or first.group_id or first.op_id in seen.released:
            continue
        if seen.central.ledger.get(first.op_id, {}).get("verdict") in APPLIED and op_id in seen.central.ledger:
            yield f"{first.op_id} ({first.kind}) is applied, and {op_id} stands in its place"


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
            if parked or any(one in bad for one in members) or seen.rewritten:
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


def refused_as_too_late_only_if_so(seen: Seen) -> Found:
    """16. What was written before its laptop could know of the leave is not refused for it, within a month."""
    for op_id, entry in seen.central.ledger.items():
        op = seen.central.ops.get(op_id)
        if entry["problem"] != "after-leave" or op is None or seen.rewritten:
            continue
        row = seen.central.records.get(op.record_id)
        person = row["person_id"] if row else op.body.get("person_id")
        leaves = list(seen.agency.books.leaves.get(person or "", []))
        for one in (op.record_id, op.body.get("entry_id")):  # someone not listed who was matched
            leaves += seen.central.record_leaves.get(str(one), [])
        elsewhere = entry["user_id"] in seen.agency.books.covered | {WHITFIELD.id}
        too_late = seen.agency.now() - _A_MONTH  # it may have come early, and waited for others
        if not elsewhere and not any(op.seen >= number or at < too_late for number, at in leaves):
            yield f"{op_id} ({op.kind}) was written at {op.seen}, before {person} left at {leaves}, and refused for it"
