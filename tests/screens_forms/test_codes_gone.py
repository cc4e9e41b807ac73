"""Records with codes that the policy in force does not have: an import's, or of a version before. Every form opens."""

from __future__ import annotations

import pytest

from fieldpo.screens.form import FormScreen
from fieldpo.screens.widgets.choice_row import ChoiceRow
from fieldpo.screens.widgets.next_appointment import NextAppointment
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Appointment, DrugTest
from tests.filled_vault import OFFICER, Pulled, fill
from tests.screens_forms.caseload import FAHEY, FAHEY_TODAY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, painted, play, settle

GONE = "telepathy"


def with_appointment(vault: Vault) -> None:
    """Today's appointment is of a kind that the policy does not have."""
    fill(
        vault,
        [
            Pulled(
                "appointment",
                FAHEY_TODAY,
                FAHEY,
                Appointment(person_id=FAHEY, starts_at=NOW, appointment=GONE, place="home"),
            )
        ],
    )


@pytest.mark.parametrize("form", ["log_contact", "attempted", "appointment", "home_visit"])
async def test_a_form_opens_on_an_appointment_of_a_kind_that_is_gone(vault: Vault, on_row: Open, form: str) -> None:
    """It opens, and the next appointment can be chosen."""
    with_appointment(vault)
    app = on_row(FAHEY, form)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, FormScreen)
        assert screen.ready
        for row in screen.query("#next"):
            screen.set_focus(row)
            await play(pilot, "2")
        assert app.screen is screen


async def test_a_contact_is_logged_anew_after_the_next_appointment_was_chosen(vault: Vault, on_row: Open) -> None:
    """Its kind is chosen again after weeks were: the next appointment is of the usual kind, and stays chosen."""
    with_appointment(vault)
    app = on_row(FAHEY, "log_contact")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        screen = app.screen
        screen.set_focus(screen.query_one("#next"))
        await play(pilot, "2")
        kind = screen.query_one("#kind", ChoiceRow)
        screen.set_focus(kind)
        await play(pilot, kind.choices[0].key)
        chosen = screen.query_one(NextAppointment)
        assert chosen.code == "2"
        assert chosen.suggestion is not None
        assert chosen.suggestion.kind != GONE


async def test_an_appointment_of_a_kind_that_is_gone_is_moved(vault: Vault, on_row: Open) -> None:
    """`m` and a date move it; its kind stays as it is."""
    with_appointment(vault)
    app = on_row(FAHEY, "appointment")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        app.screen.set_focus(app.screen.query_one("#do"))
        await play(pilot, "m 2 ctrl+s")
    moved = [one for one in bodies(vault, "appointment", FAHEY) if one.get("appointment") == GONE]
    assert len(moved) == 1
    assert not moved[0]["starts_at"].startswith("2026-11-23")


async def test_a_drug_test_with_an_outcome_that_is_gone_opens(vault: Vault, on_row: Open) -> None:
    """The form shows what it knows, and takes another outcome."""
    given = DrugTest(person_id=FAHEY, officer_id=OFFICER, at=NOW, reason="random", outcome=GONE)
    fill(vault, [Pulled("drug_test", "0192aaaf-0000-7000-8000-000000000001", FAHEY, given)])
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 5 enter")
        screen = app.screen
        assert isinstance(screen, FormScreen)
        screen.set_focus(screen.query_one("#outcome"))
        await play(pilot, "n")
        assert "no-show" in painted(app)
