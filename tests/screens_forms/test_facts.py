"""Facts about a client: changed, replaced, ended, added; what was told and what was verified stand apart."""

from __future__ import annotations

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from fieldpo.screens.fact import FactScreen
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Employment, Hearing, Phone
from tests.filled_vault import Pulled, fill
from tests.screens_forms.caseload import ALVAREZ, FAHEY, LONG
from tests.screens_forms.fact_forms import HOME, NO_CONTACT, WEAPON, fact, painted_here, sent, shows, to_fact
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, painted, play, settle, type_in
from tests.snapshots import assert_pictures


async def test_a_phone_is_added_from_the_person_by_a_letter(vault: Vault, on_row: Open) -> None:
    """+ p, the number, ctrl+s: a phone that was told today, and not verified."""
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter plus p")
        await type_in(pilot, "555 0199")
        await play(pilot, "enter w ctrl+s")
        assert "555 0199, work. Told Mon 23 Nov 2026, not verified." in painted(app)
    (made,) = bodies(vault, "phone", FAHEY)
    assert made == {"person_id": FAHEY, "number": "555 0199", "use": "work", "told_on": "2026-11-23"}


async def test_enter_on_a_line_of_the_overview_changes_that_fact(vault: Vault, on_row: Open) -> None:
    """The cursor goes to the home; its unit is corrected; only the unit is sent, and the old proof goes with it."""
    app = on_row(ALVAREZ, "person")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        while not painted_here(app).startswith("2207 N Ash St"):
            await play(pilot, "down")
        await play(pilot, "enter")
        assert shows(app, FactScreen)
        await play(pilot, "enter down end")
        await type_in(pilot, "b")
        await play(pilot, "ctrl+s")
        assert "The verification was about what stood before" in painted(app)
    home = fact(vault, "address", HOME)
    assert home["line2"] == "unit 4b"
    assert not home.get("verified_on")
    (op,) = sent(vault)
    assert set(op.body["fields"]) == {"line2", "verified_on", "verified_how"}


async def test_a_hearing_takes_its_outcome_from_the_overview(vault: Vault, on_row: Open) -> None:
    """A fact with no words of its own has a line by its description, from which its form is opened again."""
    hearing = Hearing(person_id=FAHEY, on=NOW.date(), time="09:30", court="Div 3")
    fill(vault, [Pulled("hearing", "hearing-1", FAHEY, hearing)])
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        assert "review hearing, day Mon 23 Nov 2026, time 09:30, court Div 3, set" in " ".join(painted(app).split())
        app.screen.query_one("OverviewTab").go_to("hearing")  # type: ignore[attr-defined]
        await play(pilot, "enter")
        assert shows(app, FactScreen)
        app.screen.query_one("#f-status").picked = ("held",)  # type: ignore[attr-defined]
        app.screen.query_one("#f-outcome").value = "Continued on supervision"  # type: ignore[attr-defined]
        await play(pilot, "ctrl+s")
    held = fact(vault, "hearing", "hearing-1")
    assert (held["status"], held["outcome"]) == ("held", "Continued on supervision")


async def test_a_new_home_ends_the_old_one_in_one_act(vault: Vault, on_row: Open) -> None:
    """Moved: the new address stands from today, the old one ends, both or neither; u takes both back."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, ALVAREZ, "address", HOME)
        await play(pilot, "n")
        await type_in(pilot, "14 Mill Rd")
        await play(pilot, "ctrl+s")
        new = bodies(vault, "address", ALVAREZ)[-1]
        assert (new["line1"], new["since"], new["told_on"]) == ("14 Mill Rd", "2026-11-23", "2026-11-23")
        assert "verified_on" not in new
        assert fact(vault, "address", HOME)["until"] == "2026-11-23"
        assert len({op.group_id for op in sent(vault)}) == 1
        assert sent(vault)[0].group_id is not None
        await play(pilot, "u")
    assert [one["line1"] for one in bodies(vault, "address", ALVAREZ)] == ["2207 N Ash St"]
    assert not fact(vault, "address", HOME).get("until")


async def test_ending_takes_a_day(vault: Vault, on_row: Open) -> None:
    """It has ended, on the day typed; a day before it began is refused with a sentence and nothing is lost."""
    fill(vault, [Pulled("employment", "job-1", FAHEY, Employment(person_id=FAHEY, employer="Mill", since=NOW.date()))])
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await to_fact(pilot, FAHEY, "employment", "job-1")
        await play(pilot, "e")
        app.screen.query_one("#f-until").value = "20 nov"  # type: ignore[attr-defined]
        await play(pilot, "ctrl+s")
        assert "It would end before it began" in painted(app)
        app.screen.query_one("#f-until").value = "today"  # type: ignore[attr-defined]
        await play(pilot, "ctrl+s")
    assert fact(vault, "employment", "job-1")["until"] == "2026-11-23"


async def test_verified_takes_a_how_first(vault: Vault, on_row: Open) -> None:
    """Another day of verification is asked only once it is said how; the how alone means today."""
    fill(vault, [Pulled("phone", "phone-1", FAHEY, Phone(person_id=FAHEY, number="555"))])
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, FAHEY, "phone", "phone-1")
        app.screen.query_one("#verified-on").focus()
        await play(pilot, "d")
        assert "Say first how it was verified." in painted(app)
        await play(pilot, "c up d")
        await type_in(pilot, "20 nov")
        await play(pilot, "enter ctrl+s")
    phone = fact(vault, "phone", "phone-1")
    assert (phone["verified_on"], phone["verified_how"]) == ("2026-11-20", "called")
    assert not phone.get("told_on")


async def test_what_nobody_touched_is_not_sent(vault: Vault, on_row: Open) -> None:
    """Spaces, fractions and verifications that came from the agency's file stay as they are beside a change."""
    job = Employment(
        person_id=FAHEY,
        employer="Mill  and   Sons ",
        hours_per_week=37.123456789,
        verified_on=NOW.date(),
        verified_how="their_own",
    )
    fill(vault, [Pulled("employment", "job-1", FAHEY, job)])
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, FAHEY, "employment", "job-1")
        app.screen.query_one("#f-phone").focus()
        await type_in(pilot, "555")
        await play(pilot, "ctrl+s")
    (op,) = sent(vault)
    assert set(op.body["fields"]) == {"phone"}


async def test_a_hazard_is_reached_from_the_banner_and_ends(vault: Vault, on_row: Open) -> None:
    """! goes to the safety entries, Enter opens the gravest, e says it is no longer so."""
    app = on_row(ALVAREZ, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 3 exclamation_mark enter e ctrl+s")
        assert "Shotgun" not in painted(app)
    assert fact(vault, "hazard", WEAPON)["active"] is False


async def test_a_hazard_needs_a_source(vault: Vault, on_row: Open) -> None:
    """A new safety entry without a source is not saved, and what was typed stands."""
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter plus s d")
        await type_in(pilot, "Bites.")
        await play(pilot, "ctrl+s")
        assert "“Source” is needed." in painted(app)
        await play(pilot, "tab")
        await type_in(pilot, "Ofc Lund")
        await play(pilot, "ctrl+s")
    (made,) = bodies(vault, "hazard", FAHEY)
    assert (made["hazard"], made["text"], made["source"]) == ("dog", "Bites.", "Ofc Lund")


async def test_compliance_is_set_from_the_conditions(vault: Vault, on_row: Open) -> None:
    """Enter on a condition, n: not complying since today; the court's text is shown and stays."""
    app = on_row(ALVAREZ, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 3 enter")
        assert "Have no contact with R. A." in painted(app)
        await play(pilot, "n ctrl+s")
    condition = fact(vault, "condition", NO_CONTACT)
    assert (condition["compliance"], condition["compliance_since"]) == ("not_complying", "2026-11-23")
    (op,) = sent(vault)
    assert set(op.body["fields"]) == {"compliance", "compliance_since"}


async def test_needs_are_added_and_taken_out_one_by_one(vault: Vault, on_row: Open) -> None:
    """A digit takes a need out, a adds one: sent as members, so that a colleague's addition stays."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, ALVAREZ, "person")
        app.screen.query_one("#f-needs").focus()
        await play(pilot, "1 a")
        await type_in(pilot, "large print")
        await play(pilot, "enter ctrl+s")
    assert fact(vault, "person", ALVAREZ)["needs"] == ["large print"]
    (op,) = sent(vault)
    assert op.body["add"] == {"needs": ["large print"]}
    assert op.body["remove"] == {"needs": ["hard of hearing, left side"]}
    assert not op.body.get("fields")


async def test_a_client_sees_no_third_party_in_a_form(vault: Vault, on_row: Open) -> None:
    """F3 hides the household, a safety entry and a collateral; what was typed stays."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, ALVAREZ, "address", HOME)
        assert "child 6" in painted(app)
        await play(pilot, "f3")
        assert "child 6" not in painted(app)
        assert "2207 N Ash St" in painted(app)
        await play(pilot, "escape")
        await to_fact(pilot, ALVAREZ, "hazard", WEAPON)
        assert "Shotgun" not in painted(app)
        assert "WEAPON" not in painted(app)
        await play(pilot, "f3")
        assert "Shotgun" in painted(app)
        await play(pilot, "f3 escape")
        app.go("new_fact", person_id=ALVAREZ)
        await settle(pilot)
        assert "collateral" not in painted(app)


async def test_a_draft_comes_back_with_what_stood(vault: Vault, on_row: Open) -> None:
    """Left in the middle, the form goes on with what was typed; only that is sent."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, ALVAREZ, "address", HOME)
        await play(pilot, "enter down down")
        await type_in(pilot, "Fargo")
        await play(pilot, "escape")
        await to_fact(pilot, ALVAREZ, "address", HOME)
        await play(pilot, "g")
        assert "Fargo" in painted(app)
        await play(pilot, "ctrl+s")
    assert fact(vault, "address", HOME)["city"] == "Fargo"


PICTURES = {
    "fact_address": (ALVAREZ, "address", HOME, ""),
    "fact_address_moved": (ALVAREZ, "address", HOME, "n"),
    "fact_address_ended": (ALVAREZ, "address", HOME, "e"),
    "fact_hazard": (ALVAREZ, "hazard", WEAPON, ""),
    "fact_condition": (ALVAREZ, "condition", NO_CONTACT, "p"),
    "fact_person": (ALVAREZ, "person", None, "tab tab tab 1"),
    "fact_job": (LONG, "employment", None, ""),
    "fact_collateral": (FAHEY, "collateral", None, ""),
}


@pytest.mark.parametrize("name", PICTURES)
async def test_fact_looks_so(snapshot: SnapshotAssertion, anew: Open, name: str) -> None:
    """The form is as in its picture."""
    person_id, kind, record_id, keys = PICTURES[name]

    async def reach(pilot: Pilot[Any]) -> None:
        await to_fact(pilot, person_id, kind, record_id)
        await play(pilot, keys)

    await assert_pictures(snapshot, lambda: anew(person_id), reach=reach)


async def test_choosing_a_kind_looks_so(snapshot: SnapshotAssertion, anew: Open) -> None:
    """The kinds, a letter each."""
    await assert_pictures(snapshot, lambda: anew(FAHEY, "person"), press=["enter", "plus"])
