"""Home visit: what is read before the door, what a client may see after it, and what is saved."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from tests.screens_forms.caseload import ALVAREZ
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, painted, play, settle, type_in


async def test_visit_by_keys_is_saved_with_times_checklist_and_next(vault: Vault, on_row: Open) -> None:
    """Arrived, left, eight answers, the note and the next appointment: one contact and two appointments changed."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        before = painted(app)
        assert "WEAPON" in before
        assert "Shotgun, hall closet, brother's." in before
        await play(pilot, "a")
        after = painted(app)
        assert "Shotgun" not in after
        assert "Rosa" not in after
        assert "SAFETY 3 (F3)" in after
        await play(pilot, "l y y y y y y s y 1 2")
        await play(pilot, "ctrl+s")
    made = bodies(vault, "contact", ALVAREZ)[-1]
    assert (made["outcome"], made["place"], made["minutes"]) == ("seen", "home", 0)
    assert made["arrived_at"] == made["left_at"] == "2026-11-23T14:33:00-06:00"
    assert len(made["checklist"]) == 8
    assert made["checklist"]["sober"] == "not_seen"
    assert made["verified"] == {"identity": "saw_paper", "home": "went_there", "job": "saw_paper"}
    assert made["note"] == "Home visit, as expected."
    was, following = bodies(vault, "appointment", ALVAREZ)
    assert was["status"] == "kept"
    assert following["starts_at"] == "2026-12-07T14:00:00-06:00"
    assert following.get("place", "office") == "office"


async def test_visit_entered_later_keeps_its_own_times(vault: Vault, on_row: Open) -> None:
    """The letter b takes arrival and minutes; the laptop stayed in the car."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter b")
        await type_in(pilot, "1405 20")
        await play(pilot, "enter y y y y y y y y 0 ctrl+s")
    made = bodies(vault, "contact", ALVAREZ)[-1]
    assert (made["arrived_at"], made["minutes"]) == ("2026-11-23T14:05:00-06:00", 20)
    assert made["left_at"] == "2026-11-23T14:25:00-06:00"


async def test_a_no_asks_why_and_goes_on(vault: Vault, on_row: Open) -> None:
    """What was not as expected stands with its why; the next item is marked."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter a l y n")
        await type_in(pilot, "door locked")
        await play(pilot, "enter y")
        assert "3 of 8" in painted(app)
        await play(pilot, "ctrl+s")
    made = bodies(vault, "contact", ALVAREZ)[-1]
    assert made["checklist"] == {"client_here": "yes", "room_seen": "no: door locked", "household": "yes"}
    assert made["verified"] == {"identity": "saw_paper"}


async def test_client_who_is_not_there_makes_it_an_attempt(vault: Vault, on_row: Open) -> None:
    """Without the client it never counts as a contact, whatever the note says."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter a l n")
        await type_in(pilot, "at work")
        await play(pilot, "enter ctrl+s")
    made = bodies(vault, "contact", ALVAREZ)[-1]
    assert made["outcome"] == "someone_else"
    assert bodies(vault, "appointment", ALVAREZ)[0]["status"] == "missed"


async def test_nobody_at_the_door_becomes_an_attempt(vault: Vault, on_row: Open) -> None:
    """The letter x opens the attempt's form for this visit."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter x 1 ctrl+s")
    assert bodies(vault, "contact", ALVAREZ)[-1]["outcome"] == "no_answer"
    assert bodies(vault, "appointment", ALVAREZ)[0]["status"] == "missed"


async def test_saving_before_arrival_says_what_to_press(vault: Vault, on_row: Open) -> None:
    """A visit without an arrival is not saved."""
    app = on_row(ALVAREZ, "home_visit")
    before = len(bodies(vault, "contact", ALVAREZ))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter ctrl+s")
        assert "Press a when you arrive" in painted(app)
    assert len(bodies(vault, "contact", ALVAREZ)) == before
