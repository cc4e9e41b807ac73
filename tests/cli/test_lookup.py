"""`fieldpo find`, `person` and `agenda`, run as a shell runs them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from fieldpo.cli import main
from fieldpo.store.acting.acts import Act, Change, perform
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Person
from tests.filled_vault import NOW, PASSPHRASE, Pulled, fill
from tests.hostile import MARKED
from tests.listed import OVERDUE, listed


@pytest.fixture
def enrolled(bare_vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """The small caseload in this computer's training vault, its passphrase in a file."""
    fill(bare_vault, listed())
    file = tmp_path / "passphrase.txt"
    file.write_text(PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv("FIELDPO_PASSPHRASE_FILE", str(file))
    return bare_vault


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str, typed: str = ""
) -> tuple[int, str, str]:
    """One command; its exit code, output and errors."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    code = main(words)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_find_prints_ids_that_person_takes(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name nearly right on standard input gives a list of ids and names; the id shows the person."""
    code, out, _ = run(monkeypatch, capsys, "find", "--json", typed="alvares\n")
    found: list[dict[str, Any]] = json.loads(out)
    assert code == 0
    assert [(one["id"], one["name"], one["record_id"]) for one in found] == [("4471", "Alvarez, Marisol", OVERDUE)]
    code, out, _ = run(monkeypatch, capsys, "person", found[0]["id"], "--json")
    shown = json.loads(out)
    assert (code, shown["name"]) == (0, "Alvarez, Marisol")
    assert [one["hazard"] for one in shown["hazards"]] == ["WEAPON", "DOG"]
    assert [one["withdrawn"] for one in shown["notes"]] == [True, False, False, False]


def test_person_as_text_begins_with_safety(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the name come the safety entries; reading is logged."""
    code, out, _ = run(monkeypatch, capsys, "person", "4471")
    assert code == 0
    assert out.splitlines()[:2] == [
        "Alvarez, Marisol  ID 4471",
        "!! WEAPON: Shotgun, hall closet. (Ofc Lund, 2026-11-02; review 2027-11-02)",
    ]
    with enrolled.reading() as connection:
        logged = str(connection.scalar(text("SELECT text FROM audit ORDER BY n DESC LIMIT 1")))
    assert '"what":"read"' in logged
    assert OVERDUE in logged


def test_agenda_of_a_day(enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The agenda of a day has its appointments under today, those before it under overdue."""
    code, out, _ = run(monkeypatch, capsys, "agenda", "--on", "2026-11-24", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [one["name"] for one in rows if one["section"] == "today"] == ["Jensen, Per"]
    assert [one["id"] for one in rows if one["section"] == "overdue"] == ["4471", "0932", "5514", "2290"]
    assert all({"why", "clears", "owed"} <= row.keys() for row in json.loads(out))
    code, out, _ = run(monkeypatch, capsys, "agenda", "--on", "2026-11-24")
    assert code == 0
    assert "  !! WEAPON    13 d late: Alvarez, Marisol (4471), home visit, Ash St N" in out.splitlines()


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (["person", "0000"], "", "Nobody on this laptop has that ID."),
        (["agenda", "--on", "sometime"], "", "--on takes a day as 2026-12-01, or as in: 07 Dec"),
        (["find"], "  \n", "No name or ID was given"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(
    enrolled: Vault,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    typed: str,
    said: str,
) -> None:
    """A wrong ID, day or line ends with 2 and one sentence."""
    code, out, err = run(monkeypatch, capsys, *words, typed=typed)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_nobody_found_is_an_empty_list(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking and finding nobody is no failure."""
    assert run(monkeypatch, capsys, "find", "--json", typed="qqqqq\n")[:2] == (0, "[]\n")
    assert run(monkeypatch, capsys, "find", typed="qqqqq\n")[:2] == (0, "Nobody on this laptop has that name or ID.\n")


@pytest.mark.parametrize("bad", MARKED.values(), ids=list(MARKED))
def test_hostile_text_does_not_reach_the_terminal(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    """A name with controls in it is printed without them."""
    body = Person(family_name=f"Mark{bad}", given_name=bad, agency_ids={"agency": "666"}, notice=bad, aliases=[bad])
    fill(enrolled, [Pulled("person", "hostile", "hostile", body)])
    for words, typed in ((["find"], "666\n"), (["find", "--json"], "666\n"), (["person", "666"], ""), (["agenda"], "")):
        code, out, err = run(monkeypatch, capsys, *words, typed=typed)
        assert (code, err) == (0, "")
        assert all(char.isprintable() or char == "\n" for char in out)
        assert not set("\u202e\u2066\u200e\u061c\u2028") & set(out)


def test_a_name_is_no_argument(enrolled: Vault) -> None:
    """`fieldpo find NAME` is refused before anything opens: shells keep what is typed after a command."""
    done = subprocess.run(
        [sys.executable, "-m", "fieldpo", "find", "alvarez"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_day_is_asked_for_as_the_forms_take_it(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--on 24 Nov 2026` is `--on 2026-11-24`, for the agenda and for the draws."""
    for command in ("agenda", "draws"):
        _, exact, _ = run(monkeypatch, capsys, command, "--on", "2026-11-24", "--json")
        code, out, _ = run(monkeypatch, capsys, command, "--on", "24 Nov 2026", "--json")
        assert (code, out) == (0, exact)


def test_what_was_not_taken_asks_for_somebody(
    enrolled: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An entry that central cannot take even alone: outbox and doctor end with 4 and say whom to tell; the agenda names
    it and does not promise that a sync sends it."""
    perform(enrolled, Act("Language", (Change("person", OVERDUE, {"language": "es"}),), NOW), NOW)
    with enrolled.writing() as connection:
        connection.execute(text("UPDATE op SET state = 'parked', problem = '500 no'"))
    code, out, _ = run(monkeypatch, capsys, "outbox", "--json")
    [told] = json.loads(out)
    assert (code, told["state"], told["typed"]) == (4, "not taken", {"language": "es"})
    assert "fieldpo outbox --try-again" in told["to_do"]
    assert "Tell your administrator" in told["to_do"]
    code, out, _ = run(monkeypatch, capsys, "agenda")
    assert "1 entry not taken" in out
    assert "s syncs" not in out
    code, out, _ = run(monkeypatch, capsys, "doctor", "--open", "--json")
    assert "not taken" in [one["control"] for one in json.loads(out)["controls"] if one["state"] == "attention"]
    code, out, _ = run(monkeypatch, capsys, "outbox", "--try-again")
    assert (code, out.partition(":")[0]) == (0, "not sent")
