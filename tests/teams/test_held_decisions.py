"""A supervisor decides on what central holds: taken, carried out once, refused where it is not theirs to decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.office import releasing, transfer
from fieldpo.sync.protocol.exchange import VerdictKind, caseload_partition
from fieldpo.sync.protocol.ops import Op
from tests.central.laptop import NOW, Laptop
from tests.teams.agency import BOSS, OKAFOR, RIVERA, agree, found, live, put_client


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


def late_entry(database: Engine, person: str = "p1") -> tuple[Laptop, Op]:
    """Rivera's contact with a client who has gone to Okafor meanwhile."""
    put_client(database, RIVERA, person)
    rivera = Laptop(database)
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
