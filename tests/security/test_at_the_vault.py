"""A thief with the vault's files: what is changed, put back or read there opens nothing and says so plainly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldpo.errors import VaultDamaged
from fieldpo.store.files import KEYS
from fieldpo.store.opening.keys import make_keys, unlock, write_keys

PHRASE = "four calm herons standing"


def test_a_real_vault_called_a_training_vault_does_not_open(tmp_path: Path) -> None:
    """Flipping `training` in the head neither skips the keyring nor ends in a traceback."""
    keys = make_keys(PHRASE, user_id="u", device_id="d", training=True).keys
    write_keys(tmp_path, keys)
    content = json.loads((tmp_path / KEYS).read_text())
    content["slots"][0]["kind"] = "pass+device"
    (tmp_path / KEYS).write_text(json.dumps(content))
    with pytest.raises(VaultDamaged):
        unlock(tmp_path, PHRASE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by ACL")
def test_hardening_takes_the_log_of_tls_keys_away() -> None:
    """SSLKEYLOGFILE is gone before anything speaks TLS, for libraries of others too."""
    script = (
        "import os; from fieldpo.store.opening.hardening import harden; "
        "harden(); print(os.environ.get('SSLKEYLOGFILE'))"
    )
    environment = {**os.environ, "SSLKEYLOGFILE": "/tmp/keys"}  # noqa: S108 - never written
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
