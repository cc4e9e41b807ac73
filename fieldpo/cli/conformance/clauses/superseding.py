"""Ops that stand for a refused one, and ops that take another back."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import Fields
from fieldpo.cli.conformance.trial import Trial

SUPERSEDE = "Superseding and undoing"


def _bad(t: Trial, person: str) -> Fields:
    op = t.a.op("phone.create", body={"person_id": person, "number": 5})
    t.verdict(t.a.send(op), op, "rejected", "invalid-body")
    return op


def _instead(t: Trial, person: str, of: Fields, number: str = "555-0100") -> Fields:
    return t.a.op("phone.create", body={"person_id": person, "number": number}, supersedes=of["op_id"])


@clause(
    "supersede.accepted",
    "A refused op is answered by another that `supersedes` it",
    SUPERSEDE,
    needs=("accepted.stored", "refused.invalid-body"),
)
def supersede(t: Trial) -> None:
    person = t.person()
    good = _instead(t, person, _bad(t, person))
    t.verdict(t.a.send(good), good, "accepted")
    t.stands(str(good["record_id"]), "number", "555-0100")


@clause(
    "supersede.one-successor", "An op has one successor; a second is refused", SUPERSEDE, needs=("supersede.accepted",)
)
def one_successor(t: Trial) -> None:
    person = t.person()
    bad = _bad(t, person)
    first, second = _instead(t, person, bad), _instead(t, person, bad, "555-0111")
    answer = t.a.send(first, second)
    t.verdict(answer, first, "accepted")
    t.verdict(answer, second, "rejected", "already-superseded")


@clause("supersede.applied", "What has been applied cannot be superseded", SUPERSEDE, needs=("supersede.accepted",))
def already_applied(t: Trial) -> None:
    person = t.person()
    good = t.contact(person)
    t.verdict(t.a.send(good), good, "accepted")
    late = t.contact(person, supersedes=good["op_id"])
    t.verdict(t.a.send(late), late, "rejected", "already-applied")


@clause(
    "supersede.dependents",
    "What depends on a superseded op waits for its successor",
    SUPERSEDE,
    needs=("supersede.accepted", "blocked.dependency"),
)
def dependents(t: Trial) -> None:
    person = t.person()
    bad = _bad(t, person)
    child = t.contact(person, deps=[bad["op_id"]])
    t.verdict(t.a.send(child), child, "blocked")
    good = _instead(t, person, bad)
    answer = t.a.send(good)
    t.verdict(answer, good, "accepted")
    t.verdict(answer, child, "accepted")


@clause("undo.edit", "An op that `undoes` an edit puts the value back", SUPERSEDE, needs=("accepted.stored",))
def undo(t: Trial) -> None:
    phone = t.phone(t.person())
    edit = t.a.edit("phone", phone, {"number": ("555-0100", "555-0111")})
    back = t.a.edit("phone", phone, {"number": ("555-0111", "555-0100")}, undoes=edit["op_id"])
    answer = t.a.send(edit, back)
    t.verdict(answer, edit, "accepted")
    t.verdict(answer, back, "accepted")
    t.stands(phone, "number", "555-0100")


@clause("undo.lost", "Undoing an edit that had lost changes nothing", SUPERSEDE, needs=("undo.edit", "merge.conflict"))
def undo_lost(t: Trial) -> None:
    phone = t.phone(t.person())
    theirs = t.b.edit("phone", phone, {"number": ("555-0100", "555-0111")})
    t.verdict(t.b.send(theirs), theirs, "accepted")
    edit = t.a.edit("phone", phone, {"number": ("555-0100", "555-0122")})
    t.verdict(t.a.send(edit), edit, "conflict")
    back = t.a.edit("phone", phone, {"number": ("555-0122", "555-0100")}, undoes=edit["op_id"])
    answer = t.a.send(back)
    t.among(
        "The verdict on the undo",
        ("accepted", "merged"),
        next(v.verdict.value for v in answer.verdicts if v.op_id == back["op_id"]),
    )
    t.stands(phone, "number", "555-0111")


@clause(
    "undo.withdrawal",
    "An entry is withdrawn by a record that stands beside it; the entry itself stays as it was",
    SUPERSEDE,
    needs=("accepted.stored",),
)
def withdrawal(t: Trial) -> None:
    person = t.person()
    entry = t.contact(person)
    t.verdict(t.a.send(entry), entry, "accepted")
    body = {
        "entry_id": entry["record_id"],
        "reason": "entered in error",
        "officer_id": t.a.user,
        "written_at": entry["recorded_at"],
    }
    back = t.a.op("withdrawal.create", body=body, undoes=entry["op_id"])
    t.verdict(t.a.send(back), back, "accepted")
    t.stands(str(entry["record_id"]), "note", entry["body"]["note"])
    t.b.pull()
    found = t.b.copy[t.b.home].get(str(back["record_id"]))
    t.expect("The withdrawal's person", person, found.person_id if found else "the withdrawal did not come")
