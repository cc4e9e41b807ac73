"""One op, once: accepted, stored, and the same answer however often it comes."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import frozen, verdict_of
from fieldpo.cli.conformance.trial import Trial

OP = "An op"
REQUEST = "What central does with a request"
ANSWER = "The answer"


@clause(
    "accepted.verdict",
    "An op that fits is answered `accepted`, with the record, its version and its partition",
    REQUEST,
    needs=("transport.exchange",),
)
def accepted(t: Trial) -> None:
    op = t.a.op("person.create", body={"family_name": "Conformance"})
    found = t.verdict(t.a.send(op), op, "accepted")
    t.expect(
        "record, partition, version", (op["record_id"], t.a.home, 1), (found.record_id, found.partition, found.version)
    )


@clause(
    "accepted.stored",
    "What was accepted stands in the feed for the officer's other device, as it was typed",
    REQUEST,
    needs=("accepted.verdict",),
)
def stored(t: Trial) -> None:
    ops = [t.contact(t.person()) for _ in range(3)]
    answer = t.a.send(*ops)
    for op in ops:
        t.verdict(answer, op, "accepted")
        t.expect("The record's body, as another device gets it", op["body"], t.b.body(str(op["record_id"])))


@clause(
    "idempotent.same-bytes",
    "The same bytes again get their first verdict, flagged `duplicate`, and do nothing more",
    OP,
    needs=("accepted.stored",),
)
def same_bytes(t: Trial) -> None:
    op = t.contact(t.person())
    numbered = t.a.numbered(op)
    first = verdict_of(t.a.send(numbered), op)
    again = verdict_of(t.a.send(numbered), op)
    t.expect("duplicate", (False, True), (first.duplicate, again.duplicate))
    told = [(each.verdict, each.record_id, each.version, each.number, each.rev) for each in (first, again)]
    t.expect("verdict, record, version, number, rev", told[0], told[1])
    t.b.pull()
    found = t.b.copy[t.b.home][str(op["record_id"])]
    t.expect("version and number of the record", (first.version, first.number), (found.version, found.number))


@clause(
    "idempotent.changed-bytes",
    "Other bytes under an op_id are told in `problems`; the first verdict and effect stand",
    OP,
    needs=("accepted.stored",),
)
def changed_bytes(t: Trial) -> None:
    op = t.contact(t.person())
    first = verdict_of(t.a.send(op), op)
    body = {**op["body"], "note": "Something else."}
    answer = t.a.send((t.a.seq, frozen({**op, "body": body})))
    t.expect("problems", [("op-changed", op["op_id"])], [(each.type, each.op_id) for each in answer.problems])
    again = verdict_of(answer, op)
    t.expect("the first verdict", (first.verdict, first.rev), (again.verdict, again.rev))
    t.stands(str(op["record_id"]), "note", op["body"]["note"])


@clause(
    "idempotent.by-bytes",
    "Bytes decide: the same JSON with another space in it is another op",
    OP,
    needs=("idempotent.changed-bytes",),
)
def by_bytes(t: Trial) -> None:
    op = t.contact(t.person())
    t.a.send(op)
    answer = t.a.send((t.a.seq, frozen(op) + " "))
    t.expect("problems", ["op-changed"], [each.type for each in answer.problems])


@clause(
    "verdicts.each", "Every op of a request has exactly one verdict, good or bad", ANSWER, needs=("accepted.verdict",)
)
def each_op(t: Trial) -> None:
    person = t.person()
    ops = [t.contact(person), t.a.op("contact.create", body={"person_id": person}), t.contact(person)]
    answer = t.a.send(*ops)
    told = [one.op_id for one in answer.verdicts if one.op_id in {op["op_id"] for op in ops}]
    t.expect("op_ids with a verdict", sorted(str(op["op_id"]) for op in ops), sorted(told))


@clause(
    "verdicts.revisions",
    "`rev` rises; what changed after `verdicts_after` comes, and nothing before it",
    ANSWER,
    needs=("accepted.verdict",),
)
def revisions(t: Trial) -> None:
    ops = [t.contact(t.person()), t.contact(t.person())]
    before = t.a.verdicts_after
    answer = t.a.send(*ops)
    revs = [verdict_of(answer, op).rev for op in ops]
    t.expect("revs in the order of the ops, each above the last", sorted(set(revs)), revs)
    t.expect("each is after `verdicts_after`", True, min(revs) > before)
    t.expect("verdict_rev is the highest", max(revs), answer.verdict_rev)
    t.expect("verdicts after the newest", [], t.a.exchange(t.a.request()).verdicts)
    missed = t.a.exchange(t.a.request(verdicts_after=before))
    t.expect("verdicts that a lost answer had", revs, [each.rev for each in missed.verdicts])
