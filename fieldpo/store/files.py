"""The vault's files: their names, private atomic writing, and the lock that two programs share.

`vault.db` is the encrypted database, `vault.keys` the key slots, `vault.state` the incarnation and open
counter, `vault.attempts` the failed unlocks. The two `.lock` files are empty and stay; the operating system drops a
lock when its process dies, however it dies.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fieldpo.errors import DiskFull, NoVault, ReadOnlyDisk, StorageFailed, VaultDamaged

DATABASE = "vault.db"
NEW_DATABASE = "vault.db.new"
KEYS = "vault.keys"
STATE = "vault.state"
ATTEMPTS = "vault.attempts"
VAULT_LOCK = "vault.lock"
SYNC_LOCK = "sync.lock"

DISK_FULL = "The disk is full. Nothing of this was saved, earlier entries are safe. Free some room, try again."
READ_ONLY = (
    "The vault's folder cannot be written. Nothing of this was saved, earlier entries are safe. "
    "Check the folder's permissions, or whether the disk is read-only."
)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EPERM, errno.EACCES, errno.EROFS}


def vault_stands(folder: Path) -> bool:
    """Whether there is a vault, whatever its state: what decides between Unlock and First run, before either paints."""
    return (folder / KEYS).exists()


def storage_error(error: OSError) -> StorageFailed:
    """The sentence for a disk that refused, without a path (a path may hold a user's name)."""
    if error.errno in _FULL:
        return DiskFull(DISK_FULL)
    if error.errno in _READ_ONLY:
        return ReadOnlyDisk(READ_ONLY)
    return StorageFailed(
        f"The disk reported an error ({error.strerror}). Earlier entries are safe. Run fieldpo doctor."
    )


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, readable by its owner only, wholly or not at all.

    A private temporary file, fsync, `os.replace`, fsync of the folder. Raises `StorageFailed`.
    """
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise storage_error(error) from error


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def damaged_keys() -> VaultDamaged:
    """The sentence for a key file that does not check out."""
    return VaultDamaged(
        "The vault's key file does not check out. Nothing was changed, the entries are still in the vault. "
        "Put vault.keys back from a backup, or ask your agency to recover the vault."
    )


def no_vault() -> NoVault:
    """The sentence for a computer that is not enrolled."""
    return NoVault("This computer is not enrolled: it has no vault yet. Run fieldpo enroll.")


def make_private_folder(folder: Path) -> None:
    """Make `folder` and its parents, readable by the owner only. Raises `StorageFailed`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error) from error


def make_private_file(path: Path) -> None:
    """Make an empty database file for its owner only, in place of any leftover. Raises `StorageFailed`.

    SQLite gives its `-wal` and `-shm` files the same permissions.
    """
    try:
        for tail in ("", "-wal", "-shm"):
            path.with_name(path.name + tail).unlink(missing_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise storage_error(error) from error


@contextlib.contextmanager
def file_lock(folder: Path, name: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold an OS lock between programs and threads; yields False if it is taken and `wait` is off.

    Raises `NoVault` if the folder is not there, `StorageFailed` if it cannot be written.
    """
    try:
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError as error:
        raise no_vault() from error
    except OSError as error:
        raise storage_error(error) from error
    try:
        held = _acquire(descriptor, wait=wait)
        try:
            yield held
        finally:
            if held:
                _release(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _acquire(descriptor: int, *, wait: bool) -> bool:
        while True:
            try:
                os.lseek(descriptor, 0, os.SEEK_SET)
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                time.sleep(0.02)  # LK_LOCK itself asks only once a second, ten times
            else:
                return True

    def _release(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _acquire(descriptor: int, *, wait: bool) -> bool:
        # flock, not lockf: a POSIX record lock belongs to the process, so threads would share it and
        # closing any other handle on the file would drop it.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
