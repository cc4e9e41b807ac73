"""The folders that runs work in, and the databases that they begin with."""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .beginnings import make_central, make_vault
from .cast import EVERYBODY

_MEMORY = Path("/dev/shm")  # noqa: S108 - a crash here is one of the program: nothing has to survive the machine


@functools.cache
def fresh_templates(workshop: Path) -> Path:
    """Central with its cases, and vaults as enrolling leaves them: made once a workshop."""
    made = workshop / "templates"
    made.mkdir()
    pairs = make_central(made / "central.db")
    for enrolled in EVERYBODY:
        make_vault(made / enrolled.name, enrolled, pairs[enrolled.name])
    return made


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """A folder for runs, gone afterwards; in memory where the machine has such a place."""
    memory = str(_MEMORY) if os.access(_MEMORY, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix="fieldpo-simulation-", dir=memory) as name:
        yield Path(name)
