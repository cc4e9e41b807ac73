"""Names, notes and records that fight back, on every form: nothing crashes, runs or reaches the terminal raw."""

from __future__ import annotations

import pytest

from fieldpo.screens.widgets.note_area import clean_paste
from fieldpo.store.vault import Vault
from tests.hostile import STRINGS, raw_in
from tests.screens_forms.caseload import HOSTILE, LONG
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, painted, play, settle

LONG_NOTE = "She says the bus is late again. " * 375
"""12,000 characters."""
ENTRY = "0192ffff-0000-7000-8000-000000000030"


@pytest.mark.parametrize("route", ["log_contact", "attempted", "home_visit", "appointment", "violation_report"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_records_are_only_text(vault: Vault, on_row: Open, route: str, size: tuple[int, int]) -> None:
    """A person whose name, hazards, conditions and notes are markup and escape sequences opens in every form."""
    app = on_row(HOSTILE, route)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        assert raw_in(app) == []
        assert app.screen.is_form  # type: ignore[attr-defined]


async def test_hostile_entry_is_only_text_above_an_addendum(vault: Vault, on_row: Open) -> None:
    """An addendum's entry is shown as it was written, without running it."""
    app = on_row(HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.go("addendum", person_id=HOSTILE, entry_id=ENTRY)
        await settle(pilot)
        assert raw_in(app) == []
        assert "[@click=app.quit]x[/]" in painted(app)


async def test_hostile_note_is_cleaned_when_it_is_saved(vault: Vault, on_row: Open) -> None:
    """What is put into a note is painted safely, kept as a draft, offered again and saved without its controls."""
    app = on_row(LONG)
    note = "\n".join(STRINGS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n f o r 0")
        area = app.screen.query_one("#note")
        area.load_text(note)  # type: ignore[attr-defined]
        await settle(pilot)
        assert raw_in(app) == []
        await play(pilot, "ctrl+s")
    kept = bodies(vault, "contact", LONG)[-1]["note"]
    assert "\x1b" not in kept
    assert "\u202e" not in kept
    assert "[/path" in kept


async def test_long_note_and_long_name_stand_and_are_saved_whole(vault: Vault, on_row: Open) -> None:
    """A name of 80 letters leaves the view in the title, and 12,000 characters are saved to the last one."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "n f o r 0")
        app.screen.query_one("#note").load_text(LONG_NOTE)  # type: ignore[attr-defined]
        await settle(pilot)
        assert " CLIENT  F2  F3" in painted(app)
        assert "Sensitive" in painted(app)
        await play(pilot, "ctrl+s")
    assert bodies(vault, "contact", LONG)[-1]["note"] == LONG_NOTE.rstrip()


@pytest.mark.parametrize("pasted", [*STRINGS, " kept spaces ", "two\nlines\n", "\n\n", "   "])
def test_paste_loses_its_controls_and_nothing_else(pasted: str) -> None:
    """Pasting keeps the white space around the text and drops every control in it."""
    cleaned = clean_paste(pasted)
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in cleaned)
    if pasted.isascii() and pasted.replace("\n", "").isprintable():
        assert cleaned == pasted
