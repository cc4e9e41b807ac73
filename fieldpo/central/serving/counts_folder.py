"""The folder in which several workers keep their counts: gone with the last of them, however they end.

Parent and workers hold its lock together as long as they live. Whoever ends and finds nobody else holding it takes the
folder away; what is left where all were killed at one moment goes when the next central of this computer starts.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "fieldpo-counts-"
_LOCK = "held"
_YOUNG = 60.0
"""Seconds: a younger folder may be one whose central has not locked it yet."""


@contextmanager
def counts_folder() -> Iterator[Path]:
    """A folder of the parent's, until the block ends."""
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    with holding(folder):
        yield folder


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Keep the folder until the block ends; afterwards it goes, if nobody else holds it."""
    file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield
    finally:
        os.close(file)
        _remove_unheld(folder)


def _sweep(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            if folder.stat().st_uid == os.getuid() and time.time() - folder.stat().st_mtime > _YOUNG:
                _remove_unheld(folder)


def _remove_unheld(folder: Path) -> None:
    try:
        file = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:  # gone already, or no folder of this version
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(file)
