"""Two devices that change one record: what merges, what loses, and where both values are kept."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import Fields, verdict_of
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import FieldConflict, Verdict

MERGING = "Merging, field by field"
STORED = ("accepted.stored",)


def _changed(t: Trial, kind: str, record: str, fields: dict[str, tuple[Json, Json]]) -> None:
    """The second device changes the record first."""
    op = t.b.edit(kind, record, fields)
    t.verdict(t.b.send(op), op, "accepted")


def _not_lost(t: Trial, op: Fields) -> Verdict:
    found = verdict_of(t.a.send(op), op)
    t.among(f"The verdict on {op['kind']}", ("accepted", "merged"), found.verdict.value)
    t.expect("conflicts", [], found.conflicts)
    return found


def _lost(t: Trial, op: Fields, *fields: str) -> list[FieldConflict]:
    found = t.verdict(t.a.send(op), op, "conflict")
    t.expect("The fields that lost", sorted(fields), sorted(each.field for each in found.conflicts))
    return found.conflicts


@clause("merge.fields", "Edits of different fields by two devices both stand", MERGING, needs=STORED)
def fields(t: Trial) -> None:
    person = t.person(suffix="Jr.")
    phone = t.phone(person)
    _changed(t, "phone", phone, {"note": ("", "Evenings")})
    _not_lost(t, t.a.edit("phone", phone, {"number": ("555-0100", "555-0111")}))
    t.stands(phone, "number", "555-0111")
    t.stands(phone, "note", "Evenings")


@clause(
    "merge.nothing-to-do", "Where the value stands already, nothing is lost and nothing changes", MERGING, needs=STORED
)
def nothing_to_do(t: Trial) -> None:
    phone = t.phone(t.person())
    _changed(t, "phone", phone, {"number": ("555-0100", "555-0111")})
    _not_lost(t, t.a.edit("phone", phone, {"number": ("555-0100", "555-0111")}))
    t.stands(phone, "number", "555-0111")


@clause(
    "merge.conflict",
    "A field changed by another first is a `conflict`: the server's value stands, both are told",
    MERGING,
    needs=STORED,
)
def conflict(t: Trial) -> None:
    phone = t.phone(t.person())
    _changed(t, "phone", phone, {"number": ("555-0100", "555-0111")})
    (told,) = _lost(t, t.a.edit("phone", phone, {"number": ("555-0100", "555-0122")}), "number")
    t.expect("yours and current", ("555-0122", "555-0111"), (told.yours, told.current))
    t.stands(phone, "number", "555-0111")


@clause("merge.beside", "A field that loses takes no other with it", MERGING, needs=("merge.conflict",))
def beside(t: Trial) -> None:
    phone = t.phone(t.person())
    _changed(t, "phone", phone, {"number": ("555-0100", "555-0111")})
    _lost(t, t.a.edit("phone", phone, {"number": ("555-0100", "555-0122"), "note": ("", "Days")}), "number")
    t.stands(phone, "note", "Days")


@clause("merge.default", "A field that a body leaves out is compared as its default", MERGING, needs=("merge.fields",))
def default(t: Trial) -> None:
    phone = t.phone(t.person())
    _not_lost(t, t.a.edit("phone", phone, {"use": ("mobile", "home")}))
    t.stands(phone, "use", "home")


@clause("merge.legal", "Fields with legal weight lose together", MERGING, needs=("merge.conflict",))
def legal(t: Trial) -> None:
    person = t.person()
    case = t.made("case", {"person_id": person, "case_number": "C-1"})
    t.b.pull()
    _changed(t, "case", case, {"status": ("active", "warrant"), "status_reason": ("", "By the court")})
    edit = {"status": ("active", "closed"), "status_since": (None, "2026-01-05"), "court": ("", "District")}
    _lost(t, t.a.edit("case", case, edit), "status", "status_since")
    t.stands(case, "status", "warrant")
    t.stands(case, "court", "District")


@clause(
    "merge.one-question",
    "A later op of the device whose `old` is its own losing value joins the same conflict",
    MERGING,
    needs=("merge.conflict",),
)
def one_question(t: Trial) -> None:
    phone = t.phone(t.person())
    _changed(t, "phone", phone, {"number": ("555-0100", "555-0111")})
    (first,) = _lost(t, t.a.edit("phone", phone, {"number": ("555-0100", "555-0122")}), "number")
    (second,) = _lost(t, t.a.edit("phone", phone, {"number": ("555-0122", "555-0133")}), "number")
    t.expect("conflict_id", first.conflict_id, second.conflict_id)


@clause(
    "merge.resolved",
    "An op that `resolves` a conflict is applied over the value that won",
    MERGING,
    needs=("merge.conflict",),
)
def resolved(t: Trial) -> None:
    phone = t.phone(t.person())
    _changed(t, "phone", phone, {"number": ("555-0100", "555-0111")})
    (told,) = _lost(t, t.a.edit("phone", phone, {"number": ("555-0100", "555-0122")}), "number")
    _not_lost(t, t.a.edit("phone", phone, {"number": ("555-0111", "555-0122")}, base=2, resolves=told.conflict_id))
    t.stands(phone, "number", "555-0122")


@clause(
    "merge.sets", "Members added to a set by two devices all stand, and one that is removed goes", MERGING, needs=STORED
)
def sets(t: Trial) -> None:
    person = t.person(aliases=["M."])
    t.b.pull()
    theirs = t.b.op("person.edit", person, {"add": {"aliases": ["Manny"]}}, base_version=1)
    t.verdict(t.b.send(theirs), theirs, "accepted")
    _not_lost(
        t, t.a.op("person.edit", person, {"add": {"aliases": ["Em"]}, "remove": {"aliases": ["M."]}}, base_version=1)
    )
    body = t.b.body(person) or {}
    t.expect("aliases", ["Em", "Manny"], sorted(body.get("aliases", [])))


@clause("delete.applied", "A deletion comes in the feed as `deleted`", MERGING, needs=STORED)
def deleted(t: Trial) -> None:
    phone = t.phone(t.person())
    op = t.a.op("phone.delete", phone, base_version=1)
    t.verdict(t.a.send(op), op, "accepted")
    t.b.pull()
    found = t.b.copy[t.b.home].get(phone)
    t.expect("deleted", True, found.deleted if found else "the change did not come")


@clause(
    "delete.edited",
    "An edit of a deleted record is a `conflict`; the record stays deleted and what was typed is kept",
    MERGING,
    needs=("delete.applied", "merge.conflict"),
)
def edited(t: Trial) -> None:
    phone = t.phone(t.person())
    gone = t.b.op("phone.delete", phone, base_version=1)
    t.verdict(t.b.send(gone), gone, "accepted")
    edit = t.a.edit("phone", phone, {"number": ("555-0100", "555-0122")})
    found = t.verdict(t.a.send(edit), edit, "conflict", "record-deleted")
    t.expect("The losing values", [("number", "555-0122")], [(each.field, each.yours) for each in found.conflicts])
    t.expect("The record", None, t.b.body(phone))


@clause(
    "delete.changed-since",
    "A deletion of a record that another has changed since is a `conflict`, and the record stands",
    MERGING,
    needs=("delete.applied", "merge.conflict"),
)
def changed_since(t: Trial) -> None:
    phone = t.phone(t.person())
    _changed(t, "phone", phone, {"number": ("555-0100", "555-0111")})
    gone = t.a.op("phone.delete", phone, base_version=1)
    t.verdict(t.a.send(gone), gone, "conflict", "changed-since")
    t.stands(phone, "number", "555-0111")
