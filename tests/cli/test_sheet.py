"""`fieldpo agenda --sheet`, run as a shell runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldpo.store.acting.sheet_marks import swap_mark
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Address, Person
from tests.cli.test_lookup import run
from tests.filled_vault import NOW, PASSPHRASE, Pulled, fill
from tests.hostile import MARKED
from tests.visits import BOOKED, DONE, ELSEWHERE, HIGH, MEDIUM, NOWHERE, visits

DAY = "2026-11-23"


@pytest.fixture
def enrolled(bare_vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """Seven clients to visit in this computer's training vault, its passphrase in a file."""
    fill(bare_vault, visits())
    file = tmp_path / "passphrase.txt"
    file.write_text(PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv("FIELDPO_PASSPHRASE_FILE", str(file))
    return bare_vault


def mark(vault: Vault, *people: str) -> None:
    """Mark persons for the day."""
    with vault.writing() as connection:
        for one in people:
            swap_mark(connection, one, NOW.date())


def test_the_best_suggestions_where_nobody_is_marked(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By place, what clears most first; each obligation with its due day and rule."""
    code, out, _ = run(monkeypatch, capsys, "agenda", "--sheet", "--on", DAY, "--json")
    found = json.loads(out)
    assert (code, found["date"], found["marked"], found["alerted"]) == (0, DAY, False, False)
    assert [one["record_id"] for one in found["visits"]] == [MEDIUM, HIGH, BOOKED, ELSEWHERE, NOWHERE]
    first, second, booked, *_ = found["visits"]
    assert [one["obligation"] for one in first["clears"]] == ["face_to_face", "home_visit"]
    assert (second["hazards"], second["newest_hazard_on"]) == (["!! WEAPON", "! DOG"], "2026-11-02")
    assert booked["starts_at"] == "2026-11-23T16:00:00-06:00"
    assert booked["also_there"] == [MEDIUM, HIGH]


def test_the_marked_alone_are_printed(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As text: that nobody is alerted, then each place with its visits."""
    mark(enrolled, HIGH, DONE)
    code, out, _ = run(monkeypatch, capsys, "agenda", "--sheet", "--on", DAY)
    lines = out.splitlines()
    assert code == 0
    assert lines[1] == "Offline: nobody is alerted."
    assert "Ash St N: 2" in lines
    assert "  1. Alvarez, Marisol (4471)" in lines
    assert "     Where: 2201 Ash St N, Marlow" in lines
    assert "     Safety: !! WEAPON, ! DOG; 2 entries, newest Mon 02 Nov 2026" in lines
    assert "  2. Young, Ada (8100)" in lines
    assert "     Clears: nothing that is due within a week" in lines
    assert "Cho" not in out


def test_an_empty_sheet_says_so(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the cases began nothing could be cleared."""
    code, out, _ = run(monkeypatch, capsys, "agenda", "--sheet", "--on", "2020-01-01")
    assert code == 0
    assert "A home visit would clear nothing, none is booked and nobody is marked." in out


@pytest.mark.parametrize("bad", MARKED.values(), ids=list(MARKED))
def test_hostile_text_does_not_reach_the_terminal(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    """A name and an address with controls in them are printed without."""
    body = Person(family_name=f"Mark{bad}", given_name=bad, agency_ids={"agency": f"666{bad}"})
    home = Address(person_id="hostile", line1=bad, area=f"Area {bad}", directions=bad)
    fill(enrolled, [Pulled("person", "hostile", "hostile", body), Pulled("address", "home", "hostile", home)])
    mark(enrolled, "hostile")
    for words in (["agenda", "--sheet", "--on", DAY], ["agenda", "--sheet", "--on", DAY, "--json"]):
        code, out, err = run(monkeypatch, capsys, *words)
        assert (code, err) == (0, "")
        assert "Mark" in out
        assert all(char.isprintable() or char == "\n" for char in out)
        assert not set("\u202e\u2066\u200e\u061c\u2028") & set(out)
