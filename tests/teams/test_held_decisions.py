"""A supervisor decides on what central holds: taken, carried out once, refused where it is not theirs to decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.team_tables import late_decided
from fieldpo.central.office import intake, releasing, transfer
from fieldpo.central.office.last_decided import last_decided
from fieldpo.central.office.records import delete_record, read_record
from fieldpo.central.serving.app import create_app
from fieldpo.central.settings import Settings
from fieldpo.central.teams import team
from fieldpo.central.teams.held_carrying import carry_out
from fieldpo.central.teams.team_feed import renew
from fieldpo.sync.protocol.exchange import VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import Op
from tests.central.conftest import POSTGRES
from tests.central.laptop import NOW, Laptop, put_person
from tests.central_records import put_record
from tests.teams.agency import BOSS, OKAFOR, RIVERA, agree, found, live, put_client
from tests.teams.test_groups_that_wait import half_sent


def boss_of(database: Engine, user: str = BOSS) -> Laptop:
    """A supervisor's laptop."""
    return Laptop(database, user=user, device=f"{user}-laptop")


def decision(laptop: Laptop, held: Op, said: str, **more: Any) -> Op:
    """What a supervisor decides on an entry that is held."""
    body = {"held_op_id": held.op_id, "decision": said, "officer_id": laptop.user, "written_at": NOW.isoformat()}
    return laptop.op("held_decision.create", body=body | more)


def said(laptop: Laptop, op: Op) -> str:
    """The code of its refusal; empty where it was taken."""
    laptop.send(op)
    problem = laptop.verdicts[op.op_id].problem
    assert (problem is None) == (laptop.verdicts[op.op_id].verdict is VerdictKind.ACCEPTED)
    return problem.type if problem else ""


def items(laptop: Laptop, partition: str) -> list[dict[str, Any]]:
    """What the supervisor sees as held."""
    return [each.body or {} for each in live(laptop, partition, "held_item")]


def late_entry(database: Engine, person: str = "p1", laptop: Laptop | None = None) -> tuple[Laptop, Op]:
    """Rivera's contact with a client who has gone to Okafor meanwhile."""
    put_client(database, RIVERA, person)
    rivera = laptop or Laptop(database)
    rivera.send()
    with writing(database) as conn:
        transfer.transfer(conn, person, caseload_partition(OKAFOR), now=NOW)
    rivera.send()
    entry = rivera.contact(person, "Seen at the gate")
    rivera.send(entry)
    assert rivera.verdicts[entry.op_id].verdict == VerdictKind.REJECTED
    return rivera, entry


def met(laptop: Laptop, **more: Any) -> Op:
    """Someone not listed."""
    op = laptop.op("intake.create", body={"family_name": "Doe", "officer_id": laptop.user, "note": "Desk."} | more)
    laptop.send(op)
    return op


@pytest.mark.parametrize("released", [True, False])
def test_a_late_entry_is_released_or_refused(database: Engine, released: bool) -> None:  # noqa: FBT001 - pytest's
    """In the answer to the same exchange it is held no more; its officer hears; the log names the supervisor."""
    north = found(database, officers=(RIVERA, OKAFOR))
    rivera, entry = late_entry(database)
    boss = boss_of(database)
    boss.send()
    assert [(item["reason"], item["op_id"]) for item in items(boss, north)] == [("after-leave", entry.op_id)]
    word = "release" if released else "refuse"
    assert said(boss, decision(boss, entry, word, reason="Spoken with Okafor")) == ""
    assert items(boss, north) == []
    rivera.send()
    wanted = VerdictKind.ACCEPTED if released else VerdictKind.REJECTED
    assert rivera.verdicts[entry.op_id].verdict == wanted
    with reading(database) as conn:
        notes = {(row.what, row.who) for row in audit.rows(conn)}
    assert (f"quarantine {word}", BOSS) in notes
    agree(database, boss)


@pytest.mark.parametrize("decide", [releasing.release, releasing.refuse])
def test_what_is_decided_at_the_shell_leaves_the_queue(database: Engine, decide: Callable[..., Any]) -> None:
    """A late entry that was released or refused there waits for nobody."""
    north = found(database, officers=(RIVERA, OKAFOR))
    _, entry = late_entry(database)
    with writing(database) as conn:
        decide(conn, entry.op_id, NOW)
    boss = boss_of(database)
    boss.send()
    assert items(boss, north) == []
    assert said(boss, decision(boss, entry, "release")) == "already-decided"


def test_a_queue_that_kept_what_the_shell_decided_lets_go_of_it(database: Engine) -> None:
    """As a database of before says it: the entry is closed, its place in the queue is not. What is open stays."""
    north = found(database, officers=(RIVERA, OKAFOR))
    rivera, entry = late_entry(database)
    _, still = late_entry(database, "p2", rivera)
    with writing(database) as conn:
        releasing.refuse(conn, entry.op_id, NOW)
        conn.execute(text("UPDATE review SET state = 'open'"))
        late_decided(conn)
        states = {row.op_id: row.state for row in conn.execute(text("SELECT op_id, state FROM review"))}
    assert states == {entry.op_id: "refused", still.op_id: "open"}
    boss = boss_of(database)
    boss.send()
    assert [item["op_id"] for item in items(boss, north)] == [still.op_id]


@pytest.mark.parametrize("released", [True, False])
def test_a_group_that_waits_is_ended_as_a_whole(database: Engine, released: bool) -> None:  # noqa: FBT001 - pytest's
    """By its first entry, which is the one that the item names."""
    north = found(database)
    rivera, ops = half_sent(database)
    boss = boss_of(database)
    boss.send()
    (item,) = items(boss, north)
    held = next(op for op in ops if op.op_id == item["op_id"])
    word = "release" if released else "refuse"
    assert said(boss, decision(boss, held, word, reason="The laptop was lost")) == ""
    assert items(boss, north) == []
    rivera.send()
    wanted = VerdictKind.ACCEPTED if released else VerdictKind.REJECTED
    assert [rivera.verdicts[op.op_id].verdict for op in ops[:2]] == [wanted] * 2


def test_someone_not_listed_is_matched_made_or_refused(database: Engine) -> None:
    """To a candidate, who is offered with a name, or a client of the team; a new case with an officer of the team."""
    north = found(database, officers=(RIVERA, OKAFOR))
    put_person(database, "elsewhere", "p9", family_name="Roe", given_name="Jo", birth_date="1990-04-02")
    put_person(database, OKAFOR, "p1")
    rivera, boss = Laptop(database), boss_of(database)
    typed = rivera.op("person.create", body={"family_name": "Poe", "agency_ids": {"doc": "A-9"}})
    rivera.send(typed)
    first, second, third, fourth = (met(rivera, agency_id=number) for number in ("A-9", "", "", ""))
    boss.send()
    offered = {item["op_id"]: item.get("candidates", []) for item in items(boss, north)}
    assert [(one["subject_id"], one["name"], one["why"]) for one in offered[first.op_id]] == [
        (typed.record_id, "Poe", "claimed")
    ]
    assert offered[second.op_id] == []
    assert said(boss, decision(boss, second, "match", subject_id="p9")) == "not-supervisor"
    assert said(boss, decision(boss, second, "match", subject_id="nobody")) == "not-supervisor"
    assert said(boss, decision(boss, second, "create", caseload_of="elsewhere")) == "not-supervisor"
    assert said(boss, decision(boss, first, "match", subject_id=typed.record_id)) == ""
    assert said(boss, decision(boss, second, "match", subject_id="p1")) == ""
    assert said(boss, decision(boss, third, "create", caseload_of=OKAFOR, supervision_type="parole")) == ""
    assert said(boss, decision(boss, fourth, "refuse", reason="Another county's")) == ""
    assert items(boss, north) == []
    rivera.send()
    bodies = [each.body or {} for each in live(rivera, rivera.caseload, "intake_outcome")]
    told = {body["intake_id"]: body for body in bodies}
    became = [told[op.record_id]["became"] for op in (first, second, third, fourth)]
    assert became == ["matched", "matched", "created", "refused"]
    assert told[fourth.record_id]["reason"] == "Another county's"
    with reading(database) as conn:
        assert read_record(conn, first.record_id).person_id == typed.record_id
        assert read_record(conn, second.record_id).partition == caseload_partition(OKAFOR)
        assert (f"intake {became[0]}", BOSS) in {(row.what, row.who) for row in audit.rows(conn)}
    agree(database, boss)


def test_who_does_not_supervise_decides_nothing(database: Engine) -> None:
    """Not the author, also as a supervisor, not a colleague, not another team's; nor on what is not there."""
    found(database, officers=(RIVERA, BOSS))
    found(database, "South", (OKAFOR,), "lane")
    rivera, boss, lane = Laptop(database), boss_of(database), boss_of(database, "lane")
    theirs, own = met(rivera), met(boss)
    for laptop, held in ((rivera, theirs), (lane, theirs), (boss, own)):
        assert said(laptop, decision(laptop, held, "refuse", reason="x")) == "not-supervisor"
    unknown = boss.op("intake.create", body={})
    assert said(boss, decision(boss, unknown, "refuse", reason="x")) == "not-supervisor"
    with writing(database) as conn:
        team.leave(conn, RIVERA, now=NOW)
    assert said(boss, decision(boss, theirs, "refuse", reason="x")) == "not-supervisor"


def test_a_late_entry_is_decided_by_whoever_supervises_the_case_now(database: Engine) -> None:
    """Not by its author's supervisor, while the officer who has the case is in a team."""
    found(database)
    south = found(database, "South", (OKAFOR,), "lane")
    _, entry = late_entry(database)
    boss, lane = boss_of(database), boss_of(database, "lane")
    assert said(boss, decision(boss, entry, "release")) == "not-supervisor"
    assert said(lane, decision(lane, entry, "release")) == ""
    assert items(lane, south) == []


def test_a_decision_has_a_form_and_is_for_good(database: Engine) -> None:
    """A word that fits, a reason to refuse, no place with a person; once alone; and nobody withdraws it."""
    found(database)
    put_person(database, RIVERA, "p1")
    rivera, boss = Laptop(database), boss_of(database)
    held, more = met(rivera), met(rivera)
    for wrong in (
        {"said": "release"},
        {"said": "burn"},
        {"said": "refuse"},
        {"said": "refuse", "reason": "  "},
        {"said": "match"},
        {"said": "refuse", "reason": "x", "person_id": "p1"},
    ):
        assert said(boss, decision(boss, held, **wrong)) == "invalid-body", wrong
    first, second = (decision(boss, held, "refuse", reason="x") for _ in range(2))
    boss.send(first, second)
    assert [boss.verdicts[op.op_id].verdict for op in (first, second)] == [VerdictKind.ACCEPTED, VerdictKind.REJECTED]
    problem = boss.verdicts[second.op_id].problem
    assert problem is not None
    assert problem.detail == "refuse"
    assert said(boss, decision(boss, held, "refuse", reason="x")) == "already-decided"
    taken = {"entry_id": first.record_id, "reason": "no", "officer_id": BOSS, "written_at": NOW.isoformat()}
    assert said(boss, boss.op("withdrawal.create", body=taken, undoes=first.op_id)) == "already-decided"
    assert said(boss, decision(boss, more, "refuse", reason="x")) == ""


class Down:
    """The database refuses to look for what is undone, as when central dies after the commit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __enter__(self) -> None:
        event.listen(self.engine, "before_cursor_execute", self._refuse)

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._refuse)

    def _refuse(self, _: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("SELECT held_decision.id \n") and "ORDER BY" in statement:
            raise OperationalError(statement, None, OSError())


def test_what_central_did_not_come_to_is_done_when_it_starts(database: Engine) -> None:
    """Until then the item says what was decided and by whom, and nobody decides again."""
    north = found(database)
    rivera, boss = Laptop(database), boss_of(database)
    held, late = met(rivera), met(rivera)
    boss.send()
    with Down(database):
        assert said(boss, decision(boss, held, "refuse", reason="Not ours")) == ""
    with writing(database) as conn:
        team.supervise(conn, north, "lane", now=NOW)
    lane = boss_of(database, "lane")
    with Down(database):
        assert said(lane, decision(lane, held, "refuse", reason="Nor mine")) == "already-decided"
    with writing(database) as conn:  # the queue is read while nothing can be done
        renew(conn, north, NOW)
    with Down(database):
        lane.send()
    shown = {item["op_id"]: (item.get("decided"), item.get("decided_by")) for item in items(lane, north)}
    assert shown == {held.op_id: ("refuse", BOSS), late.op_id: (None, None)}
    create_app(Settings(database_url=str(database.url)), database, lambda: NOW)
    carry_out(database, NOW)
    rivera.send()
    assert [(each.body or {})["reason"] for each in live(rivera, rivera.caseload, "intake_outcome")] == ["Not ours"]
    lane.send()
    assert [item["op_id"] for item in items(lane, north)] == [late.op_id]
    agree(database, lane)


def test_what_central_did_not_come_to_waits_for_no_supervisor(database: Engine) -> None:
    """Whoever decided supervises nobody any more: the next exchange of anybody's carries it out."""
    north = found(database)
    rivera, boss = Laptop(database), boss_of(database)
    held = met(rivera)
    boss.send()
    with Down(database):
        assert said(boss, decision(boss, held, "refuse", reason="Not ours")) == ""
    with writing(database) as conn:
        team.end_supervising(conn, north, BOSS, now=NOW)
    rivera.send()
    assert [(each.body or {})["reason"] for each in live(rivera, rivera.caseload, "intake_outcome")] == ["Not ours"]


def test_what_central_cannot_do_comes_back_with_why(database: Engine) -> None:
    """The item stands with the sentence; somebody decides anew, and the others are done all the same."""
    north = found(database, officers=(RIVERA, OKAFOR))
    rivera, entry = late_entry(database)
    with writing(database) as conn:
        put_record(conn, caseload_partition(RIVERA), entry.record_id, "officer", {"name": "In its place"}, now=NOW)
    other = met(rivera)
    boss = boss_of(database)
    boss.send(decision(boss, entry, "release"), decision(boss, other, "refuse", reason="Not ours"))
    (item,) = items(boss, north)
    assert (item["op_id"], item.get("decided")) == (entry.op_id, None)
    assert item["trouble"].startswith("It cannot be released")
    with writing(database) as conn:
        delete_record(conn, entry.record_id, now=NOW)
    assert said(boss, decision(boss, entry, "refuse", reason="Written twice")) == ""
    assert items(boss, north) == []
    with reading(database) as conn:
        states = conn.execute(text("SELECT state FROM held_decision ORDER BY state")).scalars()
        assert list(states) == ["done", "done", "failed"]


def test_what_failed_before_a_decision_that_was_done_is_not_told_again(database: Engine) -> None:
    """What was released, and is held anew because it was refused after all, has nothing to say of the tries before."""
    tries = [("failed", "It cannot be released", 1), ("done", "", 2)]
    with writing(database) as conn:
        for state, trouble, hour in tries:
            row = {"id": f"d{hour}", "state": state, "trouble": trouble, "at": stamp(NOW.replace(hour=hour))}
            conn.execute(
                text(
                    "INSERT INTO held_decision (id, held_op_id, user_id, decision, state, trouble, decided_at) "
                    "VALUES (:id, 'op', 'boss', 'release', :state, :trouble, :at)"
                ),
                row,
            )
    with reading(database) as conn:
        assert last_decided(conn, ["op"]) == {}
    with writing(database) as conn:
        conn.execute(text("UPDATE held_decision SET state = 'failed', trouble = 'Not now' WHERE id = 'd2'"))
    with reading(database) as conn:
        assert last_decided(conn, ["op"])["op"].trouble == "Not now"


def test_what_is_settled_meanwhile_is_left_alone(database: Engine) -> None:
    """The shell was first, or its officer took it back: nothing is done twice, and nothing is held."""
    north = found(database)
    rivera, boss = Laptop(database), boss_of(database)
    shell, taken = met(rivera), met(rivera)
    boss.send()
    with Down(database):
        for held in (shell, taken):
            assert said(boss, decision(boss, held, "create", caseload_of=RIVERA)) == ""
    error = {"entry_id": taken.record_id, "reason": "twice", "officer_id": RIVERA, "written_at": NOW.isoformat()}
    with Down(database):
        rivera.send(rivera.op("withdrawal.create", body=error))
    with writing(database) as conn:
        intake.refuse(conn, shell.record_id, "Another county's", NOW)
    boss.send()
    assert items(boss, north) == []
    rivera.send()
    assert [(each.body or {})["became"] for each in live(rivera, rivera.caseload, "intake_outcome")] == ["refused"]
    assert live(rivera, rivera.caseload, "person") == []


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_of_two_supervisors_at_one_moment_one_decides(database: Engine) -> None:
    """The second waits for the first: both lock the caseload of who wrote it."""
    north = found(database)
    with writing(database) as conn:
        team.supervise(conn, north, "lane", now=NOW)
    rivera, boss, lane = Laptop(database), boss_of(database), boss_of(database, "lane")
    held = met(rivera)
    locked: list[str] = []

    def first(conn: Any, _: object, statement: str, parameters: Any, *__: object) -> None:
        if "FROM partition_counter" in statement and "FOR UPDATE" in statement and not locked:
            locked.extend(str(value) for values in parameters.values() for value in values)
            boss.send(decision(boss, held, "refuse", reason="Not ours"))

    event.listen(database, "before_cursor_execute", first)
    try:
        assert said(lane, decision(lane, held, "create", caseload_of=RIVERA)) == "already-decided"
    finally:
        event.remove(database, "before_cursor_execute", first)
    assert rivera.caseload in locked
