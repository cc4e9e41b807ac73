"""Someone not listed, and addenda."""

from __future__ import annotations

import datetime as dt

from fieldpo.app import FieldpoApp
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import Confidentiality
from fieldpo.sync.protocol.kinds import Contact, IntakeOutcome
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW as AT
from tests.screens_forms.playing import bodies, painted, play, settle, type_in

ENTRY = "0192ffff-0000-7000-8000-000000000000"


async def test_someone_not_listed_is_saved_with_the_contact(vault: Vault, on_row: Open) -> None:
    """Name, the agency's ID, and a contact at the door are kept as an intake of this officer."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("intake")
        await settle(pilot)
        await type_in(pilot, "Nowak")
        await play(pilot, "enter")
        await type_in(pilot, "Ewa")
        await play(pilot, "enter")
        await type_in(pilot, "8812")
        await play(pilot, "enter down down down l f h s")
        await type_in(pilot, "At her cousin's door.")
        await play(pilot, "ctrl+s")
    (made,) = bodies(vault, "intake")
    assert (made["family_name"], made["given_name"], made["agency_id"]) == ("Nowak", "Ewa", "8812")
    assert (made["purpose"], made["contact"], made["outcome"]) == ("colleague", "face_to_face", "seen")
    assert made["officer_id"] == OFFICER
    assert made["note"] == "At her cousin's door."


async def test_intake_without_a_name_keeps_what_was_typed(vault: Vault, on_row: Open) -> None:
    """A missing family name is said, and nothing is lost."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.go("intake")
        await settle(pilot)
        await play(pilot, "down")
        await type_in(pilot, "Ewa")
        await play(pilot, "ctrl+s")
        assert "Type at least the family name." in painted(app)
        assert "Ewa" in painted(app)
    assert bodies(vault, "intake") == []


async def test_addendum_stands_beside_its_entry(vault: Vault, on_row: Open) -> None:
    """The entry is shown and stays; the addendum names it."""
    app = on_row(FAHEY)
    before = bodies(vault, "contact", FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("addendum", person_id=FAHEY, entry_id=ENTRY)
        await settle(pilot)
        assert "Reported as directed." in painted(app)
        await type_in(pilot, "He came at nine.")
        await play(pilot, "ctrl+s")
    (made,) = bodies(vault, "addendum")
    assert (made["entry_id"], made["text"]) == (ENTRY, "He came at nine.")
    assert bodies(vault, "contact", FAHEY) == before


async def test_what_became_of_others_is_hidden_from_a_client(vault: Vault, on_row: Open) -> None:
    """Whom the officer met before is told, and neither named in the client-safe view nor when it was on already."""
    told = IntakeOutcome(intake_id="i", name="Nowak, Ewa", became="refused", decided_at=NOW)
    fill(vault, [Pulled("intake_outcome", "0192aaab-0000-7000-8000-00000000000f", None, told)])
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("intake")
        await settle(pilot)
        assert "Nowak" in painted(app)
        await play(pilot, "f3")
        assert "Nowak" not in painted(app)
        await play(pilot, "escape")
        app.go("intake")
        await settle(pilot)
        assert "Nowak" not in painted(app)


async def test_an_intake_gone_on_with_keeps_the_time_of_the_contact(vault: Vault, on_row: Open) -> None:
    """Begun at the door, saved an hour later: they were met when the form was begun."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("intake")
        await settle(pilot)
        await type_in(pilot, "Nowak")
        await play(pilot, "enter enter enter enter enter enter down f h s escape")
    later = FieldpoApp(vault=vault, clock=lambda: AT + dt.timedelta(hours=1), sync=False)
    async with later.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        later.go("intake")
        await settle(pilot)
        await play(pilot, "enter ctrl+s")
    (made,) = bodies(vault, "intake")
    assert dt.datetime.fromisoformat(made["occurred_at"]) == AT


async def test_an_entry_that_a_client_may_not_see_is_hidden_above_its_addendum(vault: Vault, on_row: Open) -> None:
    """F3 over an addendum or a withdrawal leaves nothing of a sensitive entry; the times are the office's."""
    at = dt.datetime(2026, 11, 20, 20, 15, tzinfo=dt.UTC)
    secret = Contact(
        person_id=FAHEY,
        occurred_at=at,
        contact="phone",
        outcome="reported",
        officer_id=OFFICER,
        note="Her brother told us.",
        confidentiality=Confidentiality.THIRD_PARTY,
    )
    fill(vault, [Pulled("contact", "secret-1", FAHEY, secret)])
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for form in ("addendum", "withdrawal"):
            app.go(form, person_id=FAHEY, entry_id="secret-1")
            await settle(pilot)
            assert "Her brother told us." in painted(app)
            assert "Fri 20 Nov 2026 14:15" in painted(app)
            await play(pilot, "f3")
            assert "brother" not in painted(app)
            await play(pilot, "f3 escape")
