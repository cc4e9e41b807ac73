"""Today as an officer reads it and moves in it."""

from __future__ import annotations

import datetime as dt

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from fieldpo.app import FieldpoApp
from fieldpo.config import Config
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.fact import FactScreen
from fieldpo.screens.log_contact import LogContactScreen
from fieldpo.screens.person import PersonScreen
from fieldpo.screens.today import TodayScreen
from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Appointment, Hearing
from tests.filled_vault import NOW, Pulled, fill
from tests.listed import DAY, NEIGHBOR, OVERDUE, QUIET, RETURNED, case_of
from tests.screens_lists.conftest import Open
from tests.snapshots import app_on, assert_pictures, picture, settled

HEARING = "0192ffff-0000-7000-8000-0000000000aa"


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, each seen to take effect."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def today_of(app: FieldpoApp) -> TodayScreen:
    """The present screen, which must be Today."""
    assert isinstance(app.screen, TodayScreen)
    return app.screen


async def test_pictures(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """Today with a row in every section."""
    await assert_pictures(snapshot, on_today)


async def test_pictures_unfolded_with_why(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """The week and the alerts unfolded, and the whole of why."""
    await assert_pictures(snapshot, on_today, press=["plus", "w"])


async def test_pictures_for_a_client(snapshot: SnapshotAssertion, on_today: Open) -> None:
    """The client-safe view of the row under the cursor."""
    await assert_pictures(snapshot, on_today, press=["f3"])


async def test_pictures_of_nobody(snapshot: SnapshotAssertion, bare_vault: Vault) -> None:
    """An empty Today names the keys to press."""
    await assert_pictures(snapshot, lambda: app_on(bare_vault))


async def test_a_form_that_was_left_stands_on_today_until_it_is_saved(on_today: Open) -> None:
    """What was begun and not saved has a row with its client; enter goes on where it was, on its appointment."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        booked = today_of(app).appointment_here()
        await press(pilot, "n", "r", "tab", *"half a no", "escape")
        shown = today_of(app)
        assert "BEGUN, NOT SAVED 1" in picture(app)
        shown.table.go_to_key(next(key for key in shown.table.keys if key.startswith("draft:")))
        assert shown.person_here() == OVERDUE
        await press(pilot, "enter")
        assert isinstance(app.screen, LogContactScreen)
        assert app.screen.note.text == "half a no"
        assert app.screen.appointment_id == booked
        await press(pilot, "ctrl+s")
        assert "BEGUN" not in picture(app)


async def test_the_cursor_never_falls_onto_the_week_when_a_section_ends(on_today: Open) -> None:
    """The last row of today is logged: the cursor goes to a person above it, not to the folded week."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        table = today_of(app).table
        last = table.keys[table.keys.index("section:week") - 1]
        table.go_to_key(last)
        await press(pilot, "n", "r", "ctrl+s")
        assert last not in table.keys
        assert today_of(app).person_here()


async def test_who_is_overdue_and_why_takes_no_key(on_today: Open) -> None:
    """The first row is the longest overdue, its why and its safety entries stand below."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        shown = picture(app)
        assert today_of(app).person_here() == OVERDUE
        assert "!! WEAPON+ 12 d late" in shown
        assert "No outcome is written" in " ".join(shown.split())
        assert "ALSO    Ash St N: Boateng, K." in shown


async def test_the_cursor_passes_over_headings(on_today: Open) -> None:
    """Down from the last overdue row goes to the returned report, not to its heading; j and k do the same."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = today_of(app)
        await press(pilot, "down", "j")
        assert screen.person_here() == RETURNED
        await press(pilot, "k")
        assert screen.person_here() == NEIGHBOR


async def test_the_far_keys_end_on_a_row_too(on_today: Open) -> None:
    """Home and page up leave the cursor on the first row, where a key has somebody to act on, not on its heading."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = today_of(app)
        assert screen.person_here() == OVERDUE
        for far, back in (("end", "home"), ("pagedown", "pageup")):
            await press(pilot, far)
            assert screen.person_here() != OVERDUE
            await press(pilot, back)
            assert screen.person_here() == OVERDUE


async def test_a_refresh_keeps_the_cursors_place(on_today: Open, listed_vault: Vault) -> None:
    """When a row above goes away, the cursor stays on its own record."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = today_of(app)
        first = screen.table.current_key.partition(":")[2]
        await press(pilot, "down", "down")
        perform(listed_vault, Act("kept", (Change("appointment", first, {"status": "kept"}),), NOW), NOW)
        earlier = Appointment(person_id=QUIET, starts_at=NOW - dt.timedelta(days=40))
        perform(listed_vault, Act("old", (Create(earlier),), NOW), NOW)
        screen.refresh_records()
        await settled(pilot)
        assert screen.person_here() == RETURNED
        assert "40 d late" in picture(app)


@pytest.mark.parametrize(
    ("keys", "route"),
    [
        (("enter",), "home_visit"),
        (("n",), "log_contact"),
        (("x",), "attempted"),
        (("p",), "appointment"),
        (("v",), "violation_report"),
        (("down", "down", "enter"), "violation_report"),
    ],
)
async def test_a_rows_keys_open_its_forms(
    on_today: Open, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], route: str
) -> None:
    """Enter opens what the row owes; n, x, p and v their forms, for the person of the row."""
    app = on_today()
    went: list[tuple[str, str]] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(app, "go", lambda name, **given: went.append((name, given["person_id"])))
        await press(pilot, *keys)
    assert went == [(route, RETURNED if "down" in keys else OVERDUE)]


async def test_logging_a_row_with_an_appointment_names_it(on_today: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """N hands the row's appointment to the form, so that its fields are filled."""
    app = on_today()
    given: dict[str, object] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        key = today_of(app).table.current_key
        monkeypatch.setattr(app, "go", lambda _, **more: given.update(more))
        await press(pilot, "n")
    assert key == f"appointment:{given['appointment_id']}"


async def test_enter_on_a_folded_section_unfolds_it(on_today: Open) -> None:
    """The week is one line until it is opened; an alert's row opens the person."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "hearing" not in picture(app).partition("THIS WEEK")[2].partition("\n")[2]
        await press(pilot, *["down"] * 5, "enter")
        assert "hearing" in picture(app).partition("THIS WEEK")[2].partition("\n")[2]
        await press(pilot, "end", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert app.screen.person_id == QUIET


async def test_a_client_sees_nobody_else(on_today: Open) -> None:
    """In the client-safe view no other client's name and no safety entry is painted, and F3 brings all back."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await press(pilot, "f3")
        shown = picture(app)
        assert "Alvarez, M." in shown
        for secret in ("Boateng", "Estrada", "Fahey", "Gómez", "Jensen", "WEAPON", "DOG", "OVERDUE 2"):
            assert secret not in shown
        await press(pilot, "f3")
        assert "Boateng" in picture(app)
        assert isinstance(app.screen, FieldScreen)


async def test_the_clock_goes_on_and_midnight_brings_another_day(full_vault: Vault) -> None:
    """A new minute shows in the title and the rows are read anew, without a key."""
    moment = [NOW]
    app = FieldpoApp(Config(idle_lock_minutes=30), vault=full_vault, clock=lambda: moment[0], sync=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        app.look_at_clock()
        assert "Mon 23 Nov 2026 14:02" in picture(app)
        moment[0] = NOW + dt.timedelta(minutes=1)
        app.look_at_clock()
        await settled(pilot)
        assert "Mon 23 Nov 2026 14:03" in picture(app)
        moment[0] = NOW.replace(hour=0, minute=0) + dt.timedelta(days=1)
        app.look_at_clock()
        await settled(pilot)
        assert "Tue 24 Nov 2026 00:00" in picture(app)
    app.close()


async def test_enter_on_a_hearing_opens_its_form(listed_vault: Vault, on_today: Open) -> None:
    """A hearing that is on today's list opens as the form where its outcome is written."""
    hearing = Hearing(person_id=QUIET, case_id=case_of(QUIET), on=DAY, time="15:45", court="Div 3")
    fill(listed_vault, [Pulled("hearing", HEARING, QUIET, hearing)])
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        table = app.screen.query_one(RecordTable)
        table.go_to_key(f"hearing:{HEARING}")
        await press(pilot, "enter")
        assert isinstance(app.screen, FactScreen)
        assert "HEARING" in picture(app)
        assert "Div 3" in picture(app)


async def test_why_says_where_all_of_it_is_there_already(on_today: Open) -> None:
    """The key w, on a row with nothing more to tell, says so, where it seemed to do nothing."""
    app = on_today()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        table = app.screen.query_one(RecordTable)
        table.go_to_key(next(row.key for row in today_of(app)._today.rows if row.person_id == NEIGHBOR))  # type: ignore[union-attr]
        await press(pilot, "w")
        assert [note.message for note in app._notifications] == [
            "That is all of why. Enter, then w: each thing that this client owes, and the last year."
        ]
