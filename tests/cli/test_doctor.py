"""`fieldpo doctor` and `audit verify` on real training vaults."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import text
from textual.worker import WorkerFailed

from fieldpo.cli import main
from fieldpo.cli.controls import Control, outside
from fieldpo.cli.controls_within import policy, unreadable, within
from fieldpo.errors import NoVault
from fieldpo.paths import paths
from fieldpo.screens.crash import keep_report
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.tokens import Tokens, keep_central, keep_tokens
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped_text
from fieldpo.sync.protocol.kinds import Person, PolicyPack
from tests.filled_vault import NOW, Pulled, fill

PERSON = "0192aaaa-0000-7000-8000-00000000f001"
ANOTHER = "eleven quiet mornings in May"


def _doctor(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, dict[str, Any]]]:
    code = main(["doctor", "--json", *words])
    told = json.loads(capsys.readouterr().out)
    return code, {one["control"]: one for one in told["controls"]}


def test_a_computer_without_a_vault_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Doctor ends with 6 and says that this computer is not enrolled, as text and as JSON."""
    assert main(["doctor"]) == NoVault.exit_code == 6
    assert "not enrolled" in capsys.readouterr().err
    assert main(["doctor", "--json"]) == 6
    assert json.loads(capsys.readouterr().out)["enrolled"] is False


def test_a_sound_vault_is_well_from_outside(bare_vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a passphrase doctor looks at what stands beside the vault, and ends with 0."""
    bare_vault.close()
    code, controls = _doctor(capsys)
    assert code == 0
    assert controls["posture"]["state"] == "ok"
    assert controls["keyring"]["state"] == "not used"
    assert controls["full-disk encryption"]["state"] == "unknown"
    assert "integrity" not in controls


def test_every_control_has_a_sentence(bare_vault: Vault) -> None:
    """Each control says one whole sentence, and stands once."""
    found = list(outside(bare_vault.folder, {}))
    assert all(one.said.endswith(".") for one in found)
    assert len({one.name for one in found}) == len(found)


@pytest.mark.skipif(sys.platform == "win32", reason="other permissions there")
def test_a_file_that_others_can_read_is_found(bare_vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    """A key file opened to the group needs attention and is named; the code is 4."""
    (bare_vault.folder / "vault.keys").chmod(0o640)
    code, controls = _doctor(capsys)
    assert code == 4
    assert controls["file permissions"]["state"] == "attention"
    assert "vault.keys" in controls["file permissions"]["said"]


def test_failed_tries_are_told(
    bare_vault: Vault, capsys: pytest.CaptureFixture[str], types: Callable[..., None]
) -> None:
    """A wrong passphrase leaves a trace that doctor shows."""
    types("not the passphrase at all", ANOTHER, ANOTHER)
    assert main(["passphrase"]) == 5
    capsys.readouterr()
    code, controls = _doctor(capsys)
    assert code == 4
    assert controls["failed unlocks"]["said"].startswith("1 failed try")


def test_a_keystroke_log_in_the_environment_is_named(
    bare_vault: Vault, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TEXTUAL_LOG set around fieldpo needs attention, and is gone from this process."""
    monkeypatch.setenv("TEXTUAL_LOG", "/tmp/keys.log")  # noqa: S108 - never opened
    code, controls = _doctor(capsys)
    assert code == 4
    assert "TEXTUAL_LOG" in controls["keystroke log"]["said"]


def test_broken_settings_are_told(bare_vault: Vault, capsys: pytest.CaptureFixture[str]) -> None:
    """A settings file that cannot be read is one more control, not an end of the report."""
    paths().config.mkdir(parents=True)
    (paths().config / "config.toml").write_text("idle_lock_minutes = 90\n", "utf-8")
    code, controls = _doctor(capsys)
    assert code == 4
    assert "idle_lock_minutes" in controls["settings"]["said"]


def test_inside_the_log_and_the_pages_are_checked(
    bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the passphrase doctor checks pages and log, and says that this vault knows no central."""
    _add_person(bare_vault)
    code, controls = _doctor(capsys, "--passphrase-file", secret)
    assert code == 4
    assert controls["integrity"]["state"] == "ok"
    assert controls["audit log"]["state"] == "ok"
    assert controls["entries"]["said"].startswith("1 entry")
    assert controls["last sync"]["state"] == "attention"
    assert controls["central"]["state"] == "attention"


def test_a_row_taken_out_of_the_log_is_found(
    bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Doctor and audit verify both see that a row of the log was deleted."""
    _add_person(bare_vault)
    _add_person(bare_vault)
    with bare_vault.writing() as connection:
        connection.execute(text("DELETE FROM audit WHERE n = 1"))
    _, controls = _doctor(capsys, "--passphrase-file", secret)
    assert controls["audit log"]["state"] == "attention"
    assert main(["audit", "verify", "--passphrase-file", secret]) == 1
    assert "not whole at row 1" in capsys.readouterr().out


def test_a_whole_log_verifies(bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Audit verify counts the rows of a log that is whole, and ends with 0."""
    _add_person(bare_vault)
    assert main(["audit", "verify", "--json", "--passphrase-file", secret]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["rows"] > 0


def test_a_central_that_is_away_is_told(bare_vault: Vault) -> None:
    """Nothing listening at central's address is one sentence, and nothing raised."""
    with bare_vault.writing() as connection:
        keep_central(connection, "http://127.0.0.1:9")
        keep_tokens(connection, Tokens("access", "refresh"))
    found = _named(within(bare_vault, NOW), "central")
    assert found.state == "attention"
    assert "not reached" in found.said


def test_a_kind_of_a_newer_fieldpo_is_told(bare_vault: Vault) -> None:
    """What central sends and no screen can show yet is named, with the advice to update."""
    assert list(unreadable(bare_vault)) == []
    fill(bare_vault, [Pulled("referral_note", PERSON, PERSON, {"provider": "Elm"})])
    [told] = unreadable(bare_vault)
    assert told.state == "attention"
    assert told.said == (
        "Central sends what only a newer fieldpo shows: referral note. It is kept as it came. Update fieldpo."
    )


def test_a_pack_of_a_newer_fieldpo_is_told(bare_vault: Vault) -> None:
    """What is passed over of a published pack is named with the advice to update, a pack not read with its fault."""
    assert _policy_said(bare_vault) == [("ok", "Central published none; the demo's stands in.")]
    text = shipped_text("demo")
    _publish(bare_vault, "2026.1", text)
    assert _policy_said(bare_vault) == [("ok", "1 policy pack from central, read whole.")]
    _publish(bare_vault, "2027.1", f"lunch = 1\n{text}")
    _publish(bare_vault, "2027.2", f"id = 3\n{text}")
    newer, wrong = _policy_said(bare_vault)
    assert newer == ("attention", "demo 2027.1 is for a newer fieldpo; this one passes over lunch. Update fieldpo.")
    assert wrong[0] == "attention"
    assert wrong[1].startswith("A policy pack that central published cannot be used. demo 2027.2: this is not TOML: ")


def test_a_damaged_page_is_found(bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte flipped in the middle of the database needs attention; the command still ends with a report."""
    for _ in range(40):
        _add_person(bare_vault, notice="word " * 400)
    bare_vault.close()
    database = bare_vault.folder / "vault.db"
    raw = bytearray(database.read_bytes())
    raw[len(raw) // 2] ^= 1
    database.write_bytes(raw)
    code, controls = _doctor(capsys, "--passphrase-file", secret)
    assert code == 4
    damaged = controls.get("integrity") or controls["opening"]
    assert damaged["state"] == "attention"


def test_the_last_defect_is_shown(bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What the app kept of a defect is told by doctor and printed by --report, without any value."""
    with pytest.raises(ZeroDivisionError) as caught:
        _divide("secret" * 7)
    assert keep_report(bare_vault, caught.value)
    _, controls = _doctor(capsys, "--passphrase-file", secret)
    assert "--report" in controls["last defect"]["said"]
    assert controls["last defect"]["state"] == "unknown"
    assert main(["doctor", "--report", "--passphrase-file", secret]) == 0
    printed = capsys.readouterr().out
    assert "ZeroDivisionError" in printed
    assert "in _divide" in printed
    assert "secretsecret" not in printed


def test_what_a_worker_met_is_kept(bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A defect in a worker comes wrapped; the report holds where it happened all the same."""
    with pytest.raises(ZeroDivisionError) as caught:
        _divide("")
    assert keep_report(bare_vault, WorkerFailed(caught.value))
    assert main(["doctor", "--report", "--passphrase-file", secret]) == 0
    assert "in _divide" in capsys.readouterr().out


def _named(found: Iterable[Control], name: str) -> Control:
    return next(one for one in found if one.name == name)


def _add_person(vault: Vault, notice: str = "") -> None:
    person = Person(family_name="Alvarez", given_name="Marisol", notice=notice)
    perform(vault, Act("New client", (Create(person),), dt.datetime(2026, 11, 23, 14, 2, tzinfo=dt.UTC)))


def _policy_said(vault: Vault) -> list[tuple[str, str]]:
    return [(one.state, one.said) for one in policy(vault)]


def _publish(vault: Vault, version: str, text: str) -> None:
    pack = PolicyPack(pack="demo", version=version, effective_from=NOW.date(), text=text, main=True)
    fill(vault, [Pulled("policy_pack", f"0192aaaa-0000-7000-8000-0000{version.replace('.', ''):0>8}", None, pack)])


def _divide(note: str) -> float:
    return len(note) / 0
