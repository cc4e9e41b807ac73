"""Edits that meet: what merges, what loses, and how a question ends."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.office.records import read_record
from fieldpo.errors import NotFound
from fieldpo.sync.protocol.exchange import VerdictKind
from tests.central.laptop import NOW, Laptop, put_person, put_phone
from tests.central_records import edit_record, put_record


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop with one person and one phone, pulled."""
    put_person(database, "rivera", "doe", aliases=["Jo"])
    put_phone(database, "rivera", "doe", "phone")
    laptop = Laptop(database)
    laptop.send()
    return laptop


def central_edits(laptop: Laptop, record_id: str, **fields: object) -> None:
    """Somebody at central changes a record."""
    with writing(laptop.engine) as conn:
        edit_record(conn, record_id, fields, now=NOW)


def body(laptop: Laptop, record_id: str) -> dict[str, object]:
    """The record's body at central."""
    with reading(laptop.engine) as conn:
        return read_record(conn, record_id).body


def open_conflicts(laptop: Laptop) -> list[tuple[str, str, str]]:
    """(id, field, losing value as JSON) of each open question."""
    with reading(laptop.engine) as conn:
        rows = conn.exec_driver_sql("SELECT id, field, yours FROM conflict WHERE closed_by IS NULL ORDER BY field")
        return [(row.id, row.field, row.yours) for row in rows]


def last_hash(laptop: Laptop) -> str:
    """The caseload's hash as central tells it."""
    return next(page.hash for page in laptop.send().partitions if page.id == laptop.caseload)


def test_an_edit_of_an_untouched_record_is_accepted_without_its_body(laptop: Laptop) -> None:
    """Nobody else changed it, so the device knows what it is now."""
    answer = laptop.send(laptop.edit("phone", "phone", 1, fields={"note": ("", "after six")}))
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.ACCEPTED]
    assert [(each.version, each.body) for page in answer.partitions for each in page.changes] == [(2, None)]
    assert body(laptop, "phone")["note"] == "after six"


def test_edits_of_different_fields_merge_and_the_body_comes_back(laptop: Laptop) -> None:
    """Both changes stand, and the device gets the whole."""
    central_edits(laptop, "phone", use="work")
    answer = laptop.send(laptop.edit("phone", "phone", 1, fields={"note": ("", "after six")}))
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.MERGED]
    assert laptop.copy[laptop.caseload]["phone"].body == body(laptop, "phone")
    assert body(laptop, "phone") == {
        "person_id": "doe",
        "number": "515-555-0100",
        "use": "work",
        "note": "after six",
    }


def test_a_run_of_the_devices_own_edits_is_never_merged(laptop: Laptop) -> None:
    """Edits that wait for one another's verdict all name the version that the device knew."""
    answer = laptop.send(
        laptop.edit("phone", "phone", 1, fields={"note": ("", "a")}),
        laptop.edit("phone", "phone", 1, fields={"note": ("a", "b")}),
    )
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.ACCEPTED] * 2
    assert body(laptop, "phone")["note"] == "b"


def test_a_field_that_changed_meanwhile_is_a_conflict_for_that_field_alone(laptop: Laptop) -> None:
    """Central's value stays, the other field is applied, and the losing value is kept and told."""
    central_edits(laptop, "phone", number="515-555-0199")
    op = laptop.edit("phone", "phone", 1, fields={"number": ("515-555-0100", "515-555-0122"), "note": ("", "new")})
    laptop.send(op)
    verdict = laptop.verdicts[op.op_id]
    assert verdict.verdict is VerdictKind.CONFLICT
    assert [(each.field, each.yours, each.current) for each in verdict.conflicts] == [
        ("number", "515-555-0122", "515-555-0199")
    ]
    assert (body(laptop, "phone")["number"], body(laptop, "phone")["note"]) == ("515-555-0199", "new")
    assert [(field, yours) for _, field, yours in open_conflicts(laptop)] == [("number", '"515-555-0122"')]


def test_an_edit_that_follows_the_losing_value_joins_its_question(laptop: Laptop) -> None:
    """Two edits of one field on one laptop are one question, and both typed values stay."""
    central_edits(laptop, "phone", note="central")
    first = laptop.edit("phone", "phone", 1, fields={"note": ("", "typed")})
    second = laptop.edit("phone", "phone", 1, fields={"note": ("typed", "typed again")})
    laptop.send(first, second)
    assert [laptop.verdicts[each.op_id].conflicts[0].conflict_id for each in (first, second)] == [
        open_conflicts(laptop)[0][0]
    ] * 2
    assert [yours for _, _, yours in open_conflicts(laptop)] == ['"typed again"']
    with reading(laptop.engine) as conn:
        earlier = conn.exec_driver_sql("SELECT earlier FROM conflict").scalar_one()
    assert earlier == f'[["{first.op_id}","typed"]]'


def test_a_question_that_grows_by_half_of_its_fields_keeps_every_value(laptop: Laptop) -> None:
    """Of two fields that lose together the second edit follows the first's losing value in one: both values stay."""
    with writing(laptop.engine) as conn:
        put_record(conn, laptop.caseload, "case", "case", {"person_id": "doe"}, "doe", now=NOW)
        edit_record(conn, "case", {"status": "absconded", "status_reason": "central"}, now=NOW)
    first = {"status": ("active", "closed"), "status_reason": ("", "typed first")}
    second = {"status": ("closed", "active"), "status_reason": ("something else", "typed second")}
    for fields in (first, second):
        laptop.send(laptop.edit("case", "case", 1, fields=fields))
    assert len({row_id for row_id, _, _ in open_conflicts(laptop)}) == 1
    with reading(laptop.engine) as conn:
        kept = "".join(conn.exec_driver_sql("SELECT yours || earlier FROM conflict").scalars())
    assert "typed first" in kept
    assert "typed second" in kept


def test_an_op_that_resolves_a_conflict_ends_it(laptop: Laptop) -> None:
    """The officer's choice is an edit over central's value; "keep central's" is one without fields."""
    central_edits(laptop, "phone", note="central")
    lost = laptop.edit("phone", "phone", 1, fields={"note": ("", "typed")})
    laptop.send(lost)
    conflict = laptop.verdicts[lost.op_id].conflicts[0].conflict_id
    answer = laptop.edit("phone", "phone", 2, fields={"note": ("central", "typed")}, resolves=conflict)
    laptop.send(answer)
    assert laptop.verdicts[answer.op_id].verdict is VerdictKind.ACCEPTED
    assert open_conflicts(laptop) == []
    assert body(laptop, "phone")["note"] == "typed"


def test_keeping_centrals_value_ends_the_question_without_a_change(laptop: Laptop) -> None:
    """An edit of no field that resolves the conflict."""
    central_edits(laptop, "phone", note="central")
    lost = laptop.edit("phone", "phone", 1, fields={"note": ("", "typed")})
    laptop.send(lost)
    laptop.send(
        laptop.edit("phone", "phone", 2, fields={}, resolves=laptop.verdicts[lost.op_id].conflicts[0].conflict_id)
    )
    assert open_conflicts(laptop) == []
    assert body(laptop, "phone")["note"] == "central"


def test_undoing_an_edit_that_lost_closes_its_question(laptop: Laptop) -> None:
    """The inverse changes nothing, since what it would take back never stood."""
    central_edits(laptop, "phone", note="central")
    lost = laptop.edit("phone", "phone", 1, fields={"note": ("", "typed")})
    undo = laptop.edit("phone", "phone", 1, fields={"note": ("typed", "")}, undoes=lost.op_id)
    laptop.send(lost, undo)
    assert laptop.verdicts[undo.op_id].verdict in (VerdictKind.ACCEPTED, VerdictKind.MERGED)
    assert open_conflicts(laptop) == []
    assert body(laptop, "phone")["note"] == "central"


def test_a_group_with_legal_weight_loses_whole(laptop: Laptop) -> None:
    """One field of a case's status lost, so none of the status is applied, under one question."""
    with writing(laptop.engine) as conn:
        put_record(conn, laptop.caseload, "case", "case", {"person_id": "doe"}, "doe", now=NOW)
        edit_record(conn, "case", {"status": "absconded"}, now=NOW)
    op = laptop.edit(
        "case",
        "case",
        1,
        fields={"status": ("active", "closed"), "status_since": (None, "2026-11-20"), "court": ("", "Polk County")},
    )
    laptop.send(op)
    assert {each.field for each in laptop.verdicts[op.op_id].conflicts} == {"status", "status_since"}
    assert len({each.conflict_id for each in laptop.verdicts[op.op_id].conflicts}) == 1
    assert body(laptop, "case") == {"person_id": "doe", "status": "absconded", "court": "Polk County"}


def test_a_member_that_lost_keeps_its_whole_group_from_being_applied(laptop: Laptop) -> None:
    """Every member is answered conflict and none applied; each losing value, a new record's too, stands in a row."""
    together = {"group_id": "visit", "group_size": 3}
    note = laptop.contact("doe", "He moved.", **together)
    number = laptop.edit("phone", "phone", 1, fields={"number": ("515-555-0100", "515-555-0199")}, **together)
    person = laptop.edit("person", "doe", 1, fields={"given_name": ("", "Jo")}, **together)
    central_edits(laptop, "phone", number="515-555-0142")
    laptop.send(note, number, person)
    told = [laptop.verdicts[one.op_id] for one in (note, number, person)]
    assert {each.verdict for each in told} == {VerdictKind.CONFLICT}
    assert {each.version for each in told} == {0}
    assert [each.problem.type if each.problem else "" for each in told] == ["group-conflict", "", "group-conflict"]
    assert body(laptop, "phone")["number"] == "515-555-0142"
    assert "given_name" not in body(laptop, "doe")
    kept = {field: yours for _, field, yours in open_conflicts(laptop)}
    assert kept.keys() == {"created", "number", "given_name"}
    assert "He moved." in kept["created"]
    assert laptop.hash(laptop.caseload) == last_hash(laptop)


def test_a_record_that_its_group_kept_from_being_made_is_made_or_let_go_by_the_answer(laptop: Laptop) -> None:
    """A create that resolves makes it, a delete that resolves lets it go; either ends the question, once."""
    together = {"group_id": "visit", "group_size": 3}
    made, gone = (laptop.contact("doe", text, **together) for text in ("Made.", "Gone."))
    number = laptop.edit("phone", "phone", 1, fields={"number": ("515-555-0100", "515-555-0199")}, **together)
    central_edits(laptop, "phone", number="515-555-0142")
    laptop.send(made, gone, number)
    asked = {one: laptop.verdicts[one].conflicts[0].conflict_id for one in laptop.verdicts}
    again = laptop.op("contact.create", made.record_id, made.body, resolves=asked[made.op_id])
    away = laptop.op("contact.delete", gone.record_id, resolves=asked[gone.op_id])
    theirs = laptop.edit("phone", "phone", 2, fields={}, resolves=asked[number.op_id])
    laptop.send(again, away, theirs)
    assert {laptop.verdicts[one.op_id].verdict for one in (again, away, theirs)} <= {
        VerdictKind.ACCEPTED,
        VerdictKind.MERGED,
    }
    assert open_conflicts(laptop) == []
    assert body(laptop, made.record_id)["note"] == "Made."
    with reading(laptop.engine) as conn, pytest.raises(NotFound):
        read_record(conn, gone.record_id)


def test_members_added_to_a_set_never_conflict(laptop: Laptop) -> None:
    """Two officers' aliases both stand."""
    central_edits(laptop, "doe", aliases=["Jo", "Big Jo"])
    op = laptop.op("person.edit", "doe", {"add": {"aliases": ["Joey"]}, "remove": {"aliases": ["Jo"]}}, base_version=1)
    laptop.send(op)
    assert laptop.verdicts[op.op_id].verdict is VerdictKind.MERGED
    assert body(laptop, "doe")["aliases"] == ["Big Jo", "Joey"]


def test_an_edit_against_a_deletion_is_kept_as_a_conflict(laptop: Laptop) -> None:
    """Nothing typed is dropped because somebody deleted the record."""
    other = Laptop(laptop.engine, device="laptop-2")
    other.send(other.op("phone.delete", "phone", base_version=1))
    op = laptop.edit("phone", "phone", 1, fields={"note": ("", "typed")})
    laptop.send(op)
    verdict = laptop.verdicts[op.op_id]
    assert (verdict.verdict, verdict.problem and verdict.problem.type) == (VerdictKind.CONFLICT, "record-deleted")
    assert [(each.field, each.yours) for each in verdict.conflicts] == [("note", "typed")]
    assert laptop.copy[laptop.caseload]["phone"].deleted
    assert laptop.hash(laptop.caseload) == other.hash(other.caseload)


def test_a_deletion_does_not_swallow_another_officers_edit(laptop: Laptop) -> None:
    """Deleting what has changed since is asked about; deleting what the device knows is done."""
    central_edits(laptop, "phone", note="central")
    stale = laptop.op("phone.delete", "phone", base_version=1)
    laptop.send(stale)
    assert laptop.verdicts[stale.op_id].verdict is VerdictKind.CONFLICT
    informed = laptop.op("phone.delete", "phone", base_version=2)
    laptop.send(informed)
    assert laptop.verdicts[informed.op_id].verdict is VerdictKind.ACCEPTED


def test_fields_and_kinds_of_a_newer_client_are_kept(laptop: Laptop) -> None:
    """What this version does not know comes back as it came."""
    note = laptop.contact("doe")
    note = laptop.op("contact.create", body={**note.body, "mood": {"scale": 4}})
    unknown = laptop.op("gps_alert.create", body={"person_id": "doe", "result": "negative"})
    laptop.send(note, unknown)
    fresh = Laptop(laptop.engine, device="laptop-2")
    fresh.send()
    copy = fresh.copy[fresh.caseload]
    assert copy[note.record_id].body == note.body
    assert (copy[unknown.record_id].kind, copy[unknown.record_id].body) == ("gps_alert", unknown.body)
