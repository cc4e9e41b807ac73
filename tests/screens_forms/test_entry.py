"""An entry of the case notes whole: its times, its addenda, and how it is marked as entered in error."""

from __future__ import annotations

from typing import Any

from syrupy.assertion import SnapshotAssertion

from fieldpo.screens.addendum import AddendumScreen
from fieldpo.screens.entry import EntryScreen
from fieldpo.screens.person import PersonScreen
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import Confidentiality
from fieldpo.sync.protocol.kinds import Contact
from tests.filled_vault import OFFICER, Pulled, fill
from tests.hostile import raw_in
from tests.screens_forms.caseload import FAHEY, HOSTILE, LONG
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, painted, play, settle, type_in
from tests.snapshots import assert_pictures

LONG_NOTE = "She says the bus is late again. " * 375


def shows(app: Any, *screens: type) -> bool:
    """Whether one of these screens is open."""
    return isinstance(app.screen, screens)


def entry(entry_id: str, note: str, officer: str = OFFICER, **more: object) -> Pulled:
    """A contact with this note."""
    body = Contact(
        person_id=LONG,
        occurred_at=NOW,
        contact="phone",
        outcome="reported",
        officer_id=officer,
        note=note,
        **more,  # type: ignore[arg-type]
    )
    return Pulled("contact", entry_id, LONG, body)


async def test_enter_opens_a_long_note_and_scrolls_to_its_end(vault: Vault, on_row: Open) -> None:
    """12,000 characters are read to the last words."""
    fill(vault, [entry("long-1", f"{LONG_NOTE}The last words.")])
    app = on_row(LONG, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 2 enter")
        assert shows(app, EntryScreen)
        assert "RECEIVED   by central; its time stands there" in painted(app)
        assert "The last words." not in painted(app)
        await play(pilot, "end")
        assert "The last words." in painted(app)


async def test_an_addendum_stands_beneath_its_entry(vault: Vault, on_row: Open) -> None:
    """A, the words, ctrl+s: back on the entry, which now has the addendum and says that it is not sent yet."""
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 2 enter A")
        await type_in(pilot, "He came at nine.")
        await play(pilot, "ctrl+s")
        assert shows(app, EntryScreen)
        shown = painted(app)
    assert "ADDENDUM   Mon 23 Nov 2026 14:33, Reyes, Ana, not sent yet" in shown
    assert shown.index("Reported as directed.") < shown.index("He came at nine.")
    (made,) = bodies(vault, "addendum")
    assert made["text"] == "He came at nine."


async def test_entered_in_error_needs_a_reason_and_strikes_through(vault: Vault, on_row: Open) -> None:
    """E asks why; the entry stays with its words struck through, who did it, when and why."""
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter 2 E ctrl+s")
        assert "Say why it was entered in error." in painted(app)
        await type_in(pilot, "logged twice")
        await play(pilot, "enter")
        assert shows(app, PersonScreen)
        assert "WITHDRAWN: logged twice" in " ".join(painted(app).split())
        await play(pilot, "enter")
        struck = [
            segment.text
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.strike
        ]
        assert "WITHDRAWN  logged twice (Reyes, Ana, Mon 23 Nov 2026 14:33)." in painted(app)
        assert any("Reported as directed." in one for one in struck)
        await play(pilot, "E")
        assert shows(app, EntryScreen)
    (made,) = bodies(vault, "withdrawal")
    assert (made["reason"], made["officer_id"]) == ("logged twice", OFFICER)
    assert "Reported as directed." in [one["note"] for one in bodies(vault, "contact", FAHEY)]


async def test_another_officers_entry_is_not_withdrawn_here(vault: Vault, on_row: Open) -> None:
    """The key is off for an entry that a colleague wrote; an addendum may be added."""
    fill(vault, [entry("other-1", "By a colleague.", "0192aaaa-0000-7000-8000-00000000ffff")])
    app = on_row(LONG, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 2 enter E")
        assert shows(app, EntryScreen)
        await play(pilot, "A")
        assert shows(app, AddendumScreen)
    assert bodies(vault, "withdrawal") == []


async def test_a_withheld_entry_is_hidden_from_the_client(vault: Vault, on_row: Open) -> None:
    """F3 on a sensitive entry leaves nothing of it."""
    fill(vault, [entry("secret-1", "Her brother told us.", confidentiality=Confidentiality.THIRD_PARTY)])
    app = on_row(LONG, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 2 enter")
        assert "Her brother told us." in painted(app)
        await play(pilot, "f3")
        assert "brother" not in painted(app)


async def test_a_hostile_entry_is_only_text(vault: Vault, on_row: Open) -> None:
    """Markup and sequences of a note are painted as they were written, without running."""
    app = on_row(HOSTILE, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 2 enter")
        assert raw_in(app) == []
        assert "[@click=app.quit]x[/]" in painted(app)
        await play(pilot, "E")
        assert raw_in(app) == []


async def test_the_entry_looks_so(snapshot: SnapshotAssertion, anew: Open) -> None:
    """The entry with its three times."""
    await assert_pictures(snapshot, lambda: anew(FAHEY, "person"), press=["enter", "2", "enter"])


async def test_entered_in_error_looks_so(snapshot: SnapshotAssertion, anew: Open) -> None:
    """The entry and the line for the reason."""
    await assert_pictures(snapshot, lambda: anew(FAHEY, "person"), press=["enter", "2", "E"])
