"""Log contact: what the keys do, what is saved, and what is kept when it is not."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from tests.screens_forms.caseload import FAHEY, FAHEY_TODAY
from tests.screens_forms.conftest import Open
from tests.screens_forms.playing import bodies, play, settle


async def test_booked_check_in_is_saved_with_its_appointment_and_the_next(vault: Vault, on_row: Open) -> None:
    """A booked report with template and next appointment: one contact, the appointment kept, a new one two weeks on."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 1 2")
        await play(pilot, "ctrl+s")
    made = bodies(vault, "contact", FAHEY)[-1]
    assert made["outcome"] == "reported"
    assert made["contact"] == "face_to_face"
    assert made["place"] == "office"
    assert made["occurred_at"] == "2026-11-23T14:30:00-06:00"
    assert made["told"] == {"home": "unchanged", "job": "unchanged", "police": "unchanged"}
    assert made["note"].startswith("Reported as directed. States home unchanged, job unchanged")
    assert "___" not in made["note"]
    assert made["appointment_id"] == FAHEY_TODAY
    kept, following = bodies(vault, "appointment", FAHEY)
    assert kept["status"] == "kept"
    assert following["starts_at"] == "2026-12-07T14:30:00-06:00"
