"""The vault: one officer's encrypted database on this computer, opened by a passphrase.

`peek` says what may be shown before that; `create_vault` makes one and never over another; `open_vault` opens it.
Importing this file loads neither SQLAlchemy nor the cipher, so that Unlock paints first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from fieldpo.errors import NoVault, VaultDamaged, VaultError, VaultExists, VaultLocked
from fieldpo.folding import Folding
from fieldpo.store.database.meta import get_meta, put_meta
from fieldpo.store.database.turns import Turns
from fieldpo.store.files import (
    DATABASE,
    KEYS,
    NEW_DATABASE,
    VAULT_LOCK,
    file_lock,
    make_private_file,
    make_private_folder,
    storage_error,
    sync_folder,
)
from fieldpo.store.opening.attempts import (
    Clock,
    Standing,
    failed_since_opened,
    forget_logged,
    read_failures,
    standing,
    utc_now,
)
from fieldpo.store.opening.device_secret import KeyringFinder, find_keyring
from fieldpo.store.opening.keys import KeyFile, Unlocked, make_keys, read_keys, unlock, write_keys
from fieldpo.store.opening.state import (
    Past,
    VaultState,
    advance,
    counter_in,
    follow,
    read_state,
    record_entries_not_sent,
    start_counter,
    write_state,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldpo.store.database.engine import Engines

Migrate = Callable[["Connection"], None]
"""Brings the tables up to date within the caller's transaction."""

Reincarnate = Callable[["Connection", str], None]
"""Gives unsent entries new sequence numbers under the new incarnation, within the caller's transaction."""


@dataclass(frozen=True)
class Identity:
    """Whose vault this is, on which device; name and title stand under what the officer signs."""

    vault_id: str
    device_id: str
    user_id: str
    author_name: str
    author_title: str
    training: bool


@dataclass(frozen=True)
class Peek:
    """What Unlock may show before the passphrase; `entries_not_sent` is None when it is not known."""

    exists: bool
    user_id: str = ""
    training: bool = False
    entries_not_sent: int | None = None
    attempts: Standing | None = None


class Vault:
    """An opened vault. Threads may share it; two programs may have it open at once."""

    def __init__(self, folder: Path, engines: Engines, keys: KeyFile, opened_as: Past) -> None:
        self.folder = folder
        self.opened_as = opened_as
        """What the counters said when it was opened; a new incarnation has been given already."""
        self.posture = keys.posture
        """`pass+device` or `pass`, for central and doctor."""
        self._engines = engines
        self._closed = False
        self._turns = Turns()
        self._folding = Folding(folder / DATABASE, self._fold)
        with self.reading() as connection:
            self._identity = Identity(
                keys.vault_id,
                keys.device_id,
                keys.user_id,
                get_meta(connection, "author_name") or "",
                get_meta(connection, "author_title") or "",
                keys.training,
            )

    @property
    def identity(self) -> Identity:
        """Whose vault this is."""
        return self._identity

    @property
    def incarnation(self) -> str:
        """The vault's present life. Read anew each time: another program may have renewed it.

        To number an entry, take `state.counter_in(connection).incarnation` within its own transaction.
        """
        with self.reading() as connection:
            return counter_in(connection).incarnation

    def writing(self) -> AbstractContextManager[Connection]:
        """One write transaction: committed at the end, rolled back if anything is raised. Do not nest.

        Raises `VaultBusy`, `DiskFull`, `ReadOnlyDisk`, `StorageFailed` or `VaultDamaged`; nothing is then written.
        """
        return self._transaction(reading=False)

    def reading(self) -> AbstractContextManager[Connection]:
        """One snapshot to read from, which no write blocks; a write in it is refused."""
        return self._transaction(reading=True)

    @property
    def waited_for_lately(self) -> bool:
        """Whether somebody had to wait to write not long ago: a long write goes in shorter transactions then."""
        return self._turns.waited_for_lately

    def note_entries_not_sent(self, count: int) -> None:
        """Let Unlock show how many entries wait; see `state.record_entries_not_sent`."""
        record_entries_not_sent(self.folder, count)

    def renew_incarnation(self, reincarnate: Reincarnate) -> str:
        """Begin a new life because central saw a fork; `reincarnate` renumbers what is unsent with it, or neither."""
        with file_lock(self.folder, VAULT_LOCK):
            with self.writing() as connection:
                _, counter = advance(connection, self.folder, renew=True)
                reincarnate(connection, counter.incarnation)
            follow(self.folder, counter)
        return counter.incarnation

    def checkpoint(self) -> bool:
        """Fold the write-ahead log into the database and truncate it; False if somebody still reads from it."""
        from fieldpo.store.database.engine import checkpoint

        self._require_open()
        return checkpoint(self._engines)

    def _fold(self) -> None:
        from fieldpo.store.database.engine import fold

        with contextlib.suppress(VaultError):  # what was committed stands in the log as well
            fold(self._engines)

    def integrity_problems(self) -> tuple[str, ...]:
        """Check every page, which takes a while on a large vault; empty when all is well."""
        from fieldpo.store.database.engine import integrity_problems

        self._require_open()
        return integrity_problems(self._engines.writing)

    def close(self) -> None:
        """Close it with a truncating checkpoint; a second call does nothing.

        The key stays in memory: to lock, end the process.
        """
        if self._closed:
            return
        self._folding.wait()
        self._engines.reading.dispose()
        try:
            with contextlib.suppress(VaultError):  # what was committed stands in the log as well
                self.checkpoint()
        finally:
            self._closed = True
            self._engines.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _transaction(self, *, reading: bool) -> Iterator[Connection]:
        from fieldpo.store.database.engine import POOL_SECONDS, busy, transaction

        self._require_open()
        if reading:
            with transaction(self._engines.reading) as connection:
                yield connection
            return
        with ExitStack() as stack:
            try:
                stack.enter_context(self._turns.turn(POOL_SECONDS))
            except TimeoutError:
                raise busy() from None
            yield stack.enter_context(transaction(self._engines.writing))
        self._folding.look()

    def _require_open(self) -> None:
        if self._closed:
            raise VaultLocked("The vault is locked. Open it again with the passphrase.")


def peek(folder: Path) -> Peek:
    """Look at a vault without opening it; never asks the keyring. Raises `VaultDamaged` for unreadable keys."""
    try:
        keys = read_keys(folder)
    except NoVault:
        return Peek(exists=False)
    state = read_state(folder)
    failures = read_failures(folder, keys.vault_id, None)
    return Peek(
        exists=True,
        user_id=keys.user_id,
        training=keys.training,
        entries_not_sent=None if state is None else state.entries_not_sent,
        attempts=standing(failures, utc_now(), training=keys.training),
    )


def create_vault(
    folder: Path,
    passphrase: str,
    *,
    user_id: str,
    device_id: str,
    training: bool,
    migrate: Migrate,
    author_name: str = "",
    author_title: str = "",
    keyring: KeyringFinder = find_keyring,
) -> Vault:
    """Make a vault in `folder` and open it. Raises `VaultExists` over another, `WeakPassphrase`, `StorageFailed`.

    The database is made under another name and gets its own only after its keys are written: a crash in between
    leaves either nothing that counts, or a vault that opens.
    """
    from fieldpo.store.database.engine import checkpoint, open_engines, transaction

    make_private_folder(folder)
    with file_lock(folder, VAULT_LOCK):
        _refuse_existing(folder)
        unlocked = make_keys(passphrase, user_id=user_id, device_id=device_id, training=training, keyring=keyring)
        new = folder / NEW_DATABASE
        make_private_file(new)
        engines = open_engines(new, unlocked.data_key)
        try:
            with transaction(engines.writing) as connection:
                counter = start_counter(connection)
                put_meta(connection, "author_name", author_name)
                put_meta(connection, "author_title", author_title)
                migrate(connection)
            checkpoint(engines)
        finally:
            engines.dispose()
        write_state(folder, VaultState(counter))
        write_keys(folder, unlocked.keys)
        _finish_creation(folder)
    return _open(folder, unlocked, migrate, None)


def open_vault(
    folder: Path,
    passphrase: str,
    *,
    migrate: Migrate,
    reincarnate: Reincarnate | None = None,
    clock: Clock = utc_now,
) -> Vault:
    """Open the vault in `folder`; about 200 ms, for the passphrase.

    `migrate` and, where the vault turns out to be a restored or cloned one, `reincarnate` run in the same
    transaction as the counter; so does the log of the opening and of the tries that failed before it. Raises what
    `keys.unlock` raises; `VaultDamaged` if the database does not check out.
    """
    return _open(folder, unlock(folder, passphrase, clock=clock), migrate, reincarnate, clock)


def _open(
    folder: Path, unlocked: Unlocked, migrate: Migrate, reincarnate: Reincarnate | None, clock: Clock = utc_now
) -> Vault:
    from fieldpo.store.audit import log_opening
    from fieldpo.store.database.engine import open_engines, transaction

    with file_lock(folder, VAULT_LOCK):
        _finish_creation(folder)
        if not (folder / DATABASE).exists():
            raise VaultDamaged(
                "The vault's keys are here but its database is gone. Nothing was changed. "
                "Put vault.db back from a backup, or ask your agency."
            )
        engines = open_engines(folder / DATABASE, unlocked.data_key)
        try:
            with transaction(engines.writing) as connection:
                migrate(connection)
                past, counter = advance(connection, folder)
                if past.new_incarnation and reincarnate is not None:
                    reincarnate(connection, counter.incarnation)
                failed = failed_since_opened(folder)
                outcome = past.value if past.new_incarnation else "ok"
                keys = unlocked.keys
                log_opening(connection, keys.user_id, keys.device_id, clock(), failed, outcome)
            follow(folder, counter)
            forget_logged(folder, failed)
            return Vault(folder, engines, unlocked.keys, past)
        except BaseException:
            engines.dispose()
            raise


def _refuse_existing(folder: Path) -> None:
    if not (folder / KEYS).exists() and not (folder / DATABASE).exists():
        return
    try:
        found = peek(folder)
    except VaultDamaged:
        found = Peek(exists=True)
    whose = f" of {found.user_id}" if found.user_id else ""
    if found.entries_not_sent is None:
        waiting = "an unknown number of entries"
    else:
        waiting = f"{found.entries_not_sent} {'entry' if found.entries_not_sent == 1 else 'entries'}"
    raise VaultExists(
        f"This computer already has a vault{whose}, with {waiting} not sent. Nothing was changed. "
        "Open it and sync, or ask your agency before anything is removed."
    )


def _finish_creation(folder: Path) -> None:
    new, database = folder / NEW_DATABASE, folder / DATABASE
    if new.exists() and (folder / KEYS).exists() and not database.exists():
        try:
            new.replace(database)
            sync_folder(folder)
        except OSError as error:
            raise storage_error(error) from error
