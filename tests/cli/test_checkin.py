"""`fieldpo checkin` and `fieldpo appointment` on a real training vault."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fieldpo.cli import main, office
from fieldpo.paths import paths
from fieldpo.store.vault import Vault
from tests.filled_vault import OFFICER, PASSPHRASE, Template, as_template, empty_vault, fill, open_copy
from tests.screens_forms.caseload import FAHEY, FAHEY_TODAY, LONG_AHEAD, caseload
from tests.screens_forms.playing import bodies, count

NOW = dt.datetime(2026, 11, 23, 14, 33, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture(scope="module")
def shell_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The small caseload of the forms."""
    vault = empty_vault(tmp_path_factory.mktemp("shell") / "vault", OFFICER)
    fill(vault, caseload(OFFICER))
    return as_template(vault)


@pytest.fixture
def vault(
    shell_template: Template, fieldpo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vault]:
    """The vault where the commands look for it, its passphrase in the environment's file, the clock standing still."""
    secret = tmp_path / "passphrase.txt"
    secret.write_text(PASSPHRASE, "utf-8")
    monkeypatch.setenv("FIELDPO_PASSPHRASE_FILE", str(secret))
    monkeypatch.setattr(office, "clock", lambda: NOW)
    with open_copy(shell_template, paths().data) as opened:
        yield opened


def _type(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))


def _json(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_checkin_keeps_the_appointment_and_makes_the_next(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The note comes from standard input, today's report is kept, the next stands two weeks on at the same time."""
    _type(monkeypatch, "Talked about the night shift.\n")
    words = ["checkin", "2290", "--kind", "office", "--template", "office_no_change", "--next", "2w", "--json"]
    assert main(words) == 0
    told = _json(capsys)
    made = bodies(vault, "contact", FAHEY)[-1]
    assert told["appointment_id"] == made["appointment_id"] == FAHEY_TODAY
    assert made["outcome"] == "reported"
    assert made["note"].startswith("Reported as directed. States home unchanged")
    assert made["note"].endswith("Talked about the night shift.")
    assert "___" not in made["note"]
    was, following = bodies(vault, "appointment", FAHEY)
    assert was["status"] == "kept"
    assert following["starts_at"] == told["next"]["starts_at"] == "2026-12-07T14:30:00-06:00"
    assert told["warnings"] == ["Clashes with Wolfeschlegelsteinhausenbergerdorffsmith, M., 14:30."]


@pytest.mark.parametrize("kind", ["office", "home", "field", "phone", "video"])
def test_every_kind_of_checkin_is_saved(vault: Vault, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Without an outcome the client reported; an earlier time today is kept as typed."""
    _type(monkeypatch, "")
    assert main(["checkin", "7750", "--kind", kind, "--at", "0915"]) == 0
    made = bodies(vault, "contact")[-1]
    assert made["occurred_at"] == "2026-11-23T09:15:00-06:00"
    assert made.get("place", "") == (kind if kind in ("office", "home", "field") else "")
    assert made["outcome"] == "reported"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["checkin", "2290", "--kind", "moon"], "there are: office"),
        (["checkin", "2290", "--kind", "office", "--outcome", "record_clear"], "it can: reported"),
        (["checkin", "2290", "--kind", "office", "--template", "phone_crisis"], "No such template"),
        (["checkin", "2290", "--kind", "office", "--at", "tomorrow 0900"], "in the future"),
        (["checkin", "2290", "--kind", "office", "--at", "soon"], "That is no"),
        (["checkin", "nobody", "--kind", "office"], "Nobody on this laptop"),
        (["checkin", "2290", "--kind", "office", "--outcome", "excused"], "needs a reason"),
        (["appointment", "2290", "make"], "Say when"),
        (["appointment", "2290", "cancel"], "Say who cancelled"),
        (["appointment", "2290", "burn"], "make, move, cancel"),
        (["appointment", "2290", "make", "2020-01-01 10:00"], "in the past"),
    ],
)
def test_what_is_not_understood_is_said_and_saves_nothing(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """A mistake ends with code 2, one sentence, and nothing in the outbox."""
    _type(monkeypatch, "")
    assert main(words) == 2
    assert said in capsys.readouterr().err
    assert count(vault, "op") == 0


def test_appointment_is_made_moved_and_cancelled(vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    """Each step says what stands; a cancelled one is no longer shown."""
    assert main(["appointment", "7750", "move", "08 Dec 9:00", "--json"]) == 0
    assert _json(capsys)["appointment_id"] == LONG_AHEAD
    assert main(["appointment", "7750", "--json"]) == 0
    (one,) = _json(capsys)
    assert (one["starts_at"], one["status"]) == ("2026-12-08T09:00:00-06:00", "moved")
    assert main(["appointment", "7750", "cancel", "--by", "client"]) == 0
    assert "cancelled" in capsys.readouterr().out
    assert main(["appointment", "7750", "--json"]) == 0
    assert _json(capsys) == []
    assert main(["appointment", "7750", "make", "25 dec 10:00", "--kind", "home", "--json"]) == 0
    told = _json(capsys)
    assert told["next"]["starts_at"] == "2026-12-28T10:00:00-06:00"
    assert told["warnings"][0] == "Fri 25 Dec is Christmas Day: moved on to Mon 28 Dec 2026."


def test_several_appointments_have_to_be_told_apart(vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    """With two booked a move asks which, and takes the one named."""
    assert main(["appointment", "7750", "make", "09 Dec 9:00", "--json"]) == 0
    made = _json(capsys)["appointment_id"]
    assert main(["appointment", "7750", "cancel", "--by", "us"]) == 2
    assert made in capsys.readouterr().err
    assert main(["appointment", "7750", "cancel", "--by", "us", "--which", made]) == 0
