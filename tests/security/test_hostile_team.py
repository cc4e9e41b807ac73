"""Somebody with a good token against teams: whose partition is written, whose report decided, what a queue copies."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import record
from fieldpo.central.caller import Caller
from fieldpo.central.exchanging.exchange import exchange
from fieldpo.central.teams import team
from fieldpo.sync.protocol.exchange import SyncResponse
from fieldpo.sync.protocol.ops import MAX_GROUP_BYTES, MAX_OP_BYTES, Op
from tests.central.laptop import NOW, Laptop
from tests.teams.agency import BOSS, OKAFOR, RIVERA, found, live, put_client, step, submitted


class Agency:
    """North has Rivera and the supervisor; Okafor is in no team of theirs."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.north = found(engine)
        put_client(engine, RIVERA, "p1")
        put_client(engine, OKAFOR, "q1")
        self.rivera = Laptop(engine)
        self.okafor = Laptop(engine, user=OKAFOR, device="okafor-1")
        self.boss = Laptop(engine, user=BOSS, device="boss")
        for each in (self.rivera, self.okafor, self.boss):
            each.send()

    def refusal(self, laptop: Laptop, op: Op) -> str:
        """Send one op; gives the code of its refusal, empty where it was applied."""
        laptop.send(op)
        found_ = laptop.verdicts[op.op_id].problem
        return found_.type if found_ is not None else ""

    def queue(self) -> list[dict[str, Any]]:
        """The reports in the supervisor's queue after a sync."""
        self.boss.send()
        return [each.body or {} for each in live(self.boss, self.north, "review_item")]

    def places(self, record_id: str) -> list[str]:
        """The partitions in which a record stands."""
        with reading(self.engine) as conn:
            return list(conn.execute(sa.select(record.c.partition_id).where(record.c.id == record_id)).scalars())


@pytest.fixture
def agency(database: Engine) -> Agency:
    """See `Agency`."""
    return Agency(database)


def wish(laptop: Laptop, subject: str, **more: Any) -> Op:
    """A wish for a whole case."""
    body = {"subject_id": subject, "reason": "x", "officer_id": laptop.user, "written_at": NOW.isoformat()}
    return laptop.op("case_request.create", body=body | more)


def asked(laptop: Laptop, cursors: dict[str, str]) -> SyncResponse:
    """What central answers to those cursors; nothing of it is kept."""
    return exchange(laptop.engine, Caller(laptop.user, laptop.device), laptop.request(cursors=cursors), NOW)


def test_nobody_writes_into_a_team_or_by_a_wish_into_a_caseload(agency: Agency) -> None:
    """A withdrawal of a team's copy and a wish that names another's client stand nowhere."""
    report, first = submitted(agency.rivera, "p1")
    agency.rivera.send(report, first)
    agency.boss.send()
    copy = live(agency.boss, agency.north, "review_item")[0].id
    said = {"entry_id": copy, "reason": "x", "officer_id": BOSS, "written_at": NOW.isoformat()}
    taken = agency.boss.op("withdrawal.create", body=said)
    assert agency.refusal(agency.boss, taken) == "not-granted"
    assert agency.places(taken.record_id) == []
    for person in ("q1", "p1"):
        asked = wish(agency.boss, "p1", person_id=person)
        assert agency.refusal(agency.boss, asked) == "invalid-body"
        assert agency.places(asked.record_id) == []
    assert "case:p1" not in agency.boss.cursors
    assert len(agency.queue()) == 1


def test_only_a_supervisor_asks_for_a_case_and_only_of_the_team(agency: Agency) -> None:
    """Whoever else asks, or for whom else, is told the same; what the grant shows cannot be written in."""
    for laptop, subject in ((agency.rivera, "p1"), (agency.okafor, "p1"), (agency.boss, "q1"), (agency.boss, "no")):
        assert agency.refusal(laptop, wish(laptop, subject)) == "not-supervisor"
    assert agency.refusal(agency.boss, wish(agency.boss, "p1")) == ""
    agency.boss.send()
    assert "p1-contact" in agency.boss.copy["case:p1"]
    assert agency.refusal(agency.boss, agency.boss.contact("p1")) == "not-granted"
    with writing(agency.engine) as conn:
        team.leave(conn, RIVERA, now=NOW)
    answer = asked(agency.boss, {"case:p1": agency.boss.cursors["case:p1"], agency.north: ""})
    assert "case:p1" in answer.revoked
    told = [change for page in answer.partitions if page.id == agency.north for change in page.changes]
    assert {change.kind for change in told if not change.deleted} == {"team"}


def test_cursors_of_one_partition_open_no_other(agency: Agency) -> None:
    """A team's or a case's cursor under another partition's name, and partitions that one is not granted."""
    agency.refusal(agency.boss, wish(agency.boss, "p1"))
    agency.boss.send()
    theirs = dict(agency.boss.cursors)
    for laptop in (agency.rivera, agency.okafor):
        named = {each: cursor for each, cursor in theirs.items() if each != "agency"}
        mixed = {**named, laptop.caseload: theirs["case:p1"], "case:q1": theirs["case:p1"]}
        answer = asked(laptop, mixed)
        assert {page.id for page in answer.partitions} == {"agency", laptop.caseload}
        assert set(answer.revoked) == {*named, "case:q1"} - {laptop.caseload}


def test_a_report_leaves_the_queue_by_a_supervisor_alone(agency: Agency) -> None:
    """Its officer can neither decide, nor file it undecided, nor move it out of sight with a word nobody knows."""
    report, first = submitted(agency.rivera, "p1")
    agency.rivera.send(report, first)
    assert agency.refusal(agency.rivera, step(agency.rivera, "p1", report.record_id, "approved")) == "own-report"
    assert agency.refusal(agency.rivera, step(agency.rivera, "p1", report.record_id, "filed")) == "invalid-body"
    for word in ("approved ", "Approved", "x"):
        agency.refusal(agency.rivera, step(agency.rivera, "p1", report.record_id, word))
    assert [each["state"] for each in agency.queue()] == ["submitted"]
    assert agency.refusal(agency.boss, step(agency.boss, "p1", report.record_id, "approved")) == ""
    assert agency.refusal(agency.rivera, step(agency.rivera, "p1", report.record_id, "submitted")) == ""
    assert agency.queue() == []
    assert agency.refusal(agency.rivera, step(agency.rivera, "p1", report.record_id, "filed")) == ""


def test_a_queue_copies_nothing_of_another_person(agency: Agency) -> None:
    """Evidence, conditions and the answered report of somebody else are named, never copied."""
    other = agency.rivera.op("person.create", "r2", {"family_name": "Roe"})
    case = agency.rivera.op("case.create", "r2-case", {"person_id": "r2"})
    secret = submitted(agency.rivera, "r2", facts="SECRET", allegations=[])
    agency.rivera.send(other, case, *secret)
    aimed = [{"condition_id": "q1-condition", "evidence": ["q1-contact", "q1", secret[0].record_id]}]
    agency.rivera.send(*submitted(agency.rivera, "p1", allegations=aimed, answers_id=secret[0].record_id))
    item = next(each for each in agency.queue() if each["subject_id"] == "p1")
    assert item.get("conditions", {}) == {}
    assert item.get("earlier", {}) == {}
    assert all(each["missing"] for each in item["evidence"])
    assert "SECRET" not in str(item)
    assert "Not in at 10" not in str(item)


def test_what_a_queue_copies_is_bounded(agency: Agency) -> None:
    """Much evidence comes without its text, a group beyond its bytes is refused: the laptop can still pull."""
    notes = [agency.rivera.contact("p1", "x" * 59_000) for _ in range(60)]
    agency.rivera.send(*notes)
    allegations = [{"condition_id": "p1-condition", "evidence": [each.record_id for each in notes]}]
    agency.rivera.send(*submitted(agency.rivera, "p1", allegations=allegations))
    item = agency.queue()[0]
    assert len(item["evidence"]) == 60
    assert len(str(item)) < 3_000_000
    big = "y" * (MAX_OP_BYTES - 2_000)
    group = [
        agency.rivera.op("note_of_tomorrow.create", body={"text": big}, group_id="g1", group_size=20)
        for _ in range(MAX_GROUP_BYTES // MAX_OP_BYTES + 1)
    ]
    for one in group:
        agency.rivera.send(one)
    last = agency.rivera.verdicts[group[-1].op_id].problem
    assert last is not None
    assert last.type == "group-size"
