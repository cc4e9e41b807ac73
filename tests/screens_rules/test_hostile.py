"""Words that fight back in what the rules' screens show: nothing crashes, runs or reaches the terminal raw."""

from __future__ import annotations

import datetime as dt

import pytest

from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import DrugTest, SubstanceResult
from tests.filled_vault import OFFICER, Pulled, fill
from tests.hostile import raw_in
from tests.screens_forms.caseload import HOSTILE, NASTY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import painted, play, settle
from tests.screens_rules.records import CHICAGO


@pytest.mark.parametrize(
    ("route", "keys"),
    [
        ("assessment", "enter 1 y f3"),
        ("drug_test", "enter s c u 5 n f3"),
        ("draw_plan", "enter f3 f3"),
        ("violation_report", "enter space enter space enter x tab m y"),
        ("person", "enter 6 5 down 7"),
        ("workload", "W f3 f3"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_hostile_records_are_only_text(
    vault: Vault, on_row: Open, route: str, keys: str, size: tuple[int, int]
) -> None:
    """Markup and escape sequences in names, reasons, results and notes are painted as text."""
    test = DrugTest(
        person_id=HOSTILE,
        officer_id=OFFICER,
        at=dt.datetime(2026, 11, 20, 9, tzinfo=CHICAGO),
        reason=NASTY[:60],
        outcome="collected",
        specimen=NASTY[:60],
        panel=NASTY[:60],
        validity=NASTY[:60],
        custody_number=NASTY,
        admitted=NASTY,
        prescription=NASTY,
        note=NASTY,
        rules=NASTY,
        results=[SubstanceResult(substance=NASTY[:60], initial="positive", initial_level=3.0)],
    )
    fill(vault, [Pulled("drug_test", "0192aaaf-0000-7000-8000-000000000001", HOSTILE, test)])
    app = on_row(HOSTILE, route)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in keys.split():
            await play(pilot, key)
            assert raw_in(app) == []


async def test_the_client_safe_view_hides_others_and_coming_draws(vault: Vault, on_row: Open) -> None:
    """Workload names no other client, the tests tab no draws, the violations tab nothing."""
    del vault
    app = on_row(HOSTILE, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 5")
        assert "draws" in painted(app)
        await play(pilot, "f3")
        assert "draws" not in painted(app).split("GIVEN")[1]
        await play(pilot, "W")
        assert "Fahey" not in painted(app)
        await play(pilot, "f3")
        assert "Fahey" in painted(app)
