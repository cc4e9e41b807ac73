"""`fieldpo passphrase`, what a passphrase file opens, and what doctor says of a keyring's half of the key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fieldpo.cli import main
from fieldpo.cli.controls import keyring, posture
from fieldpo.store.opening.device_secret import DeviceKeyring
from fieldpo.store.opening.keys import make_keys
from fieldpo.store.vault import Vault
from tests.filled_vault import PASSPHRASE

ANOTHER = "eleven quiet mornings in May"


def test_the_passphrase_changes(
    bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str], types: Callable[..., None]
) -> None:
    """After a change the new passphrase opens the vault and the old one does not."""
    bare_vault.close()
    types(PASSPHRASE, ANOTHER, ANOTHER)
    assert main(["passphrase"]) == 0
    assert main(["audit", "verify", "--passphrase-file", secret]) == 5
    Path(secret).write_text(ANOTHER, "utf-8")
    assert main(["audit", "verify", "--passphrase-file", secret]) == 0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((PASSPHRASE, ANOTHER, ANOTHER + "!"), "differ"),
        ((PASSPHRASE, "short", "short"), "Too short"),
        ((PASSPHRASE, ANOTHER), "three lines"),
    ],
)
def test_a_new_passphrase_that_will_not_do(
    bare_vault: Vault,
    secret: str,
    capsys: pytest.CaptureFixture[str],
    types: Callable[..., None],
    lines: tuple[str, ...],
    said: str,
) -> None:
    """Whatever is wrong with the new one, the old one still opens the vault."""
    types(*lines)
    assert main(["passphrase"]) == 2
    assert said in capsys.readouterr().err
    assert main(["audit", "verify", "--passphrase-file", secret]) == 0


def test_no_passphrase_from_a_file_for_a_real_vault(
    bare_vault: Vault, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A vault that is not for training refuses a passphrase file with a sentence."""
    keys = bare_vault.folder / "vault.keys"
    keys.write_text(keys.read_text("utf-8").replace('"training": true', '"training": false'), "utf-8")
    assert main(["audit", "verify", "--passphrase-file", secret]) == 2
    assert "not for training" in capsys.readouterr().err


class _Kept:
    """A keyring that keeps what it is given, for as long as the test lasts."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.texts.get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.texts[f"{service}/{username}"] = password


def test_a_keyring_that_lost_its_half_is_found() -> None:
    """Doctor tells whether the keyring still holds this computer's half of the key."""
    kept = _Kept()
    found = DeviceKeyring(kept)
    made = make_keys(ANOTHER, user_id="u", device_id="d", training=False, keyring=lambda: found)
    assert "keyring together" in posture(made.keys).said
    assert keyring(made.keys, lambda: found).state == "ok"
    kept.texts.clear()
    assert keyring(made.keys, lambda: found).state == "attention"
    assert keyring(made.keys, lambda: None).state == "attention"


def test_a_vault_made_before_there_was_a_keyring() -> None:
    """A usable keyring beside a vault that does not use it is worth a word."""
    made = make_keys(ANOTHER, user_id="u", device_id="d", training=False, keyring=lambda: None)
    assert keyring(made.keys, lambda: None).state == "not used"
    assert keyring(made.keys, lambda: DeviceKeyring(_Kept())).state == "attention"
