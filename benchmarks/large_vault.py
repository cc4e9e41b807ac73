"""The caseload of the figures: 120 clients with 250,000 entries, in a vault made once a run (about half a minute)."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.screen import ENVIRONMENT
from fieldpo.store import search
from fieldpo.store.database.migrations import migrate
from fieldpo.store.vault import Vault, open_vault
from tests.filled_vault import PASSPHRASE, filled_vault

CLIENTS, ENTRIES = 120, 250_000
TODAY_ROWS = b"OVERDUE"
"""Is painted with Today's rows, not before: so large a caseload always has some."""
__all__ = ["PASSPHRASE", "TODAY_ROWS", "env", "home", "opened"]


@cache
def home() -> Path:
    """A FIELDPO_HOME with that vault; removed when the program ends."""
    folder = Path(tempfile.mkdtemp(prefix="fieldpo-benchmark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with filled_vault(folder / "data", CLIENTS, ENTRIES, now=dt.datetime.now().astimezone()) as vault:
        search.merge_index(vault)  # as a first load leaves it
    return folder


def env() -> dict[str, str]:
    """What the app needs to open it."""
    return {**ENVIRONMENT, "FIELDPO_HOME": str(home()), "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def opened() -> Vault:
    """The vault, open in this process."""
    return open_vault(home() / "data", PASSPHRASE, migrate=migrate)
