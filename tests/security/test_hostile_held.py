"""Somebody with a good token against what central holds: bytes that a supervisor has not read, ids made up before."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import inbox, record
from fieldpo.central.office import intake, releasing
from fieldpo.central.teams.team_feed import _NAMESPACE
from fieldpo.errors import NotFound
from fieldpo.sync.protocol.exchange import VerdictKind
from fieldpo.sync.protocol.ops import freeze
from tests.central.laptop import NOW, Laptop, put_person
from tests.teams.agency import OKAFOR, RIVERA, agree, found, live, put_client
from tests.teams.test_held_decisions import boss_of, decision, items, late_entry, met, said


def bodies(database: Engine, record_id: str) -> list[str]:
    """What central has of a record, wherever."""
    with reading(database) as conn:
        return list(conn.execute(sa.select(record.c.body).where(record.c.id == record_id)).scalars())


def test_what_is_released_is_what_the_supervisor_read(database: Engine) -> None:
    """Other bytes that came under the same op_id, in the same request, are never applied in its place."""
    north = found(database, officers=(RIVERA, OKAFOR))
    rivera, _ = late_entry(database)
    entry = rivera.contact("p1", "Seen at the fence")
    rivera.send(entry, *(replace(entry, body={**entry.body, "note": f"Something else {n}"}) for n in range(3)))
    boss = boss_of(database)
    boss.send()
    assert {item["body"]["note"] for item in items(boss, north)} == {"Seen at the gate", "Seen at the fence"}
    assert said(boss, decision(boss, entry, "release")) == ""
    (body,) = bodies(database, entry.record_id)
    assert "Seen at the fence" in body
    assert len(items(boss, north)) == 1
    with writing(database) as conn:
        with pytest.raises(NotFound):
            releasing.release(conn, entry.op_id, NOW)
        assert [row["op_id"] for row in releasing.in_quarantine(conn)].count(entry.op_id) == 3
        releasing.refuse(conn, entry.op_id, NOW)
        assert entry.op_id not in {row["op_id"] for row in releasing.in_quarantine(conn)}


def test_the_same_bytes_from_another_laptop_are_no_obstacle(database: Engine) -> None:
    """What somebody else sends again as it is stands beside, and the entry is released all the same."""
    found(database, officers=(RIVERA, OKAFOR))
    _, entry = late_entry(database)
    Laptop(database, device="laptop-2").send((1, freeze(entry)))
    boss = boss_of(database)
    assert said(boss, decision(boss, entry, "release")) == ""
    assert len(bodies(database, entry.record_id)) == 1


def test_a_supervisor_releases_no_words_of_their_own(database: Engine) -> None:
    """What a supervisor's laptop sent under the op_id of an entry, before that was late, is not released with it."""
    north = found(database, officers=(RIVERA, OKAFOR))
    put_client(database, "lane", "q1")
    rivera, _ = late_entry(database)
    entry = rivera.contact("p1", "Seen at the fence", group_id="g1", group_size=2)
    rivera.send(entry)
    boss = boss_of(database)
    boss.send()
    assert entry.op_id in {item["op_id"] for item in items(boss, north)}
    mine = replace(boss.contact("q1", "Written where it may not be"), op_id=entry.op_id)
    boss.send(mine)
    assert said(boss, decision(boss, entry, "release")) == ""
    assert [item["reason"] for item in items(boss, north) if item["op_id"] == entry.op_id] == ["after-leave"]
    assert said(boss, decision(boss, entry, "release")) == ""
    assert bodies(database, mine.record_id) == []
    assert len(bodies(database, entry.record_id)) == 1
    with writing(database) as conn:
        releasing.refuse(conn, entry.op_id, NOW)
        assert entry.op_id not in {row["op_id"] for row in releasing.in_quarantine(conn)}


def test_nothing_goes_in_with_what_is_released(database: Engine) -> None:
    """What its officer had wait for a late entry is no part of what the supervisor read: it is held for itself."""
    north = found(database, officers=(RIVERA, OKAFOR))
    rivera, entry = late_entry(database)
    hidden = rivera.contact("p1", "Nobody has read this", deps=[entry.op_id])
    rivera.send(hidden)
    assert rivera.verdicts[hidden.op_id].verdict == VerdictKind.BLOCKED
    boss = boss_of(database)
    assert said(boss, decision(boss, entry, "release")) == ""
    assert bodies(database, hidden.record_id) == []
    assert [item["op_id"] for item in items(boss, north)] == [hidden.op_id]
    assert said(boss, decision(boss, hidden, "release")) == ""
    assert len(bodies(database, hidden.record_id)) == 1


def test_an_id_made_up_before_stops_no_queue(database: Engine) -> None:
    """A record under the id that a copy in the queue will have hides neither that copy nor the others."""
    north = found(database)
    rivera = Laptop(database)
    first, second = met(rivera), met(rivera)
    key = str(uuid.uuid5(_NAMESPACE, f"{north} held_item {first.record_id}"))
    rivera.send(rivera.op("person.create", record_id=key, body={"family_name": "In the way"}))
    boss = boss_of(database)
    for _ in range(2):
        boss.send()
        assert {item["op_id"] for item in items(boss, north)} == {first.op_id, second.op_id}
    agree(database, boss)
    assert said(boss, decision(boss, first, "refuse", reason="Not ours")) == ""
    assert [item["op_id"] for item in items(boss, north)] == [second.op_id]


def test_a_decision_reads_no_other_group(database: Engine) -> None:
    """Where thousands wait, each decision costs what its own group does: the bytes of others may even be damaged."""
    found(database)
    put_client(database, RIVERA, "p1")
    rivera = Laptop(database)
    ops = [rivera.contact("p1", group_id=f"g{n}", group_size=2) for n in range(3)]
    rivera.send(*ops)
    with writing(database) as conn:
        conn.execute(inbox.update().where(inbox.c.op_id != ops[1].op_id).values(raw=b"\xff"))
        assert releasing.release(conn, ops[1].op_id, NOW) is VerdictKind.ACCEPTED
    assert len(bodies(database, ops[1].record_id)) == 1


@pytest.mark.parametrize("how", ["match", "create", "refuse", "known"])
def test_no_id_made_up_before_hinders_a_decision_on_someone_not_listed(database: Engine, how: str) -> None:
    """Whoever wrote an intake cannot foretell the ids of what central makes of it, and so make them first."""
    put_client(database, OKAFOR, "p2")
    put_person(database, OKAFOR, "p3", agency_ids={"doc": "26755"})
    rivera = Laptop(database)
    body = {"family_name": "Doe", "officer_id": RIVERA, "phone": "515 555 0100", "address": "1 Main St"}
    entry = rivera.op("intake.create", body=body | ({"agency_id": "26755"} if how == "known" else {}))
    namespace = uuid.UUID("c6a1e4d2-4b0b-5a3c-8d0e-1a7f5f6f2b90")
    person = uuid.uuid5(namespace, f"person {entry.record_id}")
    keys = [uuid.uuid5(namespace, f"outcome {entry.record_id}"), person]
    keys += [uuid.uuid5(namespace, f"{kind} {person}") for kind in ("case", "phone", "address")]
    rivera.send(*(rivera.op("person.create", record_id=str(key), body={"family_name": "In the way"}) for key in keys))
    rivera.send(entry)
    with writing(database) as conn:
        if how == "match":
            intake.match(conn, entry.record_id, "p2", NOW)
        elif how == "create":
            intake.create(conn, entry.record_id, OKAFOR, "probation", NOW)
        elif how == "refuse":
            intake.refuse(conn, entry.record_id, "Not ours", NOW)
    rivera.send()
    assert [(each.body or {})["intake_id"] for each in live(rivera, rivera.caseload, "intake_outcome")] == [
        entry.record_id
    ]
    agree(database, rivera)
