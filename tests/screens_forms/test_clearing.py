"""Log contact and Home visit say what they clear and what is still owed, before anything is saved."""

from __future__ import annotations

from fieldpo.screens.log_contact import LogContactScreen
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Deferral, RateOverride
from tests.screens_forms.caseload import ALVAREZ, FAHEY, HOSTILE, NASTY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, painted, play, settle

CASE = "0192dddd-0000-7000-8000-000000000000"


async def test_lines_follow_kind_place_outcome_and_what_was_verified(on_row: Open) -> None:
    """Nothing is cleared before the outcome; each row that is changed counts anew, and the next due day is said."""
    app = on_row(FAHEY)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await play(pilot, "n")
        assert "CLEARS" not in painted(app)
        assert (
            "STILL OWED risk assessment: 41 d late; home visit + collateral: by Fri 27 Nov; face-to-face: by Tue 01 Dec"
            in painted(app)
        )
        await play(pilot, "r")
        assert "CLEARS     face-to-face: on time (due 01 Dec). Next due 09 Dec." in painted(app)
        form = app.screen
        assert isinstance(form, LogContactScreen)
        form.set_focus(form.row("place"))
        await play(pilot, "h s")
        assert "home visit" in painted(app).partition("CLEARS")[2].partition("STILL OWED")[0]
        form.set_focus(form.row("kind"))
        await play(pilot, "p")
        form.set_focus(form.row("outcome"))
        await play(pilot, "m")
        assert "nothing: an attempt never counts" in painted(app)
        form.set_focus(form.row("kind"))
        await play(pilot, "r")
        assert "CLEARS" not in painted(app)


async def test_lines_are_the_clients_own_and_stay_in_both_views(on_row: Open) -> None:
    """The client-safe view shows them as the full one does."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r")
        safe = painted(app)
        await play(pilot, "f3")
        assert "VIEW: CLIENT" in safe
        assert all("CLEARS     face-to-face" in one and "STILL OWED " in one for one in (safe, painted(app)))


async def test_home_visit_says_what_is_owed_and_that_one_visit_clears_both(on_row: Open) -> None:
    """Read before the door: what is owed and by when."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        shown = " ".join(painted(app).split())
        assert "OWED risk assessment: 41 d late;" in shown
        assert "One visit clears home visit + face-to-face." in shown


async def test_hostile_reasons_and_rates_stay_text(vault: Vault, on_row: Open) -> None:
    """An override and a deferral full of markup neither run nor break the form."""
    case = "0192dddd-0000-7000-8000-000000000003"
    override = RateOverride(
        person_id=HOSTILE,
        case_id=case,
        obligation="face_to_face",
        rate=NASTY,
        start=NOW.date(),
        reason=NASTY,
        approver=NASTY,
    )
    deferral = Deferral(
        person_id=HOSTILE,
        case_id=case,
        obligation=NASTY,
        to=NOW.date(),
        granted_on=NOW.date(),
        reason=NASTY,
        approver=NASTY,
    )
    perform(vault, Act("Override", (Create(override), Create(deferral)), NOW), NOW)
    app = on_row(HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n f o r")
        assert "STILL OWED" in painted(app)
        assert "\x1b" not in painted(app)
