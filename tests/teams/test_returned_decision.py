"""A supervisor's signed decision that central returned for what it says: told plainly, and decided anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from textual.pilot import Pilot
from textual.widgets import TextArea

from fieldpo.screens.needs_answer import NeedsAnswerScreen
from fieldpo.screens.review import ReviewScreen
from fieldpo.screens.review_report import ReviewReportScreen
from fieldpo.screens.widgets.passphrase_input import PassphraseInput
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.acting.outbox_view import OutboxEntry, Place, outbox_entries
from fieldpo.store.applying.apply_verdicts import Heard, take_verdicts
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import Problem, Verdict, VerdictKind
from tests.filled_vault import PASSPHRASE
from tests.snapshots import picture, settled
from tests.teams.team_vault import Open, press


async def decide(pilot: Pilot[Any], *keys: str) -> None:
    """Open Fahey's report from Review, decide with these keys, sign."""
    await press(pilot, "R")
    screen = pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    screen.table.go_to_key("review_item2")
    await press(pilot, "enter", *keys)
    await sign(pilot)


async def sign(pilot: Pilot[Any]) -> None:
    """Give the passphrase."""
    pilot.app.screen.query_one(PassphraseInput).value = PASSPHRASE
    await press(pilot, "enter")


def send_back(vault: Vault, code: str = "invalid-body", detail: str = "comment: too odd") -> OutboxEntry:
    """Central returns the decision, as a sync hears it."""
    with vault.writing() as connection:
        op_id = str(connection.scalar(text("SELECT op_id FROM op WHERE state = 'waiting'")))
        why = Problem(type=code, title="refused", detail=detail)
        verdict = Verdict(op_id=op_id, verdict=VerdictKind.REJECTED, rev=1, problem=why)
        take_verdicts(connection, [verdict], Heard())
    (entry,) = waiting(vault)
    return entry


def waiting(vault: Vault) -> list[OutboxEntry]:
    """What is not done."""
    with vault.reading() as connection:
        return outbox_entries(connection)


async def test_a_decision_that_came_back_is_told_and_made_anew(on_team: Open) -> None:
    """It says that the report still waits; 3 goes to it with the comment, which is signed once more."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await decide(pilot, "b", *"Who", "ctrl+s")
        back = send_back(app.vault)
        app.records_changed()
        await settled(pilot)
        assert "the report waits as before" in back.to_do
        await press(pilot, "a")
        shown = picture(app)
        assert "NEEDS YOUR ANSWER" in shown
        assert "comment: too odd" in shown
        assert "3 decide anew" in shown.splitlines()[-1]
        await press(pilot, "3")
        assert isinstance(app.screen, ReviewReportScreen)
        assert waiting(app.vault) == []
        await press(pilot, "b")
        assert app.screen.query_one(TextArea).text == "Who"
        app.screen.query_one(TextArea).text = "Who came"
        await press(pilot, "ctrl+s")
        await sign(pilot)
        assert "Nothing needs your answer" in picture(app)
    (again,) = waiting(app.vault)
    assert (again.place, again.typed["comment"]) == (Place.NOT_SENT, "Who came")
    assert again.record_id != back.record_id


async def test_where_the_report_waits_no_more_nothing_is_decided_anew(on_team: Open) -> None:
    """Another supervisor was first: 3 says so, and the decision that came back stands until it is set aside."""
    app = on_team()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await decide(pilot, "y")
        back = send_back(app.vault)
        with app.vault.writing() as connection:
            connection.execute(text("UPDATE r_review_item SET hidden = 1 WHERE id = 'review_item2'"))
        app.records_changed()
        await settled(pilot)
        await press(pilot, "a", "3")
        assert isinstance(app.screen, NeedsAnswerScreen)
        assert [note.message for note in app._notifications][-1] == (
            "This report does not wait any more: set your decision aside (d)."
        )
        assert [one.op_id for one in waiting(app.vault)] == [back.op_id]
        with app.vault.reading() as connection:
            assert drafts(connection) == []
