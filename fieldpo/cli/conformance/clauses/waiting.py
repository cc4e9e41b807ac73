"""Ops that come before what they need: blocked, then applied, and heard of by a later verdict."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import verdict_of
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.ids import new_id

REQUEST = "What central does with a request"


@clause(
    "blocked.dependency",
    "An op whose `deps` have not been applied is `blocked`, and applied when they are",
    REQUEST,
    needs=("accepted.stored",),
)
def dependency(t: Trial) -> None:
    person = t.person()
    parent = t.contact(person)
    child = t.contact(person, deps=[parent["op_id"]])
    numbered = t.a.numbered(parent)
    blocked = t.verdict(t.a.send(child), child, "blocked")
    t.expect("The record of an op that waits", None, t.b.body(str(child["record_id"])))
    answer = t.a.send(numbered)
    t.verdict(answer, parent, "accepted")
    later = t.verdict(answer, child, "accepted")
    t.expect("The later verdict has a higher rev", True, later.rev > blocked.rev)
    t.stands(str(child["record_id"]), "note", child["body"]["note"])


@clause(
    "blocked.record",
    "An op on a record that has not come is `blocked`, and applied when it comes",
    REQUEST,
    needs=("accepted.stored",),
)
def record(t: Trial) -> None:
    person = t.a.op("person.create", body={"family_name": "Conformance"})
    note = t.contact(str(person["record_id"]))
    t.verdict(t.a.send(note), note, "blocked")
    answer = t.a.send(person)
    t.verdict(answer, person, "accepted")
    t.verdict(answer, note, "accepted")


@clause(
    "blocked.verdict-kept",
    "A later verdict comes again until `verdicts_after` passes it",
    "The answer",
    needs=("blocked.dependency",),
)
def kept(t: Trial) -> None:
    person = t.person()
    parent = t.contact(person)
    child = t.contact(person, deps=[parent["op_id"]])
    t.a.send(child)
    before = t.a.verdicts_after
    t.a.exchange(t.a.request(parent))  # this answer is lost
    found = verdict_of(t.a.exchange(t.a.request(verdicts_after=before)), child)
    t.expect("The child's verdict", "accepted", found.verdict.value)


@clause(
    "blocked.alone",
    "An op that waits holds up no other, and none of its device's later ops",
    REQUEST,
    needs=("accepted.verdict",),
)
def alone(t: Trial) -> None:
    person = t.person()
    never, other = t.contact(person, deps=[new_id()]), t.contact(person)
    answer = t.a.send(never, other)
    t.verdict(answer, never, "blocked")
    t.verdict(answer, other, "accepted")
    t.expect("known_through counts it", t.a.seq, answer.known_through)
