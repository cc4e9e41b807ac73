"""Full and read-only disks under the vault and under central: one sentence, nothing lost, and on it goes with room."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from fieldpo.errors import DiskFull, Offline
from fieldpo.store.acting import outbox
from fieldpo.store.vault import Vault
from fieldpo.sync.client import Client, open_client
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Hazard
from fieldpo.sync.runner import sync_once

from .commands import checkin, no_more_than_its_owner, one_sentence, run, small_files
from .disks import Disk, small
from .ground import Ground, ground
from .laptops import Laptop
from .whole import problems

DISK_FULL, READ_ONLY, VAULT = "The disk is full", "cannot be written", 5


@pytest.fixture(scope="module")
def stack() -> Iterator[ExitStack]:
    """What is undone at the end."""
    with ExitStack() as one:
        yield one


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on an ordinary disk."""
    return tmp_path_factory.mktemp("disks")


@pytest.fixture(scope="module")
def at_central(stack: ExitStack, scratch: Path) -> Disk:
    """Central's disk."""
    return stack.enter_context(small(scratch / "central", 64))


@pytest.fixture(scope="module")
def disk(stack: ExitStack, scratch: Path) -> Disk:
    """A laptop's disk."""
    return stack.enter_context(small(scratch / "laptop", 64))


@pytest.fixture(scope="module")
def field(stack: ExitStack, scratch: Path, at_central: Disk) -> Ground:
    """A central whose database stands on its small disk."""
    return stack.enter_context(ground(scratch, f"sqlite:///{at_central.folder / 'central.db'}"))


@pytest.fixture(scope="module")
def laptop(field: Ground, disk: Disk) -> Laptop:
    """A laptop whose vault stands on its small disk."""
    return field.enrol(field.officer("reyes"), disk.folder / "home" / "data")


def numbers(field: Ground, laptop: Laptop, count: int) -> None:
    """Records that come from central: 1 KB each."""
    rng = random.Random(count)
    came = [
        (new_id(), Hazard(person_id=laptop.persons[1], hazard="dog", text=rng.randbytes(500).hex()))
        for _ in range(count)
    ]
    field.central.put(laptop.officer, came)


def save_until_full(laptop: Laptop, vault: Vault) -> None:
    """Long notes, one after another."""
    for number in range(1_000):
        laptop.type(vault, f"{number} {random.Random(number).randbytes(2_000).hex()}")


def test_full_in_mid_save(field: Ground, laptop: Laptop, disk: Disk, scratch: Path) -> None:
    """The save that finds no room says so and is not there; every earlier one is; commands exit with 5."""
    with laptop.opened() as vault, disk.full(but=200_000):
        with pytest.raises(DiskFull, match="earlier entries are safe"):
            save_until_full(laptop, vault)
        assert laptop.saved
    with disk.full():
        for words in (checkin(laptop), ("sync",)):
            code, _, said = run(laptop, scratch, *words, note="no room")
            assert (code, one_sentence(said), DISK_FULL in said) == (VAULT, True, True), said
    assert problems(field) == []


def test_full_in_mid_pull(field: Ground, laptop: Laptop, disk: Disk) -> None:
    """What central sends finds no room: the sync says so, and the next one goes on from where it was."""
    numbers(field, laptop, 1_500)
    with laptop.opened() as vault, disk.full(but=400_000), closing(open_client(vault)) as client:
        laptop.type(vault, "typed before the pull")
        with pytest.raises(DiskFull):
            sync_once(vault, client, attempts=1)
    assert problems(field) == []


def test_full_in_mid_first_load(field: Ground, laptop: Laptop, disk: Disk) -> None:
    """A new laptop's first load finds no room: with room again the next sync finishes it."""
    second = field.enrol(field.users["reyes"], disk.folder / "second" / "data", load=False)
    with disk.full(but=1_000_000), pytest.raises(DiskFull):
        second.sync()
    assert problems(field) == []


def test_full_under_central(field: Ground, laptop: Laptop, at_central: Disk) -> None:
    """Central acknowledges nothing that it could not store, no entry is parked for it, and with room all of them go."""
    with laptop.opened() as vault, at_central.full(), closing(open_client(vault)) as client:
        waiting = 0
        while not waiting:  # its log has some room of its own
            number = len(laptop.typed)
            assert number < 400
            laptop.type(vault, f"central is full {number} {random.Random(number).randbytes(29_000).hex()}")
            waiting = synced(vault, client)
        for _ in range(4):
            assert synced(vault, client)
    assert "Exception in ASGI application" not in field.process.complaints
    assert problems(field) == []


def synced(vault: Vault, client: Client) -> int:
    """One sync; how many entries wait afterwards."""
    with suppress(Offline):
        sync_once(vault, client, attempts=1)
    with vault.reading() as connection:
        return outbox.counts(connection).not_sent


def test_a_quota_stands_in_for_a_full_disk(laptop: Laptop, scratch: Path) -> None:
    """Where files may not grow, as under a quota, a command says that the disk did not take it, and exits with 5."""
    code, _, said = run(laptop, scratch, *checkin(laptop), note="no room", before=small_files)
    assert (code, one_sentence(said)) == (VAULT, True), said


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts read-only and becomes another user")
@pytest.mark.parametrize("how", ["a disk mounted read-only", "a folder of somebody else's"])
def test_read_only(how: str, laptop: Laptop, scratch: Path, tmp_path: Path) -> None:
    """Commands say that the folder cannot be written, exit with 5, and change nothing."""
    with ExitStack() as stack:
        disk = stack.enter_context(small(tmp_path / "disk", 64))
        copy = Laptop("copy", disk.folder / "home" / "data", laptop.officer, laptop.persons)
        shutil.copytree(laptop.folder, copy.folder)
        before, commands = None, [checkin(copy)]
        if how.startswith("a disk"):
            disk.read_only()
        else:
            before, commands = no_more_than_its_owner, [("sync",)]
            for each in (copy.folder, *copy.folder.iterdir()):
                each.chmod(0o755 if each.is_dir() else 0o644)
                os.chown(each, 65_534, 65_534)
        for words in commands:
            code, _, said = run(copy, scratch, *words, note="nowhere to write", before=before)
            assert (code, one_sentence(said), READ_ONLY in said) == (VAULT, True, True), said
