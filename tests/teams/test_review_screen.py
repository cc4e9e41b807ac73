"""Review on the screen: the list, a report with its evidence, returned with a signature; the whole case asked for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import TextArea

from fieldpo import bindings
from fieldpo.screens.entry import EntryScreen
from fieldpo.screens.person import PersonScreen
from fieldpo.screens.person_tabs.overview import OverviewTab
from fieldpo.screens.review import ReviewScreen
from fieldpo.screens.review_report import ReviewReportScreen
from fieldpo.screens.today import TodayScreen
from fieldpo.screens.widgets.passphrase_input import PassphraseInput
from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.screens.widgets.status_line import Status
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.records import Record, write_records
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.exchange import case_partition
from fieldpo.sync.protocol.kinds import Contact, Intake, Officer, Person, Phone
from tests.filled_vault import NOW, OFFICER, PASSPHRASE, Pulled, empty_vault, fill
from tests.snapshots import app_on, assert_pictures, picture, settled
from tests.teams.team_vault import FAHEY, NORTH, Open, press


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
        fill(app.vault, [Pulled("officer", OFFICER, None, Officer(name="Whitfield, Jo", title="Chief"))])
        app.records_changed()
        await settled(pilot)
        await press(pilot, "ctrl+s")
        assert "Whitfield, Jo, Chief" in picture(app)
        app.screen.query_one(PassphraseInput).value = PASSPHRASE
        await press(pilot, "enter")
        assert isinstance(app.screen, ReviewScreen)
        assert "returned, unsent" in picture(app)
        with app.vault.reading() as connection:
            op = connection.execute(text("SELECT kind, partition, text FROM frozen_op")).one()
            assert drafts(connection, "review_report") == []
        assert (op.kind, op.partition, '"comment":"Who"' in op.text) == ("report_step.create", NORTH, True)
        assert '"signed_name":"Whitfield, Jo","signed_title":"Chief"' in op.text


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
        screen.table.go_to_key("team_member9")
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
    """A supervisor's Today has a row for reports to review and what is held, and Enter on it opens Review."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "2 reports to review" in picture(app)
        assert "3 held at central" in picture(app)
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


async def test_a_reason_sent_with_two_presses_is_one_wish(on_team: Open) -> None:
    """ctrl+s twice in a burst asks for the whole case once."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await to_fahey(pilot)
        await press(pilot, "w", "W", "h", "y")
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        screen.action_save()
        screen.action_save()
        await settled(pilot)
        assert app.screen is screen
        with app.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM r_case_request")) == 1


async def test_the_whole_case_of_a_decided_report_is_asked_for(on_team: Open) -> None:
    """On a report that has been decided, `w`, a reason and ctrl+s ask for the case."""
    app = on_team()
    with app.vault.writing() as connection:
        connection.execute(
            text(
                "UPDATE r_review_item SET state = 'approved', body = json_set(body, '$.state', 'approved') "
                "WHERE id = 'review_item2'"
            )
        )
        report_id = connection.scalar(text("SELECT report_id FROM r_review_item WHERE id = 'review_item2'"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.go("review_report", report_id=report_id)
        await settled(pilot)
        await press(pilot, "w", "W", "h", "y", "ctrl+s")
        with app.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM r_case_request")) == 1


async def test_in_a_whole_case_no_entry_is_added_to(on_team: Open) -> None:
    """Enter on an entry, then A or E: off, and says why; nor is a fact changed."""
    app = on_team()
    whole = Record("person", FAHEY, case_partition(FAHEY), FAHEY, plain_body(Person(family_name="Fahey")), 1, 1)
    note = Contact(person_id=FAHEY, occurred_at=NOW, contact="phone", outcome="reported", officer_id=OFFICER)
    phone = Phone(person_id=FAHEY, number="555-0100")
    with app.vault.writing() as connection:
        write_records(connection, "person", [whole])
        for kind, key, body in (("contact", "entry-1", note), ("phone", "phone-1", phone)):
            row = Record(kind, key, case_partition(FAHEY), FAHEY, plain_body(body), 1, 1)
            write_records(connection, kind, [row])
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        app.go("person", person_id=FAHEY)
        await settled(pilot)
        person = app.screen
        assert isinstance(person, PersonScreen)
        overview = person.query_one(OverviewTab)
        overview.go_to("phone")
        await press(pilot, "enter")
        assert "[1 overview]" in picture(app)
        await press(pilot, "2", "enter")
        entry = app.screen
        assert isinstance(entry, EntryScreen)
        await press(pilot, "A", "E")
        assert "OCCURRED" in picture(app)
        assert {note.message for note in app._notifications} == {
            "You asked for this case to read it for some days; its officer writes in it."
        }


async def test_what_is_held_of_ones_own_does_not_hide_what_is_held_for_the_team(on_team: Open) -> None:
    """Today has a row for the entry of one's own that is held for review, and one for what waits for a decision."""
    app = on_team()
    act = Act("Someone not listed", (Create(Intake(family_name="Nowak", officer_id=OFFICER)),), NOW)
    perform(app.vault, act, NOW)
    with app.vault.writing() as connection:
        connection.execute(text("UPDATE op SET state = 'blocked'"))
    async with app.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "plus")
        shown = picture(app)
    assert "3 held at central" in shown
    assert "1 entry held for" in shown
