"""Someone not listed, and addenda."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import IntakeOutcome
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.opening import Open
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
