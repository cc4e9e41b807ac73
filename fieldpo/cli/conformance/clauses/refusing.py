"""What the server must not apply: each with its verdict and problem, and nothing else held up by it."""

from __future__ import annotations

from collections.abc import Callable

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import Fields, frozen
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.ops import MAX_OP_BYTES, MAX_OP_DEPTH

WHY = "Why an op is refused"


def _refused(name: str, says: str, make: Callable[[Trial, str], Fields]) -> None:
    """A clause for one kind of op that is always refused, sent between two good ones."""

    @clause(f"refused.{name}", says, WHY, needs=("accepted.verdict",))
    def refused(t: Trial) -> None:
        person = t.person()
        before, bad, behind = t.contact(person), make(t, person), t.contact(person)
        answer = t.a.send(before, bad, behind)
        t.verdict(answer, bad, "rejected", name)
        t.verdict(answer, before, "accepted")
        t.verdict(answer, behind, "accepted")


_refused(
    "wrong-device", "An op that names another device than the token's", lambda t, p: t.contact(p, device_id=new_id())
)
_refused(
    "wrong-author",
    "An op that names another author than the token's user",
    lambda t, p: t.contact(p, author_id=new_id()),
)
_refused("unknown-verb", "An op that asks for what is no verb", lambda t, p: {**t.contact(p), "kind": "contact.burn"})
_refused(
    "invalid-body",
    "A body that does not fit its kind",
    lambda t, p: t.a.op("phone.create", body={"person_id": p, "number": 5}),
)
_refused(
    "control-characters",
    "Text with control characters, U+0000 among them",
    lambda t, p: t.a.op("phone.create", body={"person_id": p, "number": "555\x00\x1b[2J"}),
)
_refused(
    "central-only",
    "A record of a kind that only central writes",
    lambda t, _: t.a.op("officer.create", body={"name": "Nobody"}),
)
_refused(
    "already-exists",
    "A create of a record that stands",
    lambda t, p: t.a.op("person.create", p, body={"family_name": "Again"}),
)
_refused("wrong-kind", "An op on a record of another kind", lambda t, p: t.a.edit("phone", p, {"number": (None, "1")}))
_refused(
    "fixed-field",
    "An edit that would move a record to another person",
    lambda t, p: t.a.edit("phone", _phone(t, p), {"person_id": (p, new_id())}),
)
_refused(
    "insert-only",
    "An edit of what is written once",
    lambda t, p: t.a.edit("contact", _note(t, p), {"note": ("a", "b")}),
)


def _phone(t: Trial, person: str) -> str:
    return t.made("phone", {"person_id": person, "number": "555-0100"})


def _note(t: Trial, person: str) -> str:
    op = t.contact(person)
    t.verdict(t.a.send(op), op, "accepted")
    return str(op["record_id"])


@clause(
    "refused.unreadable",
    "Text that is no op, or is nested deeper than one may be, is refused, under its op_id where it has one",
    WHY,
    needs=("accepted.verdict",),
)
def unreadable(t: Trial) -> None:
    good = t.contact(t.person())
    deep: Fields = t.contact(t.person())
    nested: object = 1
    for _ in range(MAX_OP_DEPTH):
        nested = [nested]
    deep["body"] = {**deep["body"], "more": nested}
    half = {"op_id": new_id(), "kind": "contact.create"}
    answer = t.a.send("no JSON", half, deep, good)
    t.verdict(answer, half, "rejected", "unreadable")
    t.verdict(answer, deep, "rejected", "unreadable")
    t.verdict(answer, good, "accepted")
    t.expect("verdicts on four ops", 4, sum(one.rev > 0 for one in answer.verdicts))


@clause(
    "refused.too-large",
    "An op of more than 256 KiB is refused, not the request that carries it",
    WHY,
    needs=("accepted.verdict",),
)
def too_large(t: Trial) -> None:
    person = t.person()
    good, large = t.contact(person), t.contact(person)
    text = frozen(large)
    answer = t.a.send(t.a.numbered(text[:-1] + " " * (MAX_OP_BYTES + 1 - len(text)) + "}"), good)
    t.verdict(answer, large, "rejected", "too-large")
    t.verdict(answer, good, "accepted")


@clause(
    "refused.not-granted",
    "An op on a person of another officer's caseload is refused and changes nothing",
    "Where an op may write",
    needs=("accepted.stored",),
)
def not_granted(t: Trial) -> None:
    person = t.person(notice="As it was.")
    mine = t.c.op("person.create", body={"family_name": "Conformance"})
    edit = t.c.edit("person", person, {"notice": ("As it was.", "Changed by another.")})
    note = t.contact(person, t.c)
    answer = t.c.send(edit, note, mine)
    t.verdict(answer, edit, "rejected", "not-granted")
    t.verdict(answer, note, "rejected", "not-granted")
    t.verdict(answer, mine, "accepted")
    t.stands(person, "notice", "As it was.")
    t.expect("The other officer's note, in this caseload", None, t.b.body(str(note["record_id"])))


@clause(
    "kinds.unknown",
    "A kind, or a field, that the server does not know is stored and sent as it came",
    "Merging, field by field",
    needs=("accepted.stored",),
)
def unknown_kind(t: Trial) -> None:
    person = t.person()
    body = {"person_id": person, "of_a_later_version": {"a": [1, 2.5, None, True, "é"]}}
    ops = [t.a.op("conformance_kind.create", body=body), t.contact(person)]
    ops[1]["body"] = {**ops[1]["body"], "of_a_later_version": ["kept"]}
    answer = t.a.send(*ops)
    for op in ops:
        t.verdict(answer, op, "accepted")
        t.expect("The body, as another device gets it", op["body"], t.b.body(str(op["record_id"])))
