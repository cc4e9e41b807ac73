"""What a logged contact says beside its outcome: what the client told, the call's kind, purpose and techniques."""

from __future__ import annotations

from fieldpo.screens.fact import FactScreen
from fieldpo.screens.new_fact import NewFactScreen
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Appointment
from tests.filled_vault import Pulled, fill
from tests.screens_forms.caseload import ALVAREZ, FAHEY, HOSTILE
from tests.screens_forms.fact_forms import HOME, fact, shows
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, painted, play, settle, type_in


async def test_a_told_change_offers_its_form_after_the_contact(vault: Vault, on_row: Open) -> None:
    """Home changed: after the save one key opens the new address, another one leaves it for later."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n f o r down 1 1 2")
        screen = app.screen
        told = screen.query_one("#told")
        told.told = {"home": False, "job": True}  # type: ignore[attr-defined]
        await play(pilot, "ctrl+s")
        assert shows(app, NewFactScreen)
        await play(pilot, "a")
        await type_in(pilot, "14 Mill Rd")
        await play(pilot, "ctrl+s")
        assert not shows(app, NewFactScreen, FactScreen)
    assert [one["line1"] for one in bodies(vault, "address", ALVAREZ)] == ["2207 N Ash St", "14 Mill Rd"]
    assert fact(vault, "address", HOME)["until"] == "2026-11-23"


async def test_a_told_change_can_be_left_for_later(vault: Vault, on_row: Open) -> None:
    """Enter leaves the offer; the contact is saved and nothing else."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n f o r 0")
        app.screen.query_one("#told").told = {"job": False}  # type: ignore[attr-defined]
        await play(pilot, "ctrl+s enter")
        assert not shows(app, NewFactScreen)
    assert bodies(vault, "employment", ALVAREZ) == []


async def test_a_booked_call_takes_the_keys_of_an_office_report(vault: Vault, on_row: Open) -> None:
    """N r 1 2 ctrl+s: a call has no place, so the marker does not stop there."""
    call = Appointment(person_id=HOSTILE, starts_at=NOW, appointment="phone", place="")
    fill(vault, [Pulled("appointment", "call-1", HOSTILE, call)])
    app = on_row(HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 1 2 ctrl+s")
    made = bodies(vault, "contact", HOSTILE)[-1]
    assert (made["contact"], made["outcome"], made["template"]) == ("phone", "reported", "phone_no_change")
    assert len(bodies(vault, "appointment", HOSTILE)) == 2


async def test_purpose_and_techniques_are_kept(vault: Vault, on_row: Open) -> None:
    """The two folded rows are reached by Up from the template and saved with the contact."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r up m r up p")
        assert "case plan" in painted(app)
        await play(pilot, "ctrl+s")
    made = bodies(vault, "contact", FAHEY)[-1]
    assert (made["purpose"], made["techniques"]) == ("case_plan", ["motivational", "role_play"])
