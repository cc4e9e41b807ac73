"""Review on the screen: the list, a report with its evidence, returned with a signature; the whole case asked for."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import TextArea
from textual.worker import WorkerCancelled

from fieldpo import bindings
from fieldpo.app import FieldpoApp
from fieldpo.screens.person import PersonScreen
from fieldpo.screens.review import ReviewScreen
from fieldpo.screens.review_report import ReviewReportScreen
from fieldpo.screens.today import TodayScreen
from fieldpo.screens.widgets.passphrase_input import PassphraseInput
from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.screens.widgets.status_line import Status
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.records import Record, write_records
from fieldpo.store.vault import Vault
from fieldpo.supervision.pack_file import shipped
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.choosing import ChosenResponse
from fieldpo.sync.protocol.exchange import case_partition, team_partition
from fieldpo.sync.protocol.kinds import (
    Allegation,
    Contact,
    Evidence,
    HeldItem,
    Officer,
    Person,
    ReviewItem,
    Step,
    Team,
    TeamCase,
    TeamMember,
    ViolationReport,
)
from tests.filled_vault import NOW, OFFICER, PASSPHRASE, Pulled, Template, as_template, empty_vault, fill, open_copy
from tests.hostile import MARKUP
from tests.snapshots import app_on, assert_pictures, picture, settled

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


def held_item(reason: str, since: dt.datetime, subject: str = "") -> HeldItem:
    """Something that central holds; a group is one with a count."""
    return HeldItem(
        reason=reason,
        op_id=reason,
        entry="contact",
        officer_id=REYES,
        arrived_at=since,
        subject_name=subject,
        detail="" if subject else "2 of 3",
        overdue=not subject,
        body={"note": "Seen at the gate."},
    )


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
    """A supervisor's vault: three reports, two things held, an officer with a case."""
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


async def to_fahey(pilot: Pilot[int]) -> None:
    """Review, the cursor on Fahey's report."""
    await press(pilot, "R")
    screen = pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    screen.table.go_to_key("review_item2")
    await settled(pilot)


async def test_pictures(snapshot: SnapshotAssertion, on_team: Open) -> None:
    """The queue with the longest wait on top, what is held, the team."""
    await assert_pictures(snapshot, on_team, reach=to_fahey)


async def test_pictures_of_a_report(snapshot: SnapshotAssertion, on_team: Open) -> None:
    """Each allegation with its evidence under it: struck through where withdrawn, said where it is gone."""

    async def reach(pilot: Pilot[int]) -> None:
        await to_fahey(pilot)
        await press(pilot, "enter")

    await assert_pictures(snapshot, on_team, reach=reach)


async def test_a_departure_and_its_days_stand_before_who_decides(on_team: Open) -> None:
    """How long, what the range was and why it was left is read before it is signed."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fahey(pilot)
        await press(pilot, "enter")
        shown = picture(app)
    assert "confinement, 3 days" in shown
    assert "written warning, under demo responses 2026.1" in shown
    assert "A warning was given twice." in shown


async def test_a_report_goes_back_with_comments_that_survive_leaving(on_team: Open) -> None:
    """b, a comment, Esc twice: kept as a draft; b again finds it, the passphrase signs, and the list says so."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await to_fahey(pilot)
        await press(pilot, "enter", "b", "W", "h", "o", "escape", "escape")
        with app.vault.reading() as connection:
            assert [one.state["comment"] for one in drafts(connection, "review_report")] == ["Who"]
        await press(pilot, "enter", "b")
        assert app.screen.query_one(TextArea).text == "Who"
        await press(pilot, "ctrl+s")
        app.screen.query_one(PassphraseInput).value = PASSPHRASE
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)
        assert "returned, unse" in picture(app)
        with app.vault.reading() as connection:
            op = connection.execute(text("SELECT kind, partition, text FROM frozen_op")).one()
            assert drafts(connection, "review_report") == []
        assert (op.kind, op.partition, '"comment":"Who"' in op.text) == ("report_step.create", NORTH, True)
        assert '"signed_name":"Whitfield, Jo"' in op.text


async def test_ones_own_report_and_what_was_decided_cannot_be_decided(on_team: Open) -> None:
    """The keys say why they are off."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await to_fahey(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        for key, said in (("review_item5", "of their own"), ("review_item4", "has been decided")):
            screen.table.go_to_key(key)
            await press(pilot, "enter")
            shown = app.screen
            assert isinstance(shown, ReviewReportScreen)
            assert said in (shown.why_not("decide", ("approved",)) or "")
            assert ("y approve" in picture(app)) == (key == "review_item5")  # what is decided offers no decision
            await press(pilot, "y", "escape")
        with app.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM op")) == 0


async def test_a_whole_case_is_asked_for_with_a_reason(on_team: Open) -> None:
    """From an officer's cases; without a reason nothing is sent."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await to_fahey(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        screen.table.go_to_key("team_member8")
        await press(pilot, "enter", "down", "enter", "ctrl+s")
        with app.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM op")) == 0
        await press(pilot, "W", "h", "y", "ctrl+s")
        with app.vault.reading() as connection:
            asked = connection.scalar(text("SELECT body FROM r_case_request"))
        assert FAHEY in asked
        assert '"Why"' in asked


async def test_the_client_safe_view_names_nobody(on_team: Open) -> None:
    """No client, no text of what is held, no report, no decision on what is hidden; opening is logged."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await to_fahey(pilot)
        await press(pilot, "f3")
        assert "Fahey" not in picture(app)
        await press(pilot, "enter")
        assert "sister" not in picture(app)
        await press(pilot, "y")
        assert isinstance(app.screen, ReviewReportScreen)  # nothing is signed unread
        with app.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM audit WHERE text LIKE '%\"review_item\"%'")) == 1


async def test_a_key_pressed_before_the_team_is_looked_up_opens_review(on_team: Open) -> None:
    """Nobody is told that they have no team before that is known."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        app.status = Status()
        app.action_go("review")
        await settled(pilot)
        assert isinstance(app.screen, ReviewScreen)


async def test_without_a_team_review_is_not_there(tmp_path: Path) -> None:
    """The key says why, and the palette does not offer it."""
    from fieldpo.screens.palette import commands

    with empty_vault(tmp_path / "vault") as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot)
            await press(pilot, "R")
            assert isinstance(app.screen, TodayScreen)
            offered = [one.title for one in commands(app, app.screen)]
            assert bindings.by_id()["review"].label.capitalize() not in offered


async def test_today_counts_the_reports_that_wait(on_team: Open) -> None:
    """A supervisor's Today has a row for the reports to review, and Enter on it opens Review."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "2 reports to review" in picture(app)
        app.screen.query_one(RecordTable).go_to_key("review")
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)


async def test_a_whole_case_offers_no_form(on_team: Open) -> None:
    """What writes in a case that was asked for is off from the beginning, and says why."""
    app = on_team()
    whole = Record("person", FAHEY, case_partition(FAHEY), FAHEY, plain_body(Person(family_name="Fahey")), 1, 1)
    with app.vault.writing() as connection:
        write_records(connection, "person", [whole])
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        app.go("person", person_id=FAHEY)
        await settled(pilot)
        await press(pilot, "n")
        assert isinstance(app.screen, PersonScreen)
        assert [note.message for note in app._notifications] == [
            "You asked for this case to read it for some days; its officer writes in it."
        ]
