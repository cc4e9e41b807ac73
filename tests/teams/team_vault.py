"""A supervisor's vault in a test: reports of the team, what central holds, an officer with a case."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from fieldpo.app import FieldpoApp
from fieldpo.store.records import Record, write_records
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.choosing import ChosenResponse
from fieldpo.sync.protocol.exchange import team_partition
from fieldpo.sync.protocol.held import CARRIES, CLAIMED
from fieldpo.sync.protocol.kinds import (
    Allegation,
    Candidate,
    Contact,
    Evidence,
    HeldItem,
    Officer,
    ReviewItem,
    Step,
    Team,
    TeamCase,
    TeamMember,
    ViolationReport,
)
from tests.filled_vault import NOW, OFFICER, Pulled, Template, as_template, empty_vault, fill, open_copy
from tests.hostile import MARKUP
from tests.snapshots import app_on, settled

NORTH, REYES, FAHEY = team_partition("north"), "reyes", "0192ffff-0000-7000-8000-000000000001"
PACK = shipped("demo")
Open = Callable[[], FieldpoApp]


def item(report_id: str, state: str, days: int, subject: str, officer: str = REYES) -> ReviewItem:
    """A report in the queue for some days."""
    at = NOW - dt.timedelta(days=days)
    report = ViolationReport(
        person_id=FAHEY,
        case_id="case",
        officer_id=officer,
        written_at=at,
        allegations=[Allegation(condition_id="c1", evidence=["e1", "e2", "e3"])],
        facts="He was out at ten on two nights. His sister opened the door.",
        severity=PACK.severities[0].code,
        recommendation=PACK.recommendations[0].code,
        response=ChosenResponse(
            matrix="demo",
            version="2026.1",
            known_on=at.date(),
            severity=PACK.severities[0].code,
            response="confinement",
            amount=3,
            unit="days",
            range="written warning",
            approver="supervisor",
            departs=True,
            departure="A warning was given twice.",
        ),
        signed_name="Reyes, Ana",
        signed_title="Officer",
        signed_at=at,
    )
    entry = Contact(
        person_id=FAHEY,
        occurred_at=at,
        contact=PACK.contact_kinds[0].code,
        outcome=PACK.outcomes[0].code,
        officer_id=officer,
        note="Not in at ten. The neighbor said that he had left at eight with two bags and not come back.",
    )
    cited = [
        Evidence(id="e1", kind="contact", body=plain_body(entry), more=["He came back at eleven."]),
        Evidence(id="e2", kind="contact", body=plain_body(entry), withdrawn=True),
        Evidence(id="e3", missing=True),
    ]
    return ReviewItem(
        report_id=report_id,
        subject_id=FAHEY,
        subject_name=subject,
        officer_id=officer,
        state=state,
        written_at=at,
        due_on=at.date() + dt.timedelta(days=3),
        report=plain_body(report),
        steps=[Step(step="submitted", officer_id=officer, written_at=at)],
        conditions={"c1": {"text": "Be at home between nine in the evening and six in the morning."}},
        evidence=cited,
    )


def held_item(reason: str, since: dt.datetime, subject: str = "", **more: Any) -> HeldItem:
    """Something that central holds; a group is one with a count."""
    note = {"note": "Seen at the gate.", "contact": PACK.contact_kinds[0].code, "occurred_at": NOW.isoformat()}
    given: dict[str, Any] = {
        "reason": reason,
        "op_id": reason,
        "entry": "contact",
        "officer_id": REYES,
        "arrived_at": since,
        "subject_name": subject,
        "detail": "" if subject else "2 of 3",
        "overdue": not subject,
        "body": note if subject else {"one": note, "two": {**note, "note": "Nobody opened."}},
    }
    return HeldItem(**given | more)


def not_listed(since: dt.datetime) -> HeldItem:
    """Someone not listed whose ID two clients carry."""
    met = {
        "family_name": "Fahy",
        "given_name": "Brendan",
        "agency_id": "4471",
        "birth_date": "1990-04-02",
        "phone": "555-0100",
        "note": "Came to the desk and said that he reports here.",
    }
    carried = [
        Candidate(
            subject_id=FAHEY, name="Fahey, Brendan", why=CARRIES, officer_id=REYES, birth_date=dt.date(1990, 4, 2)
        ),
        Candidate(subject_id="other", name=MARKUP[0], why=CLAIMED, officer_id="nobody here"),
    ]
    return held_item("intake-ambiguous", since, "Fahy, Brendan", entry="intake", body=met, candidates=carried)


def put(vault: Vault, rows: list[Body]) -> None:
    """Records of the team's feed, as a pull leaves them."""
    kinds = {Team: "team", TeamMember: "team_member", TeamCase: "team_case", ReviewItem: "review_item"}
    with vault.writing() as connection:
        for at, body in enumerate(rows, 1):
            kind = kinds.get(type(body), "held_item")
            write_records(connection, kind, [Record(kind, f"{kind}{at}", NORTH, None, plain_body(body), 1, at)])
        connection.execute(
            text(
                "INSERT INTO partition (id, cursor, number, generation, loading, hash, revoked) "
                "VALUES (:id, 'c', 9, 0, 0, :hash, 0)"
            ),
            {"id": NORTH, "hash": "0" * 64},
        )


@pytest.fixture(scope="session")
def team_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A supervisor's vault: four reports, three things held, an officer with a case."""
    vault = empty_vault(tmp_path_factory.mktemp("team") / "vault", name="Whitfield, Jo", title="Supervising Officer")
    fill(
        vault,
        [
            Pulled("officer", REYES, None, Officer(name="Reyes, Ana")),
            Pulled("officer", OFFICER, None, Officer(name="Whitfield, Jo")),
        ],
    )
    since = NOW - dt.timedelta(days=8)
    put(
        vault,
        [
            Team(name="North", supervisors=[OFFICER]),
            item("r1", "submitted", 1, "Fahey, Brendan"),
            item("r2", "submitted", 5, MARKUP[0]),
            item("r3", "returned", 9, "Featherstonehaugh-Villavicencio de León, 王小明"),
            item("r4", "submitted", 0, "Mine, Own", OFFICER),
            held_item("after-leave", since, "Okoro, Ada"),
            held_item("group-incomplete", since),
            not_listed(since + dt.timedelta(days=2)),
            TeamMember(
                officer_id=REYES,
                name="Reyes, Ana",
                since=NOW,
                open_cases=1,
                by_level={"high": 1},
                reports_waiting=2,
                reports_returned=1,
            ),
            TeamCase(case_id="c", subject_id=FAHEY, subject_name="Fahey, Brendan", officer_id=REYES, level="high"),
        ],
    )
    return as_template(vault)


@pytest.fixture
def on_team(team_template: Template, tmp_path: Path) -> Iterator[Open]:
    """Makes the app on Today, each time on a vault of its own."""
    opened: list[Vault] = []

    def make() -> FieldpoApp:
        opened.append(open_copy(team_template, tmp_path / f"vault{len(opened)}"))
        return app_on(opened[-1])

    yield make
    for vault in opened:
        vault.close()


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Keys, each with all that it sets off; a list that is asked anew drops what was asked before."""
    for key in keys:
        await pilot.press(key)
        while any(worker.is_running for worker in pilot.app.workers):
            with contextlib.suppress(WorkerCancelled):
                await settled(pilot)
        await pilot.pause()
