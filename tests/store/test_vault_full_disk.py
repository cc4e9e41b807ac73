"""A disk that really is full: a small file system in memory, where this system lets the test mount one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from fieldpo.errors import DiskFull
from fieldpo.store.opening.state import Past, read_state
from fieldpo.store.vault import Vault, create_vault, open_vault

PHRASE = "grey heron over the weir"


def migrate(connection: Connection) -> None:
    """One table of notes."""
    connection.execute(text("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB."""
    disk = tmp_path / "small"
    disk.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None:
        pytest.skip("only Linux mounts a file system in memory")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this user may not mount")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def count(vault: Vault) -> int:
    """How many notes there are."""
    with vault.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM note")).scalar_one())


def fill(ballast: Path) -> None:
    """Take what room is left on the disk."""
    with ballast.open("ab", buffering=0) as stream:
        while True:
            stream.write(bytes(4_096))


def test_a_full_disk_refuses_the_next_entry_and_keeps_every_earlier_one(small_disk: Path) -> None:
    """Each save is whole or refused with a sentence; with room again the vault opens in the same life."""
    folder, ballast = small_disk / "data", small_disk / "ballast"
    ballast.write_bytes(bytes(100_000))
    vault = create_vault(folder, PHRASE, user_id="u", device_id="d", training=True, migrate=migrate)
    incarnation, saved = vault.incarnation, 0

    def save_until_full() -> None:
        nonlocal saved
        for _ in range(1_000):
            with vault.writing() as connection:
                connection.execute(text("INSERT INTO note (body) VALUES (:body)"), {"body": "x" * 3_000})
            saved += 1

    with pytest.raises(DiskFull, match="earlier entries are safe"):
        save_until_full()
    state = (read_state(folder), sorted(path.name for path in folder.iterdir()))
    with pytest.raises(OSError, match="No space"):
        fill(ballast)
    with pytest.raises(DiskFull):
        vault.note_entries_not_sent(9)
    assert (read_state(folder), sorted(path.name for path in folder.iterdir())) == state
    assert count(vault) == saved > 0
    vault.close()

    with pytest.raises(DiskFull):
        open_vault(folder, PHRASE, migrate=migrate)
    ballast.unlink()
    with open_vault(folder, PHRASE, migrate=migrate) as again:
        assert count(again) == saved
        assert (again.incarnation, again.opened_as) == (incarnation, Past.CLEAN)
