"""What every test gets: a FIELDPO_HOME of its own, so that no test can touch a real vault."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ("tests.vaults",)


@pytest.fixture(autouse=True)
def fieldpo_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for everything fieldpo writes; it does not exist yet."""
    home = tmp_path / "fieldpo-home"
    monkeypatch.setenv("FIELDPO_HOME", str(home))
    for name in ("FIELDPO_PASSPHRASE_FILE", "NO_COLOR", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(autouse=True)
def hardening_undone() -> Iterator[None]:
    """A command run in this process hardens it; the snapshot plugin wants its TEXTUAL* variables back."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("TEXTUAL")}
    mask = os.umask(0o077)
    os.umask(mask)
    yield
    os.environ.update(kept)
    os.umask(mask)
