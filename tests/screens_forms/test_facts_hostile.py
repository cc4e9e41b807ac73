"""Hostile words in the forms of facts are only text."""

from __future__ import annotations

import pytest

from fieldpo.screens.fact import FactScreen
from fieldpo.store.entries.facts.field import Takes
from fieldpo.store.entries.facts.kinds import FACTS
from fieldpo.store.vault import Vault
from tests.hostile import STRINGS, raw_in
from tests.screens_forms.caseload import HOSTILE
from tests.screens_forms.fact_forms import shows, to_fact
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, play, settle

NOT_PROSE = {"ask", "f-until", "f-rate", "f-time"} | {
    f"f-{one.name}" for kind in FACTS.values() for one in kind.fields if one.takes in (Takes.DAY, Takes.NUMBER)
}


CHOSEN = {
    "hazard": "dog",
    "stay": "board_hold",
    "level": "low",
    "event": "arrest",
    "hearing": "review",
    "obligation": "face_to_face",
}


@pytest.mark.parametrize("kind", [one for one in FACTS if FACTS[one].adds])
async def test_hostile_words_in_every_field_are_only_text(vault: Vault, on_row: Open, kind: str) -> None:
    """Whatever is put into the fields is painted safely and saved without controls, or refused with a sentence."""
    app, stood = on_row(HOSTILE), bodies(vault, kind, HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_fact(pilot, HOSTILE, kind)
        for number, field in enumerate(app.screen.query("Input, NoteArea")):
            if field.id in NOT_PROSE:
                continue
            words = STRINGS[number % len(STRINGS)] + "x" + STRINGS[-4]
            if hasattr(field, "load_text"):
                field.load_text(words)
            else:
                field.value = words  # type: ignore[attr-defined]
        for name, code in CHOSEN.items():
            for row in app.screen.query(f"#f-{name}"):
                row.picked = (code,)  # type: ignore[attr-defined]
        for row in app.screen.query("#f-to, #f-rate, #f-on"):
            row.value = {"f-to": "2027-03-01", "f-rate": "none", "f-on": "2026-11-20"}[row.id or ""]  # type: ignore[attr-defined]
        await settle(pilot)
        assert raw_in(app) == []
        await play(pilot, "ctrl+s")
        assert not shows(app, FactScreen)
    saved = str([one for one in bodies(vault, kind, HOSTILE) if one not in stood])
    assert "\\x1b" not in saved
    assert "\\u202e" not in saved


async def test_hostile_records_open_in_their_forms(vault: Vault, on_row: Open) -> None:
    """Hostile hazards, addresses, collaterals, needs and conditions are only text in the form and above it."""
    app = on_row(HOSTILE)
    tail = HOSTILE[-1]
    async with app.run_test(size=(120, 40)) as pilot:
        for kind, record_id in (
            ("hazard", f"0192abcd-0000-7000-8000-00000000000{tail}"),
            ("address", f"0192abce-0000-7000-8000-00000000000{tail}"),
            ("collateral", f"0192abcf-0000-7000-8000-00000000000{tail}"),
            ("person", None),
            ("condition", "0192eeee-0000-7000-8000-000000000030"),
        ):
            await to_fact(pilot, HOSTILE, kind, record_id)
            assert shows(app, FactScreen)
            assert raw_in(app) == []
            await play(pilot, "escape")
