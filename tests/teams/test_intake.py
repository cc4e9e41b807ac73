"""Someone not listed: matched by hand or by the agency's ID that is known later, made a case, refused."""

from __future__ import annotations

import contextlib

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.office import intake
from fieldpo.central.office.intake_waiting import waiting
from fieldpo.central.office.records import read_record
from fieldpo.central.office.transfer import transfer
from fieldpo.central.teams.team_feed import renew
from fieldpo.errors import NotFound
from fieldpo.sync.protocol.exchange import RECORD_LEAVE, VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import Op
from tests.central.conftest import POSTGRES
from tests.central.laptop import NOW, Laptop, put_person
from tests.central.steps import Steps
from tests.teams.agency import BOSS, OKAFOR, RIVERA, found, live


def met(laptop: Laptop, agency_id: str = "") -> Op:
    """An intake with a note."""
    body = {"family_name": "Doe", "given_name": "Jo", "officer_id": laptop.user, "note": "At the desk."}
    return laptop.op("intake.create", body=body | ({"agency_id": agency_id} if agency_id else {}))


def told(laptop: Laptop) -> list[tuple[str, str | None]]:
    """What the officer reads of it."""
    bodies = [each.body or {} for each in live(laptop, laptop.caseload, "intake_outcome")]
    return [(body["became"], body.get("officer_id")) for body in bodies]


def agrees(laptop: Laptop) -> bool:
    """Whether the copy has central's hash, also on a device that begins anew."""
    fresh = Laptop(laptop.engine, user=laptop.user, device=f"{laptop.device}-fresh")
    pages = {page.id: page.hash for page in (*laptop.send().partitions, *fresh.send().partitions)}
    if laptop.copy[laptop.caseload].keys() != fresh.copy[laptop.caseload].keys():
        return False
    return laptop.hash(laptop.caseload) == fresh.hash(laptop.caseload) == pages[laptop.caseload]


def test_a_match_takes_one_record_out_of_a_caseload(database: Engine) -> None:
    """The feed says that it left; what hangs on it goes along, and what is written on it before hearing too."""
    put_person(database, OKAFOR, "p1", agency_ids={"doc": "A-1"})
    rivera, okafor = Laptop(database), Laptop(database, user=OKAFOR, device="okafor-1")
    op = met(rivera)
    rivera.send(op)
    with writing(database) as conn:
        assert intake.match(conn, op.record_id, "p1", NOW) == 1
        with pytest.raises(NotFound):
            intake.match(conn, op.record_id, "p1", NOW)
    error = {"entry_id": op.record_id, "reason": "twice", "officer_id": RIVERA, "written_at": NOW.isoformat()}
    unheard = rivera.op("withdrawal.create", body=error)
    answer = rivera.send(unheard)
    assert rivera.verdicts[unheard.op_id].verdict == VerdictKind.ACCEPTED
    page = next(each for each in answer.partitions if each.id == rivera.caseload)
    assert [(each.id, each.version) for each in page.changes if each.kind == RECORD_LEAVE] == [(op.record_id, 0)]
    assert told(rivera) == [("matched", OKAFOR)]
    okafor.send()
    moved = okafor.copy[okafor.caseload][op.record_id]
    assert (moved.person_id, (moved.body or {})["note"], moved.version) == ("p1", "At the desk.", 2)
    assert okafor.copy[okafor.caseload][unheard.record_id].person_id == "p1"
    later = rivera.op("withdrawal.create", body=error)
    rivera.send(later)
    problem = rivera.verdicts[later.op_id].problem
    assert problem is not None
    assert problem.type == "after-leave"
    assert agrees(rivera)
    assert agrees(okafor)
    with writing(database) as conn:
        transfer(conn, "p1", rivera.caseload, now=NOW)
    rivera.send()
    assert rivera.copy[rivera.caseload][op.record_id].person_id == "p1"
    assert agrees(rivera)


def test_an_id_known_later_matches_before_a_supervisor_looks(database: Engine) -> None:
    """And the queue shows only who still waits."""
    north = found(database)
    rivera, boss = Laptop(database), Laptop(database, user=BOSS, device="boss")
    known, unknown = met(rivera, "A-7"), met(rivera, "A-8")
    rivera.send(known, unknown)
    boss.send()
    assert [(each.body or {})["reason"] for each in live(boss, north, "held_item")] == ["intake-unmatched"] * 2
    put_person(database, RIVERA, "p7", agency_ids={"doc": "A-7"})
    boss.send()
    assert [(each.body or {})["op_id"] for each in live(boss, north, "held_item")] == [unknown.op_id]
    rivera.send()
    assert rivera.copy[rivera.caseload][known.record_id].person_id == "p7"
    assert told(rivera) == [("matched", RIVERA)]


def test_two_supervisors_at_the_same_moment_match_once(database: Engine) -> None:
    """Whoever comes second finds that one is matched already, and goes on with the next."""
    rivera = Laptop(database)
    first, second = met(rivera, "A-7"), met(rivera, "A-8")
    rivera.send(first, second)
    for person, number in (("p7", "A-7"), ("p8", "A-8")):
        put_person(database, RIVERA, person, agency_ids={"doc": number})
    begun: list[str] = []

    def other(*_: object) -> None:
        """The other's match of the first, after this one has read who waits and before it writes."""
        begun.append("")
        if len(begun) == 2:
            with writing(database) as beside:
                intake.match(beside, first.record_id, "p7", NOW)

    event.listen(database, "checkout", other)
    try:
        assert intake.match_known(database, NOW) == 1
    finally:
        event.remove(database, "checkout", other)
    rivera.send()
    assert [rivera.copy[rivera.caseload][each.record_id].person_id for each in (first, second)] == ["p7", "p8"]
    assert told(rivera) == [("matched", RIVERA)] * 2


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_who_is_matched_at_the_same_moment_is_not_refused(database: Engine) -> None:
    """The refusal has read that they wait; the match comes first all the same, and the officer reads of it alone."""
    rivera = Laptop(database)
    op = met(rivera)
    rivera.send(op)
    put_person(database, OKAFOR, "p1")
    came: list[str] = []

    def matched(_: object, __: object, statement: str, *___: object) -> None:
        """The match, after the refusal has read and before it locks or writes anything."""
        if not came and (statement.startswith("UPDATE") or "FOR UPDATE" in statement):
            came.append("")
            with writing(database) as beside:
                intake.match(beside, op.record_id, "p1", NOW)

    event.listen(database, "before_cursor_execute", matched)
    try:
        with pytest.raises(NotFound), writing(database) as conn:
            intake.refuse(conn, op.record_id, "Nobody's", NOW)
    finally:
        event.remove(database, "before_cursor_execute", matched)
    rivera.send()
    assert told(rivera) == [("matched", OKAFOR)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_queue_and_an_answer_cost_the_same_however_many_wait_elsewhere(database: Engine) -> None:
    """Each reads its own."""
    north, rivera = found(database), Laptop(database)
    op = met(rivera)
    rivera.send(op)
    elsewhere, steps = Laptop(database, user="moss", device="moss-1"), Steps(database)

    def refused() -> None:
        with contextlib.suppress(_Enough), writing(database) as conn:
            intake.refuse(conn, op.record_id, "Nobody's", NOW)
            raise _Enough

    def renewed() -> None:
        with writing(database) as conn:
            renew(conn, north, NOW)

    few = steps.of(renewed), steps.of(refused)
    elsewhere.send(*(met(elsewhere) for _ in range(400)))
    assert steps.of(renewed) < few[0] + 20
    assert steps.of(refused) < few[1] + 20


class _Enough(Exception):
    """Takes back what was tried."""


def test_a_new_case_or_none(database: Engine) -> None:
    """Created, the person stands with a case and what was told; refused, the officer keeps it and reads why."""
    rivera, okafor = Laptop(database), Laptop(database, user=OKAFOR, device="okafor-1")
    body = {"family_name": "Roe", "officer_id": RIVERA, "phone": "555", "address": "1 Ash St", "agency_id": "Z-1"}
    new, nobody = rivera.op("intake.create", body=body), met(rivera)
    rivera.send(new, nobody)
    with writing(database) as conn:
        person = intake.create(conn, new.record_id, OKAFOR, "parole", NOW)
        intake.refuse(conn, nobody.record_id, "Another county's", NOW)
        assert waiting(conn) == []
    rivera.send()
    okafor.send()
    kinds = sorted(each.kind for each in okafor.copy[okafor.caseload].values() if each.person_id == person)
    assert kinds == ["address", "case", "intake", "person", "phone"]
    assert sorted(told(rivera)) == [("created", OKAFOR), ("refused", None)]
    assert nobody.record_id in rivera.copy[rivera.caseload]
    assert agrees(rivera)
    assert agrees(okafor)


def test_one_entered_in_error_waits_no_more(database: Engine) -> None:
    """Its officer took it back: nobody needs to match it."""
    found(database)
    rivera = Laptop(database)
    op = met(rivera)
    error = {"entry_id": op.record_id, "reason": "twice", "officer_id": RIVERA, "written_at": NOW.isoformat()}
    rivera.send(op, rivera.op("withdrawal.create", body=error))
    with reading(database) as conn:
        assert waiting(conn) == []


def test_a_match_at_arrival_is_told_too(database: Engine) -> None:
    """The intake stands with the colleague's client; who met them reads so."""
    put_person(database, OKAFOR, "p1", agency_ids={"doc": "A-1"})
    rivera = Laptop(database)
    op = met(rivera, "A-1")
    rivera.send(op)
    assert told(rivera) == [("matched", OKAFOR)]
    with reading(database) as conn:
        assert read_record(conn, op.record_id).partition == caseload_partition(OKAFOR)
    assert agrees(rivera)
