"""Disks that are full or cannot be written: small file systems in memory, where this user may mount them."""

from __future__ import annotations

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import pytest


class Disk:
    """A file system of its own; `full` takes all of its room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self, but: int = 0) -> Iterator[None]:
        """No room left but so many bytes, until the block ends."""
        ballast = self.folder / "ballast"
        try:
            with ballast.open("wb", buffering=0) as stream:
                _fill(stream)
                stream.truncate(max(0, stream.tell() - but))
            yield
        finally:
            ballast.unlink()

    def read_only(self) -> None:
        """Mount it so that nothing can be written."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)


def _fill(stream: FileIO) -> None:
    try:
        while True:
            stream.write(bytes(4_096))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextmanager
def small(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of that size; the test is skipped where this user may not mount one."""
    folder.mkdir()
    mount = shutil.which("mount")
    asked = [str(mount), "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a file system")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
