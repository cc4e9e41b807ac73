"""What central refuses, where it is kept, and that it delays nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import VerdictKind
from fieldpo.sync.protocol.ops import freeze
from tests.central.laptop import Laptop, put_person, put_phone
from tests.central_records import every_record


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop; Okafor has a client of his own."""
    put_person(database, "rivera", "doe")
    put_phone(database, "rivera", "doe", "phone")
    put_person(database, "okafor", "roe")
    return Laptop(database)


def quarantined(laptop: Laptop) -> list[tuple[str, str]]:
    """(op_id, state) of each quarantined op."""
    with reading(laptop.engine) as conn:
        rows = conn.exec_driver_sql("SELECT op_id, state FROM quarantine ORDER BY op_id")
        return [(row.op_id, row.state) for row in rows]


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "wrong-author": ("contact.create", {"author_id": "okafor"}),
    "wrong-device": ("contact.create", {"device_id": "laptop-9"}),
    "insert-only": ("contact.edit", {}),
    "central-only": ("officer.create", {}),
    "unknown-verb": ("contact.explode", {}),
    "invalid-body": ("contact.create", {"body": {"person_id": "doe"}}),
    "control-characters": ("contact.create", {"note": "bell \x07"}),
    "too-large": ("contact.create", {"note": "x" * 300_000}),
    "already-exists": ("phone.create", {"record_id": "phone", "body": {"person_id": "doe", "number": "1"}}),
    "fixed-field": (
        "phone.edit",
        {"record_id": "phone", "body": {"fields": {"person_id": {"old": "doe", "new": "roe"}}}},
    ),
    "wrong-kind": ("address.edit", {"record_id": "phone", "body": {"fields": {}}}),
    "not-granted": ("contact.create", {"person": "roe"}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refused_op_is_quarantined_with_its_reason_and_delays_nothing(laptop: Laptop, code: str) -> None:
    """The op between two good ones is refused by its code, durable, and changes no record."""
    kind, more = REFUSED[code]
    template = laptop.contact(more.get("person", "doe"))
    given: dict[str, Any] = {
        "record_id": template.record_id,
        "body": {**template.body, **({"note": more["note"]} if "note" in more else {})},
    }
    given |= {name: value for name, value in more.items() if name not in ("note", "person")}
    poison = laptop.op(kind, **given)
    before, after = laptop.contact("doe"), laptop.contact("doe")
    laptop.send(before, poison, after)
    verdict = laptop.verdicts[poison.op_id]
    assert (verdict.verdict, verdict.problem and verdict.problem.type) == (VerdictKind.REJECTED, code)
    assert {laptop.verdicts[each.op_id].verdict for each in (before, after)} == {VerdictKind.ACCEPTED}
    assert quarantined(laptop) == [(poison.op_id, "open")]
    with reading(laptop.engine) as conn:
        assert {each.id for each in every_record(conn)} == {"doe", "roe", "phone", before.record_id, after.record_id}


def test_text_that_is_no_op_is_kept_and_answered(laptop: Laptop) -> None:
    """Whatever a device sends is durable, and has a verdict under a name made from its bytes."""
    answer = laptop.send((1, "not json \x00"), (2, '{"op_id": "half-an-op"}'))
    assert [(each.verdict, each.problem and each.problem.type) for each in answer.verdicts] == [
        (VerdictKind.REJECTED, "unreadable")
    ] * 2
    assert answer.verdicts[1].op_id == "half-an-op"
    with reading(laptop.engine) as conn:
        raws = [bytes(row.raw).decode() for row in conn.exec_driver_sql("SELECT raw FROM inbox ORDER BY number")]
    assert raws == ["not json \x00", '{"op_id": "half-an-op"}']


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\u202e"])
@pytest.mark.parametrize("name", ["record_id", "group_id", "supersedes", "kind", "op_id"])
def test_control_characters_in_an_identifier_stop_nothing(laptop: Laptop, name: str, control: str) -> None:
    """Not even U+0000, which PostgreSQL's text cannot hold: the op is kept, refused, and delays nothing."""
    poison = msgspec.structs.replace(laptop.contact("doe", group_size=1), **{name: f"a{control}b"})
    after = laptop.contact("doe")
    answer = laptop.send(poison, after)
    assert [(each.verdict, each.problem and each.problem.type) for each in answer.verdicts] == [
        (VerdictKind.REJECTED, "control-characters"),
        (VerdictKind.ACCEPTED, None),
    ]
    assert answer.known_through == 2


def test_a_body_nested_beyond_reason_is_refused(laptop: Laptop) -> None:
    """It neither breaks the exchange nor vanishes."""
    text = freeze(laptop.contact("doe")).replace('"Home, talked about work."', "[" * 5_000 + "]" * 5_000)
    answer = laptop.send((1, text), (2, freeze(laptop.contact("doe"))))
    assert [each.verdict for each in answer.verdicts] == [VerdictKind.REJECTED, VerdictKind.ACCEPTED]


def test_what_only_looks_like_a_control_character_is_fine(laptop: Laptop) -> None:
    """A note about a backslash, with line ends and a tab, is accepted."""
    op = laptop.contact("doe", "C:\\u0007 and\nmore\tof it, naïve – ünïcode")
    laptop.send(op)
    assert laptop.verdicts[op.op_id].verdict is VerdictKind.ACCEPTED


def test_a_request_that_names_another_device_is_refused_whole(laptop: Laptop) -> None:
    """The token's device is the request's device."""
    with pytest.raises(BadInput):
        laptop.send(device="laptop-9")


def test_an_op_supersedes_a_refused_one_once(laptop: Laptop) -> None:
    """The corrected entry is applied and closes the quarantine row; a second correction is refused."""
    bad = laptop.op("contact.create", body={"person_id": "doe"})
    child = laptop.contact("doe", deps=[bad.op_id])
    laptop.send(bad, child)
    assert laptop.verdicts[child.op_id].verdict is VerdictKind.BLOCKED
    better = laptop.contact("doe", supersedes=bad.op_id)
    second = laptop.contact("doe", supersedes=bad.op_id)
    laptop.send(better, second)
    assert laptop.verdicts[better.op_id].verdict is VerdictKind.ACCEPTED
    assert laptop.verdicts[child.op_id].verdict is VerdictKind.ACCEPTED
    problem = laptop.verdicts[second.op_id].problem
    assert problem is not None
    assert problem.type == "already-superseded"
    assert sorted(quarantined(laptop)) == sorted([(bad.op_id, "superseded"), (second.op_id, "open")])


def test_a_superseded_op_that_arrives_late_is_stored_and_never_applied(laptop: Laptop) -> None:
    """After a restore the successor may come first."""
    old = laptop.contact("doe", "Old words")
    new = laptop.contact("doe", "New words", supersedes=old.op_id)
    laptop.send(new)
    laptop.send(old)
    assert laptop.verdicts[new.op_id].verdict is VerdictKind.ACCEPTED
    problem = laptop.verdicts[old.op_id].problem
    assert problem is not None
    assert problem.type == "superseded"
    with reading(laptop.engine) as conn:
        assert old.record_id not in {each.id for each in every_record(conn)}


@pytest.mark.parametrize("body", [{}, {"kept_by": "nobody"}])
def test_what_an_undecided_op_replaces_is_not_applied_when_it_comes_late(laptop: Laptop, body: dict[str, Any]) -> None:
    """A successor that is refused, or waits, is the officer's last word all the same; so is one of a longer line."""
    first = laptop.contact("doe", "First words")
    second = laptop.contact("doe", "Second words", supersedes=first.op_id)
    unfit = {"body": body} if body else {"deps": ["what never comes"]}
    third = laptop.op("contact.create", supersedes=second.op_id, **unfit)
    for each in (third, second, first):
        laptop.send(each)
    said = [laptop.verdicts[each.op_id] for each in (second, first)]
    assert [each.problem.type if each.problem else each.verdict for each in said] == ["superseded", "superseded"]
    with reading(laptop.engine) as conn:
        assert not [each for each in every_record(conn) if each.kind == "contact"]


def test_nobody_replaces_or_closes_another_officers_entry(laptop: Laptop) -> None:
    """An op_id is no key to what somebody else is asked about."""
    bad = laptop.op("phone.create", body={"person_id": "doe"})
    laptop.send(bad)
    other = Laptop(laptop.engine, user="okafor", device="laptop-2")
    instead = other.contact("roe", supersedes=bad.op_id)
    undo = other.op("phone.delete", bad.record_id, undoes=bad.op_id)
    other.send(instead, undo)
    assert other.verdicts[instead.op_id].verdict is VerdictKind.REJECTED
    assert (bad.op_id, "open") in quarantined(laptop)


def test_an_op_that_waits_can_be_replaced(laptop: Laptop) -> None:
    """The blocked one is answered for good and kept where refused ones are; its successor is applied once."""
    waits = laptop.contact("doe", "First", deps=["never-comes"])
    laptop.send(waits)
    instead = laptop.contact("doe", "Second", supersedes=waits.op_id)
    laptop.send(instead)
    problem = laptop.verdicts[waits.op_id].problem
    assert (laptop.verdicts[waits.op_id].verdict, problem and problem.type) == (VerdictKind.REJECTED, "superseded")
    assert laptop.verdicts[instead.op_id].verdict is VerdictKind.ACCEPTED
    assert quarantined(laptop) == [(waits.op_id, "superseded")]


def test_undoing_a_line_of_refused_ops_is_nothing_to_do(laptop: Laptop) -> None:
    """Neither the first nor what was to stand in its place was ever applied."""
    bad = laptop.op("phone.create", body={"person_id": "doe"})
    worse = laptop.op("phone.create", body={"person_id": "doe"}, supersedes=bad.op_id)
    undo = laptop.op("phone.delete", bad.record_id, undoes=bad.op_id)
    laptop.send(bad)
    laptop.send(worse, undo)
    assert laptop.verdicts[worse.op_id].verdict is VerdictKind.REJECTED
    assert laptop.verdicts[undo.op_id].verdict is VerdictKind.ACCEPTED


def test_undoing_a_refused_op_closes_it(laptop: Laptop) -> None:
    """There is nothing to take back, and nobody needs to look at it any more."""
    bad = laptop.op("phone.create", body={"person_id": "doe"})
    undo = laptop.op("phone.delete", bad.record_id, undoes=bad.op_id)
    laptop.send(bad, undo)
    assert laptop.verdicts[undo.op_id].verdict is VerdictKind.ACCEPTED
    assert quarantined(laptop) == [(bad.op_id, "undone")]
