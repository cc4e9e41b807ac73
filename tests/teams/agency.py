"""An agency in a test: a team with its officers, a supervisor, and a client with a case, a condition and contacts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import partition_counter
from fieldpo.central.teams import team
from fieldpo.sync.protocol.body import KINDS
from fieldpo.sync.protocol.exchange import AGENCY, Change, caseload_partition
from tests.central.laptop import NOW, Laptop, put_person
from tests.central_records import put_record

RIVERA, OKAFOR, BOSS = "rivera", "okafor", "whitfield"


def found(engine: Engine, name: str = "North", officers: tuple[str, ...] = (RIVERA,), boss: str = BOSS) -> str:
    """A team with officers and a supervisor; gives its partition."""
    with writing(engine) as conn:
        made = team.add_team(conn, name, now=NOW)
        for officer in officers:
            put_record(conn, AGENCY, officer, "officer", {"name": officer.title()}, now=NOW)
            team.assign(conn, made.partition, officer, now=NOW)
        team.supervise(conn, made.partition, boss, now=NOW)
    return made.partition


def put_client(engine: Engine, officer: str, person: str) -> None:
    """A client with a case, a condition and one contact, from central."""
    put_person(engine, officer, person, family_name="Fahey", given_name="Brendan")
    at = "2026-11-20T10:00:00-06:00"
    with writing(engine) as conn:
        for record_id, kind, body in (
            (f"{person}-case", "case", {"case_number": "C-1", "level": "high"}),
            (
                f"{person}-condition",
                "condition",
                {"case_id": f"{person}-case", "category": "curfew", "text": "In by 9"},
            ),
            (
                f"{person}-contact",
                "contact",
                {
                    "occurred_at": at,
                    "contact": "home",
                    "outcome": "seen",
                    "officer_id": officer,
                    "note": "Not in at 10",
                },
            ),
        ):
            whole = {"person_id": person, **body}
            KINDS[kind].check(whole)
            put_record(conn, caseload_partition(officer), record_id, kind, whole, person, now=NOW)


def submitted(laptop: Laptop, person: str, **more: Any) -> tuple[Any, Any]:
    """A signed report on the client, and its first step."""
    at = laptop.now.isoformat()
    report = laptop.op(
        "violation_report.create",
        body={
            "person_id": person,
            "case_id": f"{person}-case",
            "officer_id": laptop.user,
            "written_at": at,
            "facts": "Not at home at ten.",
            "allegations": [{"condition_id": f"{person}-condition", "evidence": [f"{person}-contact"]}],
            **more,
        },
    )
    return report, step(laptop, person, report.record_id, "submitted")


def step(laptop: Laptop, person: str, report: str, said: str, comment: str = "", **more: Any) -> Any:
    """A step of a report, by whoever has the laptop."""
    body = {
        "person_id": person,
        "report_id": report,
        "step": said,
        "officer_id": laptop.user,
        "written_at": laptop.now.isoformat(),
        "comment": comment,
    }
    return laptop.op("report_step.create", body=body, **more)


def live(laptop: Laptop, partition: str, kind: str) -> list[Change]:
    """What stands of a kind in the laptop's copy of a partition."""
    return [each for each in laptop.copy.get(partition, {}).values() if each.kind == kind and not each.deleted]


def agree(engine: Engine, laptop: Laptop) -> None:
    """The laptop's copy of each stored partition has central's hash, with nothing more to pull."""
    with reading(engine) as conn:
        stored = {row.id: row.hash for row in conn.execute(partition_counter.select())}
    for partition in laptop.cursors:
        if partition in stored:
            assert laptop.hash(partition) == stored[partition], partition
    again = laptop.send()
    assert [page.changes for page in again.partitions] == [[] for _ in again.partitions]


def late(laptop: Laptop, by: dt.timedelta) -> None:
    """Time passes by central's clock."""
    laptop.now += by
