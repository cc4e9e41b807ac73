"""Log contact: what the keys do, what is saved, and what is kept when it is not."""

from __future__ import annotations

import datetime as dt

from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Appointment
from tests.filled_vault import NOW
from tests.screens_forms.caseload import FAHEY, FAHEY_TODAY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, play, settle
from tests.snapshots import picture


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


async def test_a_contact_before_the_day_of_its_appointment_says_so(vault: Vault, on_row: Open) -> None:
    """Opened from an appointment of a later day, When is now and does not claim the appointment's hour."""
    later = Appointment(person_id=FAHEY, starts_at=NOW + dt.timedelta(days=2), minutes=15, appointment="office")
    made = Create(later)
    perform(vault, Act("Appointment", (made,), NOW), NOW)
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("log_contact", person_id=FAHEY, appointment_id=made.record_id)
        await settle(pilot)
        assert "Mon 23 Nov 14:33  (now, before the appointment of Wed 25 Nov)" in picture(app)


async def test_a_form_that_is_too_tall_keeps_its_width(vault: Vault, on_row: Open) -> None:
    """No bar takes cells from the rows, which would wrap and make the form taller still; the keys stay in sight."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 20)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 1")
        assert app.screen.max_scroll_y > 0
        assert app.screen.scrollable_content_region.width == 80
