"""The log holds every opening of the vault, the tries that failed before it, and what was looked up (CJIS AU-2)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from fieldpo.cli import main
from fieldpo.errors import WrongPassphrase
from fieldpo.paths import paths
from fieldpo.store.audit import verify
from fieldpo.store.database.migrations import migrate
from fieldpo.store.files import ATTEMPTS
from fieldpo.store.opening.attempts import Clock
from fieldpo.store.vault import Vault, open_vault
from tests.filled_vault import DEVICE, OFFICER, PASSPHRASE

MORNING = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def at(moment: dt.datetime) -> Clock:
    """A clock that stands."""
    return lambda: moment


def events(vault: Vault) -> list[tuple[str, str, str, str]]:
    """The log's rows: what, kind, outcome, when."""
    with vault.reading() as connection:
        rows = [json.loads(row) for row in connection.scalars(text("SELECT text FROM audit ORDER BY n"))]
    assert {(row["who"], row["where"]) for row in rows} == {(OFFICER, DEVICE)}
    return [(row["what"], row["kind"], row["outcome"], row["at"]) for row in rows]


def test_failed_tries_stand_in_the_log_with_the_next_opening(bare_vault: Vault) -> None:
    """Two tries fail in the morning, the vault is opened at noon: three rows, each at its own time."""
    folder, before = bare_vault.folder, len(events(bare_vault))
    bare_vault.close()
    for minutes in (0, 1):
        with pytest.raises(WrongPassphrase):
            open_vault(folder, "not it", migrate=migrate, clock=at(MORNING + dt.timedelta(minutes=minutes)))
    with open_vault(folder, PASSPHRASE, migrate=migrate, clock=at(MORNING + dt.timedelta(hours=4))) as vault:
        assert events(vault)[before:] == [
            ("unlock", "", "failed", "2026-11-22T08:00:00.00Z"),
            ("unlock", "", "failed", "2026-11-22T08:01:00.00Z"),
            ("unlock", "", "ok", "2026-11-22T12:00:00.00Z"),
        ]
        with vault.reading() as connection:
            assert verify(connection) is None
    with open_vault(folder, PASSPHRASE, migrate=migrate) as vault:
        assert [one[2] for one in events(vault)[before:]] == ["failed", "failed", "ok", "ok"]


def test_a_counter_of_nonsense_opens_all_the_same(bare_vault: Vault) -> None:
    """What a thief wrote into the counter's file is no row of the log and no traceback."""
    folder, before = bare_vault.folder, len(events(bare_vault))
    bare_vault.close()
    (folder / ATTEMPTS).write_text('{"failures": [], "since_opened": ["x", 7, "2026-11-22T08:00:00"]}', "utf-8")
    with open_vault(folder, PASSPHRASE, migrate=migrate) as vault:
        assert [one[2] for one in events(vault)[before:]] == ["ok"]


@pytest.fixture
def passphrase_file(tmp_path: Path) -> str:
    """The training passphrase, as commands take it."""
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE, "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("words", "what", "kind"),
    [
        (["agenda"], "read", "agenda"),
        (["outbox"], "read", "outbox"),
        (["audit", "verify"], "read", "audit"),
    ],
)
def test_looking_from_the_shell_is_logged(
    bare_vault: Vault, passphrase_file: str, words: list[str], what: str, kind: str
) -> None:
    """Reading the day's list, the outbox or the log itself leaves a row that names what was read."""
    bare_vault.close()
    assert main([*words, "--passphrase-file", passphrase_file]) == 0
    with open_vault(paths().data, PASSPHRASE, migrate=migrate) as vault:
        assert (what, kind, "ok") in [one[:3] for one in events(vault)]


def test_a_row_taken_out_is_found(bare_vault: Vault, passphrase_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`audit verify` fails when a row is gone, the newest too: the next row's hash misses it."""
    with bare_vault.writing() as connection:
        connection.execute(text("DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)"))
    bare_vault.close()
    capsys.readouterr()
    assert main(["audit", "verify", "--passphrase-file", passphrase_file]) == 1
    assert "not whole" in capsys.readouterr().out
