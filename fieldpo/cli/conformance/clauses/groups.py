"""Groups go all or nothing."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import Fields
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.ids import new_id

REQUEST = "What central does with a request"
MERGING = "Merging, field by field"


def _group(*ops: Fields, size: int = 0) -> list[Fields]:
    name = new_id()
    return [{**op, "group_id": name, "group_size": size or len(ops)} for op in ops]


@clause("group.applied", "A group whose members all fit is applied", REQUEST, needs=("accepted.stored",))
def applied(t: Trial) -> None:
    person = t.person()
    ops = _group(t.contact(person), t.a.edit("person", person, {"notice": ("", "Together")}))
    answer = t.a.send(*ops)
    for op in ops:
        t.verdict(answer, op, "accepted")
    t.stands(person, "notice", "Together")


@clause(
    "group.refused",
    "Where one member is refused, every member is, and none is applied",
    REQUEST,
    needs=("accepted.stored",),
)
def refused(t: Trial) -> None:
    person = t.person()
    ops = _group(t.contact(person), t.a.op("phone.create", body={"person_id": person, "number": 5}), t.contact(person))
    answer = t.a.send(*ops)
    for op, why in zip(ops, ("group-refused", "invalid-body", "group-refused"), strict=True):
        t.verdict(answer, op, "rejected", why)
    for op in ops:
        t.expect("The member's record", None, t.b.body(str(op["record_id"])))


@clause(
    "group.two-requests",
    "A group that comes in two requests waits for its last member, then is applied",
    REQUEST,
    needs=("accepted.stored",),
)
def two_requests(t: Trial) -> None:
    person = t.person()
    first, last = _group(t.contact(person), t.contact(person))
    t.verdict(t.a.send(first), first, "blocked")
    t.expect("The first member's record, before the last came", None, t.b.body(str(first["record_id"])))
    answer = t.a.send(last)
    t.verdict(answer, first, "accepted")
    t.verdict(answer, last, "accepted")


@clause(
    "group.conflict",
    "Where one member loses, every member is a `conflict` with version 0 and none is applied",
    MERGING,
    needs=("merge.conflict",),
)
def conflict(t: Trial) -> None:
    person = t.person(notice="Old")
    t.b.pull()
    theirs = t.b.edit("person", person, {"notice": ("Old", "First")})
    t.verdict(t.b.send(theirs), theirs, "accepted")
    ops = _group(t.a.edit("person", person, {"notice": ("Old", "Second")}), t.contact(person))
    answer = t.a.send(*ops)
    for op in ops:
        found = t.verdict(answer, op, "conflict")
        t.expect("version of a member that was not applied", 0, found.version)
        t.expect("each says what it lost", True, bool(found.conflicts))
    t.stands(person, "notice", "First")
    t.expect("The other member's record", None, t.b.body(str(ops[1]["record_id"])))


@clause("group.size", "A group larger than it says, or than 256, is refused", REQUEST, needs=("accepted.verdict",))
def size(t: Trial) -> None:
    person = t.person()
    many = _group(t.contact(person), t.contact(person), size=1)
    large = _group(t.contact(person), size=257)
    answer = t.a.send(*many, *large)
    for op in (*many, *large):
        t.verdict(answer, op, "rejected", "group-size")
