"""Every reason for which central refuses an op: the codes of docs/sync-contract.md with their titles."""

from __future__ import annotations

from fieldpo.sync.protocol.exchange import Problem

TITLES = {
    "unreadable": "The entry cannot be read as an op",
    "too-large": "The entry is larger than an op may be",
    "control-characters": "The entry holds control characters",
    "wrong-device": "The entry names another device",
    "wrong-author": "The entry names another author",
    "unknown-verb": "The entry asks for something that central does not do",
    "invalid-body": "The entry does not fit its kind of record",
    "central-only": "Only central writes this kind of record",
    "insert-only": "This kind of record is never changed: add an addendum or withdraw it",
    "fixed-field": "A record stays with its person",
    "already-exists": "A record with this id stands already",
    "wrong-kind": "The record is of another kind",
    "not-granted": "The person is not in a caseload of yours",
    "after-leave": "The person had left your caseload when this was written",
    "superseded": "A newer entry stands in this one's place",
    "already-superseded": "Another entry stands in that one's place already",
    "already-applied": "The entry that this one replaces has been applied",
    "op-changed": "Another entry with this op_id came first and stands",
    "group-conflict": "Another entry of its group lost to a newer value, so none of them was applied",
    "group-refused": "Another entry of its group was refused",
    "group-size": "The group is larger than a group may be, or says different sizes",
    "not-applicable": "Central could not apply the entry",
    "record-deleted": "The record had been deleted",
    "changed-since": "The record has been changed since",
    "group-incomplete": "The rest of its group has not come yet",
    "own-report": "Nobody decides on a report of their own",
    "not-supervisor": "The officer is in no team that you supervise",
    "already-decided": "A supervisor has decided on this already",
    "audit-forked": "Another audit row has this place in the chain; both are kept",
}


def problem(code: str, detail: str = "", op_id: str | None = None) -> Problem:
    """The problem with its title. `detail` never holds a person's text."""
    return Problem(type=code, title=TITLES[code], detail=detail, op_id=op_id)
