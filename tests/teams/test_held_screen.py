"""What central holds on the screen: read whole, released, refused with a reason, matched, made a new case."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import TextArea

from fieldpo.app import FieldpoApp
from fieldpo.screens.review import ReviewScreen
from fieldpo.screens.review_held import HeldScreen
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.records import Record, write_records
from fieldpo.sync.protocol.body import plain_body
from tests.filled_vault import NOW, OFFICER
from tests.hostile import MARKUP
from tests.snapshots import assert_pictures, picture, settled
from tests.teams.team_vault import NORTH, REYES, Open, held_item, press

LATE, GROUP, MET = "held_item6", "held_item7", "held_item8"


async def to_held(pilot: Pilot[int], key: str) -> HeldScreen:
    """Review, and Enter on something that is held."""
    await settled(pilot)
    await press(pilot, "R")
    screen = pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    screen.table.go_to_key(key)
    await settled(pilot)
    await press(pilot, "enter")
    shown = pilot.app.screen
    assert isinstance(shown, HeldScreen)
    return shown


def decided(app: FieldpoApp) -> list[dict[str, Any]]:
    """What stands in the vault as decided."""
    with app.vault.reading() as connection:
        return [msgspec.json.decode(body) for body in connection.scalars(text("SELECT body FROM r_held_decision"))]


async def test_pictures_of_someone_not_listed(snapshot: SnapshotAssertion, on_team: Open) -> None:
    """All that was told, and who it may be: a name of markup stands as it was typed."""

    async def reach(pilot: Pilot[int]) -> None:
        await to_held(pilot, MET)
        await press(pilot, "m")

    await assert_pictures(snapshot, on_team, reach=reach)


async def test_a_group_is_read_whole_and_released(on_team: Open) -> None:
    """Each of its entries; a reason may stay empty; the list says that it is decided and not sent."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await to_held(pilot, GROUP)
        shown = picture(app)
        assert "Seen at the gate." in shown
        assert "Nobody opened." in shown
        assert "m match" not in shown
        assert "released or refused" in (screen.why_not("decide", ("match",)) or "")
        await press(pilot, "y")
        assert decided(app) == []
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ReviewScreen)
        assert "release, unsent" in picture(app)
        (body,) = decided(app)
        assert (body["held_op_id"], body["decision"], body["officer_id"]) == ("group-incomplete", "release", OFFICER)
        await open_again(pilot)
        assert "By you: release." in picture(app)
        await press(pilot, "y", "x")
        assert len(decided(app)) == 1
        await press(pilot, "t")
        assert "2 held at central" in picture(app)


async def open_again(pilot: Pilot[int]) -> None:
    """Enter on the row where the cursor is."""
    await press(pilot, "enter")
    assert isinstance(pilot.app.screen, HeldScreen)


async def test_a_refusal_needs_a_reason_which_survives_leaving(on_team: Open) -> None:
    """Nothing goes without one; Esc keeps what was typed, and it is there again."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_held(pilot, LATE)
        await press(pilot, "x", "ctrl+s")
        assert decided(app) == []
        await press(pilot, "O", "k", "escape", "escape")
        with app.vault.reading() as connection:
            assert [one.state["reason"] for one in drafts(connection, "review_held")] == ["Ok"]
        await open_again(pilot)
        await press(pilot, "x")
        assert app.screen.query_one(TextArea).text == "Ok"
        await press(pilot, "ctrl+s")
        assert [(body["decision"], body["reason"]) for body in decided(app)] == [("refuse", "Ok")]
        with app.vault.reading() as connection:
            assert drafts(connection, "review_held") == []


async def test_a_match_is_chosen_from_those_offered(on_team: Open) -> None:
    """Esc closes the list; the second of it is taken with Enter, named before it is sent, and sent."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_held(pilot, MET)
        await press(pilot, "m", "escape")
        assert "carries this ID" not in picture(app)
        await press(pilot, "m", "j", "enter")
        assert f"Match to {MARKUP[0]}" in picture(app)
        await press(pilot, "ctrl+s")
        assert [(body["decision"], body["subject_id"]) for body in decided(app)] == [("match", "other")]


async def test_a_new_case_goes_to_an_officer_of_the_team(on_team: Open) -> None:
    """Who met the person first, then the type of supervision."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_held(pilot, MET)
        await press(pilot, "plus")
        assert "met them" in picture(app)
        await press(pilot, "enter", "j", "enter", "ctrl+s")
        (body,) = decided(app)
        assert (body["decision"], body["caseload_of"]) == ("create", REYES)
        assert body["supervision_type"] == app.pack.supervision_types[1].code


async def test_nothing_is_decided_unread_and_nothing_of_ones_own(on_team: Open) -> None:
    """The client-safe view names nobody and takes no decision; opening is logged; what one wrote is another's."""
    app = on_team()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await to_held(pilot, MET)
        await press(pilot, "m", "f3")
        shown = picture(app)
        assert "Fahy" not in shown
        assert "Fahey" not in shown
        assert screen.why_not("decide", ("refuse",)) is not None
        await press(pilot, "f3", "escape", "escape")
        with app.vault.writing() as connection:
            own = held_item("after-leave", NOW, "Own, Mine", officer_id=OFFICER)
            write_records(connection, "held_item", [Record("held_item", LATE, NORTH, None, plain_body(own), 2, 20)])
            assert connection.scalar(text("SELECT count(*) FROM audit WHERE text LIKE '%\"held_item\"%'")) == 1
        app.records_changed()
        await settled(pilot)
        own_one = await to_held(pilot, LATE)
        assert "wrote themselves" in (own_one.why_not("decide", ("release",)) or "")


async def test_what_central_could_not_do_is_told(on_team: Open) -> None:
    """The row and the story say why, and it may be decided anew; what central has not done yet may not."""
    app = on_team()
    more = {"trouble": "It cannot be released: A record with this id stands already."}
    undone = {"decided": "refuse", "decided_by": REYES}
    with app.vault.writing() as connection:
        for key, given in ((LATE, more), (MET, undone)):
            body = plain_body(held_item("after-leave", NOW, "Okoro, Ada", **given))
            write_records(connection, "held_item", [Record("held_item", key, NORTH, None, body, 2, 20)])
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await to_held(pilot, LATE)
        assert "Central could not do what was decided." in picture(app)
        assert screen.why_not("decide", ("release",)) is None
        await press(pilot, "escape")
        assert "! not done" in picture(app)
        assert "refuse, waits" in picture(app)
        screen = await to_held(pilot, MET)
        assert "By Reyes, Ana: refuse." in picture(app)
        assert screen.why_not("decide", ("release",)) is not None
