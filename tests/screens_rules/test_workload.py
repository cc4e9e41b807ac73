"""Workload: hours or shares of the caseload against capacity, where each number comes from, what is not counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpo.cli import main
from fieldpo.store.queries.caseload.workload import workload_of, workload_summary
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import parse_pack, shipped
from tests.filled_vault import OFFICER, PASSPHRASE, fill
from tests.screens_forms.caseload import FAHEY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import painted, play, settle
from tests.screens_rules.records import level_of, pack


def test_figures_and_cases_behind_them(vault: Vault) -> None:
    """Four high cases are 16 of 120 hours; one whose level nobody weighs is named and not counted."""
    with vault.reading() as connection:
        known = workload_of(connection, shipped("demo"), OFFICER)
    assert workload_summary(known)[0][1].startswith("16 h of 120 h a month: 13 %, 4 open cases")
    level_of(vault, "platinum")
    with vault.reading() as connection:
        known = workload_of(connection, shipped("demo"), OFFICER)
    assert [one.person.shown_id for one in known.of("")] == ["7750"]
    assert len(known.of("high")) == 3
    assert "1 case of no class not counted" in known.found.why


def test_shares_of_a_full_caseload(vault: Vault) -> None:
    """Weights by cases are shown as shares: four of sixty."""
    texas = parse_pack(
        'id="t"\nversion="1"\ntitle="t"\neffective_from=2026-01-01\nextends="demo"\n[uses]\nworkload="texas"\n', "t"
    )
    with vault.reading() as connection:
        known = workload_of(connection, texas, OFFICER)
    assert workload_summary(known)[0][1].startswith("7% of 100% of a caseload: 7 %, 4 open cases")


async def test_screen_says_what_is_not_counted(vault: Vault, on_row: Open) -> None:
    """W from anywhere; the last line is what no class takes, with its name and level."""
    level_of(vault, "platinum")
    app = on_row(FAHEY, "workload")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "W down down down")
        assert "NOT COUNTED" in painted(app)
        assert "platinum" in painted(app)
        await play(pilot, "enter")
        assert "CASELOAD" in painted(app)


def test_shell_prints_workload_draws_and_what_a_person_has(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`workload --json`, `draws` with and without an ID, and `person` with why a score differs."""
    file = tmp_path / "passphrase.txt"
    file.write_text(PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv("FIELDPO_PASSPHRASE_FILE", str(file))
    fill(vault, [pack("")])

    def run(*words: str) -> str:
        assert main(words) == 0
        return capsys.readouterr().out

    shown = json.loads(run("workload", "--json"))
    assert (shown["points"], shown["capacity"], shown["classes"][0]["ids"][0]) == (16.0, 120.0, "2290")
    assert "16 h of 120 h a month" in run("workload")
    assert "Alvarez" in run("draws", "--on", "2026-11-23")
    drawn = json.loads(run("draws", "--on", "2026-11-23", "--json"))
    assert "4471" in [one["id"] for one in drawn]
    again = json.loads(run("draws", "4471", "--on", "2026-11-23", "--json"))
    assert again[-1]["day"] == "2026-11-23"
    assert again[-1]["drawn"]
    assert "1 in 2 open days by chance" in run("draws", "4471", "--on", "2026-11-23")
    person = run("person", "2290")
    assert "DIFFERS from its answers" in person
    (scored,) = json.loads(run("person", "2290", "--json"))["assessments"]
    assert scored["differs"]
