"""What an officer typed is never lost: drafts, failures to save, and the same form saved twice."""

from __future__ import annotations

import pytest
from textual import events

from fieldpo.errors import DiskFull
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.form import FormScreen
from fieldpo.screens.widgets.note_area import NoteArea
from fieldpo.store.acting import acts
from fieldpo.store.acting.acts import Act
from fieldpo.store.acting.drafts import drafts
from fieldpo.store.files import DISK_FULL
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.templates import BLANK
from tests.screens_forms.caseload import ALVAREZ, FAHEY, LONG
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, count, painted, play, settle, type_in


async def test_esc_keeps_a_draft_that_is_offered_again(vault: Vault, on_row: Open) -> None:
    """Leaving a form keeps it; the next time it is offered, and Enter goes on with it."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 2 tab")
        await type_in(pilot, "Says the rent is late. ")
        await play(pilot, "escape")
        with vault.reading() as connection:
            (kept,) = drafts(connection, "log_contact", FAHEY)
        assert "Says the rent is late." in kept.state["note"]
        await play(pilot, "n")
        assert "[g go on with it]" in painted(app)
        await play(pilot, "enter")
        note = app.screen.query_one(NoteArea)
        assert "Says the rent is late." in note.text
        assert note.selected_text == BLANK
        assert "[r reported]" in painted(app)
        await play(pilot, "ctrl+s")
    assert "Says the rent is late." in bodies(vault, "contact", FAHEY)[-1]["note"]
    assert count(vault, "draft") == 0


async def test_a_draft_is_typed_on_at_its_end(vault: Vault, on_row: Open) -> None:
    """Whoever goes on with a draft types after its last word, in a note of many lines too."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 2 tab")
        app.screen.query_one(NoteArea).put("A line of the note.\n" * 60 + "He says")
        await type_in(pilot, " he")
        await play(pilot, "escape n enter tab")
        await type_in(pilot, " moved.")
        assert "He says he moved." in painted(app)
        await play(pilot, "ctrl+s")
    assert bodies(vault, "contact", FAHEY)[-1]["note"].endswith("\nHe says he moved.")


async def test_discarded_draft_is_gone(vault: Vault, on_row: Open) -> None:
    """The letter d takes the draft away and begins anew."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 2 escape n d")
        assert "[r reported]" not in painted(app)
    assert count(vault, "draft") == 0


async def test_draft_is_kept_at_a_pause(vault: Vault, on_row: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause in typing is enough: nothing has to be pressed."""
    monkeypatch.setattr("fieldpo.screens.base.DRAFT_PAUSE", 0.01)
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n tab")
        await type_in(pilot, "x")
        for _ in range(500):
            if count(vault, "draft"):
                break
            await pilot.pause(0.01)
    assert count(vault, "draft") == 1


async def test_untouched_form_leaves_no_draft(vault: Vault, on_row: Open) -> None:
    """Looking into a form and leaving it keeps nothing."""
    app = on_row(ALVAREZ)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n escape x escape p escape v escape")
    assert count(vault, "draft") == 0


async def test_full_disk_is_said_and_the_form_stands(
    vault: Vault, on_row: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk refuses, one sentence says so, the form stays open as it was, and saves once there is room."""
    refused = [True]
    really = acts.perform

    def perform(vault: Vault, act: Act, now: object = None) -> object:
        if refused.pop():
            raise DiskFull(DISK_FULL)
        return really(vault, act)

    monkeypatch.setattr(acts, "perform", perform)
    app = on_row(FAHEY)
    before = count(vault, "r_contact")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "n r 1 2 ctrl+s")
        assert "The disk is full." in painted(app)
        assert isinstance(app.screen, FormScreen)
        assert count(vault, "r_contact") == before
        refused.append(False)
        await play(pilot, "ctrl+s")
    assert count(vault, "r_contact") == before + 1


async def test_two_presses_of_save_are_one_entry(vault: Vault, on_row: Open) -> None:
    """A second ctrl+s in the same moment adds nothing."""
    app = on_row(FAHEY)
    before = count(vault, "r_contact")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n r 1 2")
        await pilot.press("ctrl+s", "ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, FieldScreen)
    assert count(vault, "r_contact") == before + 1


async def test_visit_interrupted_after_arrival_goes_on_client_safe(vault: Vault, on_row: Open) -> None:
    """The arrival is kept at once; taking the draft up again shows nothing that the client must not see."""
    app = on_row(ALVAREZ, "home_visit")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter a")
        assert count(vault, "draft") == 1
        await play(pilot, "escape enter enter")
        shown = painted(app)
        assert "arrived 14:33" in shown
        assert "Shotgun" not in shown


async def test_keys_in_a_burst_go_where_an_officer_meant_them(vault: Vault, on_row: Open) -> None:
    """Keys faster than the screen, even before the person is read from the vault, each reach their row in order."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("log_contact", person_id=LONG)
        for key in ("f", "o", "r", "1", "2", "tab", "H", "i"):
            app.post_message(events.Key(key, None if key == "tab" else key))
        await settle(pilot)
        await settle(pilot)
        await play(pilot, "ctrl+s")
    made = bodies(vault, "contact", LONG)[-1]
    assert (made["contact"], made["place"], made["outcome"]) == ("face_to_face", "office", "reported")
    assert "Talked about: Hi" in made["note"]
    assert len(bodies(vault, "appointment", LONG)) == 2
