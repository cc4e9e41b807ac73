"""Attempted – no contact, and appointments: made, moved, cancelled."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from tests.screens_forms.caseload import ALVAREZ, ALVAREZ_HOME, FAHEY, LONG, LONG_AHEAD
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, count, painted, play, settle


async def test_attempt_with_card_is_kept_and_ends_the_booked_visit(vault: Vault, on_row: Open) -> None:
    """An attempt at a booked home visit keeps the outcome and the card, and marks the appointment missed."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "x 1 d ctrl+s")
    made = bodies(vault, "contact", ALVAREZ)[-1]
    assert (made["outcome"], made["place"], made["card_left"]) == ("no_answer", "home", True)
    assert bodies(vault, "appointment", ALVAREZ)[0]["status"] == "missed"
    assert made["appointment_id"] == ALVAREZ_HOME


async def test_attempt_leaves_an_office_appointment_alone(vault: Vault, on_row: Open) -> None:
    """A try at the home does not mark the office report of the same day as missed."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "x 2 ctrl+s")
    made = bodies(vault, "contact", FAHEY)[-1]
    assert (made["outcome"], made["place"]) == ("someone_else", "home")
    assert "appointment_id" not in made
    assert "status" not in bodies(vault, "appointment", FAHEY)[0]


async def test_next_appointment_is_made_by_three_keys(vault: Vault, on_row: Open) -> None:
    """p, 2, Enter: two weeks after the booked one, at its time."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "p 2")
        assert "Clashes with another appointment" not in painted(app)
        assert "Clashes with Wolfeschlegelsteinhausenbergerdorffsmith, M., 14:30." in painted(app)
        await play(pilot, "enter")
    assert bodies(vault, "appointment", FAHEY)[-1]["starts_at"] == "2026-12-07T14:30:00-06:00"


async def test_next_appointment_moves_off_a_holiday_and_says_so(vault: Vault, on_row: Open) -> None:
    """A date on Christmas goes to the next office day, with the reason on the screen."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "p d")
        await pilot.press(*("space" if c == " " else "colon" if c == ":" else c for c in "25 dec 10:00"), "enter")
        await settle(pilot)
        assert "Fri 25 Dec is Christmas Day: moved on to Mon 28 Dec." in painted(app)
        await play(pilot, "enter")
    assert bodies(vault, "appointment", FAHEY)[-1]["starts_at"] == "2026-12-28T10:00:00-06:00"


async def test_cancelling_says_by_whom(vault: Vault, on_row: Open) -> None:
    """Up to what to do, c cancels; by whom is asked; Enter saves."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "p up up c c enter")
    (was,) = bodies(vault, "appointment", LONG)
    assert (was["status"], was["cancelled_by"]) == ("cancelled", "client")


async def test_moving_keeps_the_one_appointment(vault: Vault, on_row: Open) -> None:
    """A move changes the appointment's time, and makes no second one."""
    app = on_row(LONG)
    before = count(vault, "r_appointment")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "p up up m 1 enter")
    (was,) = bodies(vault, "appointment", LONG)
    assert (was["status"], was["starts_at"]) == ("moved", "2026-12-14T14:30:00-06:00")
    assert count(vault, "r_appointment") == before
    assert LONG_AHEAD
