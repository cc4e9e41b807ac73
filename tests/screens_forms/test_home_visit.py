"""Home visit: what is read before the door, what a client may see after it, and what is saved."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from tests.screens_forms.caseload import ALVAREZ
from tests.screens_forms.conftest import Open
from tests.screens_forms.playing import bodies, painted, play, settle


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
