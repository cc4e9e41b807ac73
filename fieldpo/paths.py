"""Where fieldpo keeps its files. FIELDPO_HOME moves everything below one folder; otherwise the system's own places."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fieldpo.errors import BadInput

HOME_VARIABLE = "FIELDPO_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one installation. None of them need exist yet; who writes there makes them, mode 0700."""

    data: Path
    """The vault and its key slots: what must not be lost."""
    config: Path
    """Settings written by the officer or the agency."""
    state: Path
    """What is kept between runs and may be lost: logs without personal data."""
    cache: Path
    """What can be made again."""


def paths() -> Paths:
    """Return the folders to use now, reading FIELDPO_HOME each time.

    Raises BadInput when FIELDPO_HOME is not an absolute path: a relative one would be a different vault in
    every folder.
    """
    home = os.environ.get(HOME_VARIABLE)
    return _below(Path(home).expanduser()) if home else _of_the_system()


def _below(home: Path) -> Paths:
    if not home.is_absolute():
        raise BadInput(f"{HOME_VARIABLE} is not an absolute path; nothing was opened. Give the whole path.")
    return Paths(
        data=home / "data",
        config=home / "config",
        state=home / "state",
        cache=home / "cache",
    )


def _of_the_system() -> Paths:
    from platformdirs import PlatformDirs

    # Local, not roaming: Windows must not copy a vault to a file server at sign-out.
    dirs = PlatformDirs("fieldpo", appauthor=False, roaming=False)
    return Paths(
        data=dirs.user_data_path,
        config=dirs.user_config_path,
        state=dirs.user_state_path,
        cache=dirs.user_cache_path,
    )
