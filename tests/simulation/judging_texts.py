"""What officers typed stands, once, as it was typed, and they see it: invariants 1, 2, 12–14, 17 and 19."""

from __future__ import annotations

from typing import Any

import msgspec

from fieldpo.store.acting.stuck import PARENT_SET_ASIDE
from fieldpo.sync.protocol.body import KINDS, Merging
from fieldpo.sync.protocol.ops import Op

from .evidence import OnLaptop, Row, Seen
from .typed import Typed
from .verdict_words import APPLIED, OPEN, STATES, Found


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
    if any(each.laptop.cut_off for each in holders):
        return  # it stands there, and hears no more of central
    if not any(one.op_id in each.shown for each in holders):
        yield f"{one.text} ({one.kind}) has no verdict and no laptop shows it as not sent"
    if seen.at_rest:
        for each in holders:
            if each.ops[one.op_id]["state"] == "waiting":
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
    waits = [place for place in by if place != "quarantine released"]
    if verdict == "blocked" and waits != ["blocked"] and not (one.again and set(waits) == {"blocked"}):
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
        if not row["text"]:  # it went with its case, when central's backup had it: central asks who has the case now
            if row["state"] != ("done" if entry["verdict"] in ("accepted", "merged") else "answered"):
                yield f"{one.text} went with its case and is {row['state']} on {each.name}, which cannot show it"
            continue
        if row["state"] not in STATES[entry["verdict"]] and not _asked_about(each, one.op_id, entry):
            yield f"{one.text} is {entry['verdict']} at central and {row['state']} on {each.name}"
        if row["state"] in ("conflict", "rejected", "blocked", "parked") and one.op_id not in each.shown:
            yield f"{one.text} needs somebody's eye on {each.name} and is not shown"


def _asked_about(each: OnLaptop, op_id: str, entry: Row) -> bool:
    """What it belongs to was set aside, so central holds it for good: its officer is asked, or set it aside too."""
    row = each.ops[op_id]
    if entry["verdict"] != "blocked" or row["problem"] != PARENT_SET_ASIDE:
        return False
    replaced = any(op.supersedes == op_id for op in each.thawed.values())
    return row["state"] == "rejected" or (row["state"] == "answered" and not replaced)


def own_pending_edits_are_read(seen: Seen) -> Found:
    """12. A device always shows what its officer typed and central has not answered."""
    for each in seen.laptops:
        expected, gone = _typed_and_open(each)
        for record_id in sorted(expected.keys() - gone):
            standing = each.rows.get(record_id)
            if standing is not None:
                yield from _shows(each.name, standing, expected[record_id])
            elif not each.bases.get(record_id, {}).get("partition", "").startswith("left:"):
                yield f"{each.name} does not show {record_id}, which waits there"
            # else the case had left before central went back: its record comes with the reload


def _typed_and_open(each: OnLaptop) -> tuple[dict[str, dict[str, Any]], set[str]]:
    """What open ops say of each record's fields, and which records they take away."""
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
    return expected, gone


def _shows(laptop: str, standing: Row, values: dict[str, Any]) -> Found:
    spec = KINDS.get(standing["kind"])
    for name, value in values.items():
        shown = spec.value(standing["body"], name) if spec else standing["body"].get(name)
        if name not in (spec.sets if spec else ()) and shown != _cleaned(value):
            yield f"{laptop} shows {name} of {standing['id']} as {shown!r}, and {value!r} was typed"


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
            copy = each.copy_of(op.record_id)
            if copy is not None and {name: copy["body"].get(name) for name in op.body} != op.body:
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


def taking_back_ends_the_question(seen: Seen) -> Found:
    """14. An edit that lost and was taken back is asked about no more."""
    undone = {
        op.undoes: op_id
        for op_id, op in seen.central.ops.items()
        if op.undoes and op.verb == "edit" and op_id in seen.central.ledger
        if seen.central.ledger[op_id]["verdict"] in APPLIED
    }
    for row in seen.central.conflicts:
        asked = [row["op_id"], *(op_id for op_id, _ in msgspec.json.decode(row["earlier"]))]
        if row["closed_by"] is None and any(one in undone for one in asked):
            yield f"{row['field']} of {row['record_id']} is asked about, though the edit was taken back"


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
