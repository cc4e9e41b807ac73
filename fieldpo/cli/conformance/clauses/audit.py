"""Rows of the device's log."""

from __future__ import annotations

import hashlib

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import Fields
from fieldpo.cli.conformance.trial import Trial

REQUEST = "The request"


def _row(n: int, text: str) -> Fields:
    return {"n": n, "text": text, "hash": hashlib.sha256(text.encode()).hexdigest()}


@clause(
    "audit.through",
    "`audit_through` is the highest row up to which every one has come",
    REQUEST,
    needs=("transport.exchange",),
)
def through(t: Trial) -> None:
    at = t.a.send().audit_through
    t.expect("with a gap", at + 1, t.a.send(audit=[_row(at + 1, "one"), _row(at + 3, "three")]).audit_through)
    t.expect("the gap closed", at + 3, t.a.send(audit=[_row(at + 2, "two")]).audit_through)
    again = t.a.send(audit=[_row(at + 1, "one")])
    t.expect("the same row again", (at + 3, []), (again.audit_through, again.problems))


@clause(
    "audit.follows",
    "A hash left empty is the one that follows from the row before in the same request",
    REQUEST,
    needs=("audit.through",),
)
def follows(t: Trial) -> None:
    at = t.a.send().audit_through + 1
    first = _row(at, "one")
    hash_ = hashlib.sha256(f"{first['hash']}\ntwo".encode()).hexdigest()
    t.a.send(audit=[first, {"n": at + 1, "text": "two", "hash": ""}])
    again = t.a.send(audit=[{"n": at + 1, "text": "two", "hash": hash_}])
    t.expect("the same row with its hash", (at + 1, []), (again.audit_through, again.problems))


@clause("audit.fork", "Another row in a place that is taken is told in `problems`", REQUEST, needs=("audit.through",))
def fork(t: Trial) -> None:
    at = t.a.send().audit_through + 1
    t.a.send(audit=[_row(at, "one")])
    answer = t.a.send(audit=[_row(at, "another")])
    t.expect("problems", ["audit-forked"], [each.type for each in answer.problems])
