"""A group whose rest never comes: seen at once, overdue after a week, and ended by a person."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.office.releasing import in_quarantine, refuse, release
from fieldpo.sync.protocol.exchange import VerdictKind
from fieldpo.sync.protocol.ops import Op
from tests.central.laptop import NOW, Laptop, put_person
from tests.teams.agency import BOSS, RIVERA, found, late, live


def half_sent(database: Engine) -> tuple[Laptop, list[Op]]:
    """Two of three notes of a group; the third is kept back."""
    put_person(database, RIVERA, "p1")
    rivera = Laptop(database)
    ops = [rivera.contact("p1", f"Part {n}", group_id="g", group_size=3) for n in range(3)]
    rivera.send(*ops[:2])
    return rivera, ops


def seen(database: Engine, now: dt.datetime) -> list[tuple[object, object]]:
    """What the list says of groups."""
    with reading(database) as conn:
        return [(row["problem"], row["overdue"]) for row in in_quarantine(conn, now)]


def test_it_is_seen_at_once_and_overdue_after_a_week(database: Engine) -> None:
    """In the list, in the supervisor's queue with its text, and on the officer's device with why."""
    north = found(database)
    rivera, ops = half_sent(database)
    told = rivera.verdicts[ops[0].op_id]
    assert (told.verdict, told.problem and (told.problem.type, told.problem.detail)) == (
        VerdictKind.BLOCKED,
        ("group-incomplete", "2 of 3"),
    )
    assert seen(database, NOW) == [("waiting for the rest, 2 of 3", False)] * 2
    assert seen(database, NOW + dt.timedelta(days=7)) == [("waiting for the rest, 2 of 3", True)] * 2
    boss = Laptop(database, user=BOSS, device="boss")
    boss.send()
    (item,) = live(boss, north, "held_item")
    assert item.body is not None
    assert (item.body["reason"], item.body["detail"], item.body.get("overdue", False)) == (
        "group-incomplete",
        "2 of 3",
        False,
    )
    assert sorted(body["note"] for body in item.body["body"].values()) == ["Part 0", "Part 1"]
    late(boss, dt.timedelta(days=7))
    boss.send()
    (item,) = live(boss, north, "held_item")
    assert item.body is not None
    assert item.body["overdue"] is True
    rivera.send(ops[2])
    assert {rivera.verdicts[op.op_id].verdict for op in ops} == {VerdictKind.ACCEPTED}
    boss.send()
    assert live(boss, north, "held_item") == []


@pytest.mark.parametrize("released", [True, False])
def test_a_person_ends_the_waiting(database: Engine, released: bool) -> None:  # noqa: FBT001 - pytest's parameter
    """Released, each note stands alone; refused, none does; and the last one that comes after all fares the same."""
    rivera, ops = half_sent(database)
    first = ops[0].op_id
    with writing(database) as conn:
        (release if released else refuse)(conn, first, NOW)
    rivera.send()
    rivera.send(ops[2])
    wanted = VerdictKind.ACCEPTED if released else VerdictKind.REJECTED
    assert [rivera.verdicts[op.op_id].verdict for op in ops] == [wanted] * 3
    notes = {(each.body or {}).get("note") for each in live(rivera, rivera.caseload, "contact")}
    assert len(rivera.copy[rivera.caseload]) == (4 if released else 1)
    assert notes <= {"Part 0", "Part 1", "Part 2", None}
    with reading(database) as conn:
        open_rows = in_quarantine(conn, NOW)
    assert [row["op_id"] for row in open_rows] == ([] if released else [ops[2].op_id])
    assert rivera.hash(rivera.caseload) == next(
        page.hash for page in rivera.send().partitions if page.id == rivera.caseload
    )


def test_only_what_was_refused_is_marked_so(database: Engine) -> None:
    """Other bytes that came under the id of a member stand beside the group, and stay to be looked at."""
    rivera, ops = half_sent(database)
    rivera.send(replace(ops[0], body={**ops[0].body, "note": "Something else"}))
    with writing(database) as conn:
        refuse(conn, ops[0].op_id, NOW)
        assert [row["op_id"] for row in in_quarantine(conn, NOW)] == [ops[0].op_id]
        refuse(conn, ops[0].op_id, NOW)
        assert in_quarantine(conn, NOW) == []
