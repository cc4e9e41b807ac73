"""A supervisor's partition: who is in it, what waits, and what only a supervisor may write."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Engine

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.deciding import access
from fieldpo.central.office import transfer
from fieldpo.central.teams import team
from fieldpo.sync.protocol.exchange import AGENCY, VerdictKind, case_partition, caseload_partition
from fieldpo.sync.protocol.ops import Op
from tests.central.laptop import NOW, Laptop, put_person
from tests.central_records import put_record
from tests.teams.agency import BOSS, OKAFOR, RIVERA, agree, found, late, live, put_client, step, submitted


def boss_of(database: Engine, user: str = BOSS) -> Laptop:
    """The supervisor's laptop."""
    return Laptop(database, user=user, device=f"{user}-laptop")


def test_a_report_comes_with_its_evidence_and_goes_back_and_forth(database: Engine) -> None:
    """Submitted, returned with a comment, answered by a new report, approved: each laptop sees its part."""
    north = found(database)
    put_client(database, RIVERA, "p1")
    rivera, boss = Laptop(database), boss_of(database)
    report, first = submitted(rivera, "p1")
    rivera.send(report, first)
    boss.send()
    assert set(boss.cursors) == {AGENCY, caseload_partition(BOSS), north}
    (member,) = live(boss, north, "team_member")
    assert member.body is not None
    assert (member.body["open_cases"], member.body["by_level"], member.body["reports_waiting"]) == (1, {"high": 1}, 1)
    (item,) = live(boss, north, "review_item")
    assert item.body is not None
    assert item.body["report"]["facts"] == "Not at home at ten."
    assert item.body["conditions"] == {"p1-condition": {**item.body["conditions"]["p1-condition"], "text": "In by 9"}}
    assert [one["body"]["note"] for one in item.body["evidence"]] == ["Not in at 10"]
    agree(database, boss)

    back = step(boss, "p1", report.record_id, "returned", "Say who was at the door.")
    assert {each.op_id: each.verdict for each in boss.send(back).verdicts}[back.op_id] == VerdictKind.ACCEPTED
    (item,) = live(boss, north, "review_item")
    assert item.body is not None
    assert item.body["state"] == "returned"
    rivera.send()
    assert rivera.copy[rivera.caseload][back.record_id].body == back.body
    answer, again = submitted(rivera, "p1", answers_id=report.record_id, facts="His sister opened.")
    rivera.send(answer, again)
    boss.send()
    (item,) = live(boss, north, "review_item")
    assert item.body is not None
    assert (item.body["report_id"], item.body["earlier"]["facts"]) == (answer.record_id, "Not at home at ten.")
    assert [one["comment"] for one in item.body["earlier_steps"] if one["step"] == "returned"] == [
        "Say who was at the door."
    ]
    yes = step(boss, "p1", answer.record_id, "approved")
    boss.send(yes)
    assert boss.verdicts[yes.op_id].verdict == VerdictKind.ACCEPTED
    assert live(boss, north, "review_item") == []
    rivera.send()
    assert rivera.copy[rivera.caseload][yes.record_id].body == yes.body
    agree(database, boss)
    agree(database, rivera)


def test_a_report_whose_answer_is_withdrawn_waits_for_its_officer_again(database: Engine) -> None:
    """Returned, answered, the answer entered in error: the returned report is in the queue and in the counts."""
    north = found(database)
    put_client(database, RIVERA, "p1")
    rivera, boss = Laptop(database), boss_of(database)
    report, first = submitted(rivera, "p1")
    rivera.send(report, first)
    boss.send(step(boss, "p1", report.record_id, "returned", "Say who was at the door."))
    rivera.send()
    answer, again = submitted(rivera, "p1", answers_id=report.record_id)
    rivera.send(answer, again)
    boss.send()
    assert queue(boss, north) == ([answer.record_id], (1, 0))
    rivera.send(*(withdrawn(rivera, "p1", one.record_id) for one in (answer, again)))
    boss.send()
    assert queue(boss, north) == ([report.record_id], (0, 1))
    rivera.send(withdrawn(rivera, "p1", report.record_id))
    boss.send()
    assert queue(boss, north) == ([], (0, 0))
    agree(database, boss)


def queue(boss: Laptop, team_id: str) -> tuple[list[str], tuple[int, int]]:
    """The reports in a team's queue, and how many of its one member's wait and are back with them."""
    items = [one.body or {} for one in live(boss, team_id, "review_item")]
    (member,) = [one.body or {} for one in live(boss, team_id, "team_member")]
    counts = int(member.get("reports_waiting", 0)), int(member.get("reports_returned", 0))
    return [str(one["report_id"]) for one in items], counts


def withdrawn(laptop: Laptop, person: str, entry: str) -> Op:
    """An entry taken back as made in error."""
    body = {"entry_id": entry, "reason": "In error", "officer_id": laptop.user, "written_at": laptop.now.isoformat()}
    return laptop.op("withdrawal.create", body={"person_id": person, **body})


def test_only_another_ones_supervisor_decides_and_only_once(database: Engine) -> None:
    """Not the author, also as a supervisor, not a colleague, not another team's; and a decision is not made twice."""
    found(database, officers=(RIVERA, BOSS))
    found(database, "South", (OKAFOR,), "lane")
    put_client(database, RIVERA, "p1")
    put_client(database, BOSS, "p2")
    rivera, boss, lane = Laptop(database), boss_of(database), boss_of(database, "lane")
    report, first = submitted(rivera, "p1")
    own, own_first = submitted(boss, "p2")
    hidden, hidden_step = submitted(boss, "p2", officer_id=RIVERA)
    rivera.send(report, first)
    boss.send(own, own_first, hidden, hidden_step)

    def said(laptop: Laptop, *ops: object) -> list[str | None]:
        laptop.send(*ops)  # type: ignore[arg-type]
        problems = [laptop.verdicts[op.op_id].problem for op in ops]  # type: ignore[attr-defined]
        return [each.type if each else None for each in problems]

    assert said(rivera, step(rivera, "p1", report.record_id, "approved")) == ["own-report"]
    assert said(boss, step(boss, "p2", own.record_id, "approved")) == ["own-report"]
    assert said(boss, step(boss, "p2", hidden.record_id, "approved")) == ["own-report"]
    assert said(lane, step(lane, "p1", report.record_id, "approved")) == ["not-supervisor"]
    assert said(boss, step(boss, "p2", report.record_id, "approved")) == ["invalid-body"]
    new, _ = submitted(rivera, "p1")
    yes = step(rivera, "p1", new.record_id, "approved", group_id="g", group_size=2)
    both = msgspec.structs.replace(new, group_id="g", group_size=2)
    assert said(rivera, yes, both) == ["own-report", "group-refused"]
    first_one, second = (step(boss, "p1", report.record_id, each) for each in ("returned", "approved"))
    assert said(boss, first_one, second) == [None, "already-decided"]
    second = step(boss, "p1", report.record_id, "approved")
    assert said(boss, second) == ["already-decided"]
    assert getattr(boss.verdicts[second.op_id].problem, "detail", "") == "returned"
    undo = rivera.op(
        "withdrawal.create",
        body={
            "person_id": "p1",
            "entry_id": first_one.record_id,
            "reason": "no",
            "officer_id": RIVERA,
            "written_at": NOW.isoformat(),
        },
    )
    assert said(rivera, undo) == ["not-supervisor"]


def test_who_leaves_the_team_takes_their_work_along(database: Engine) -> None:
    """An officer who changes teams is gone from one supervisor's device and there on the other's; so is a client."""
    north, south = found(database), found(database, "South", (OKAFOR,), "lane")
    put_client(database, RIVERA, "p1")
    put_client(database, OKAFOR, "p2")
    rivera, boss, lane = Laptop(database), boss_of(database), boss_of(database, "lane")
    rivera.send(*submitted(rivera, "p1"))
    for each in (boss, lane):
        each.send()
    with writing(database) as conn:
        transfer.transfer(conn, "p1", caseload_partition(OKAFOR), now=NOW)
    for each in (boss, lane):
        each.send()
    assert [len(live(boss, north, kind)) for kind in ("review_item", "team_case")] == [0, 0]
    assert [len(live(lane, south, kind)) for kind in ("review_item", "team_case")] == [1, 2]
    with writing(database) as conn:
        team.assign(conn, north, OKAFOR, now=NOW)
    for each in (boss, lane):
        each.send()
    assert [len(live(boss, north, kind)) for kind in ("team_member", "review_item", "team_case")] == [2, 1, 2]
    assert [len(live(lane, south, kind)) for kind in ("team_member", "review_item", "team_case")] == [0, 0, 0]
    with writing(database) as conn:
        team.end_supervising(conn, north, BOSS, now=NOW)
    assert boss.send().revoked == [north]
    for each in (boss, lane):
        agree(database, each)


def test_a_whole_case_comes_on_demand_and_expires(database: Engine) -> None:
    """With a reason, of a team member's client alone, nothing else of the caseload; it is logged and ends."""
    found(database)
    put_client(database, RIVERA, "p1")
    put_client(database, RIVERA, "p2")
    put_client(database, OKAFOR, "p3")
    boss = boss_of(database)

    def ask(person: str, reason: str) -> str | None:
        body = {"subject_id": person, "reason": reason, "officer_id": BOSS, "written_at": NOW.isoformat()}
        op = boss.op("case_request.create", body=body)
        boss.send(op)
        problem = boss.verdicts[op.op_id].problem
        return problem.type if problem else None

    assert ask("p1", "  ") == "invalid-body"
    assert ask("p3", "Curious") == "not-supervisor"
    assert ask("nobody", "Curious") == "not-supervisor"
    assert ask("p1", "Complaint of 20 Nov") is None
    case = case_partition("p1")
    assert set(boss.copy[case]) == {"p1", "p1-case", "p1-condition", "p1-contact"}
    with reading(database) as conn:
        assert [(row.who, row.subject.split()[0]) for row in audit.rows(conn) if row.what == "case on demand"] == [
            (BOSS, case)
        ]
    put_person(database, RIVERA, "p4")
    with writing(database) as conn:
        put_record(
            conn, caseload_partition(RIVERA), "p1-phone", "phone", {"person_id": "p1", "number": "1"}, "p1", now=NOW
        )
    page = next(each for each in boss.send().partitions if each.id == case)
    assert [each.id for each in page.changes] == ["p1-phone"]
    assert boss.hash(case) == page.hash
    note = boss.contact("p1")
    boss.send(note)
    assert boss.verdicts[note.op_id].verdict == VerdictKind.REJECTED
    late(boss, dt.timedelta(days=3))
    assert boss.send().revoked == [case]
    assert ask("p1", "Once more") is None
    with writing(database) as conn:
        transfer.transfer(conn, "p1", caseload_partition(OKAFOR), now=boss.now)
    assert boss.send().revoked == [case]


def test_a_case_that_moves_within_the_team_is_read_on(database: Engine) -> None:
    """Its cursor is of another history then: it comes again whole, and the hash agrees."""
    found(database, officers=(RIVERA, OKAFOR))
    put_client(database, RIVERA, "p1")
    boss = boss_of(database)
    body = {"subject_id": "p1", "reason": "Audit", "officer_id": BOSS, "written_at": NOW.isoformat()}
    boss.send(boss.op("case_request.create", body=body))
    with writing(database) as conn:
        transfer.transfer(conn, "p1", caseload_partition(OKAFOR), now=NOW)
    page = next(each for each in boss.send().partitions if each.id == case_partition("p1"))
    assert (page.reload, len(page.changes)) == (True, 4)
    assert boss.hash(page.id) == page.hash
    with writing(database) as conn:
        access.cover(conn, caseload_partition(OKAFOR), BOSS, NOW + dt.timedelta(days=1), now=NOW)
    assert boss.send().revoked == [case_partition("p1")]


def test_a_late_entry_stands_in_the_supervisors_queue_with_its_text(database: Engine) -> None:
    """Of the team that has the case now; where that is none, of its author's."""
    north, south = found(database), found(database, "South", (OKAFOR,), "lane")
    put_client(database, RIVERA, "p1")
    put_client(database, RIVERA, "p2")
    rivera, boss, lane = Laptop(database), boss_of(database), boss_of(database, "lane")
    rivera.send()
    with writing(database) as conn:
        transfer.transfer(conn, "p1", caseload_partition(OKAFOR), now=NOW)
        transfer.transfer(conn, "p2", caseload_partition("nobody"), now=NOW)
    rivera.send()
    rivera.send(rivera.contact("p1", "Seen at the gate"), rivera.contact("p2", "Seen in court"))
    for each in (boss, lane):
        each.send()
    assert [(item.body or {})["body"]["note"] for item in live(lane, south, "held_item")] == ["Seen at the gate"]
    assert [(item.body or {})["body"]["note"] for item in live(boss, north, "held_item")] == ["Seen in court"]


def test_nothing_new_stamps_nothing(database: Engine) -> None:
    """A supervisor's sync at rest writes no feed row, and an officer's touches no team."""
    north = found(database)
    put_client(database, RIVERA, "p1")
    boss = boss_of(database)
    boss.send()
    number = boss.numbers[north]
    Laptop(database).send()
    boss.send()
    assert boss.numbers[north] == number
