"""What tests of commands about a training vault share: its passphrase in a file, and lines on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.filled_vault import PASSPHRASE


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """A file with the training vault's passphrase."""
    path = tmp_path / "passphrase.txt"
    path.write_text(PASSPHRASE + "\n", "utf-8")
    return str(path)


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Types lines, as they come on standard input."""

    def given(*lines: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return given
