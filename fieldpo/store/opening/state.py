"""The state file beside the database, and what the two together say about the vault's past.

`vault.state` holds the incarnation, the open counter and the number of entries not sent, in plain JSON: no name, no
note. The database holds incarnation and counter too, in `meta`. Each unlock advances both, database first, while
the vault's file lock is held, so that two programs that open one vault at once advance it one after the other.
"""

from __future__ import annotations

import contextlib
import enum
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldpo.errors import AlreadySyncing
from fieldpo.store.database.meta import get_metas, make_meta, put_metas
from fieldpo.store.files import STATE, SYNC_LOCK, VAULT_LOCK, file_lock, write_private

if TYPE_CHECKING:
    from sqlalchemy import Connection

VERSION: Final = 1


@dataclass(frozen=True)
class OpenCounter:
    """Which life of the vault this is, and how often it was opened in all its lives."""

    incarnation: str
    opens: int


@dataclass(frozen=True)
class VaultState:
    """What the state file holds; `entries_not_sent` is None from a lost file until they are counted again."""

    counter: OpenCounter
    entries_not_sent: int | None = 0


class Past(enum.Enum):
    """What the two counters say of how the vault was left."""

    CLEAN = "clean"
    CRASHED = "crashed"
    RESTORED = "restored"
    UNKNOWN = "unknown"

    @property
    def new_incarnation(self) -> bool:
        """Whether sequence numbers may have been given out twice, so that the vault needs a new life."""
        return self in (Past.RESTORED, Past.UNKNOWN)


def judge(database: OpenCounter, file: OpenCounter | None) -> Past:
    """Compare the counters: equal is clean, database ahead by exactly one was a crash between the two writes.

    A database behind the file is an old one put back. Anything else, a missing file too, is not known to be
    the same life.
    """
    if file is None or file.incarnation != database.incarnation:
        return Past.UNKNOWN
    if database.opens == file.opens:
        return Past.CLEAN
    if database.opens == file.opens + 1:
        return Past.CRASHED
    return Past.RESTORED if database.opens < file.opens else Past.UNKNOWN


def new_incarnation() -> str:
    """A random name for a life of the vault; random, so that two clones of one vault differ."""
    return secrets.token_hex(16)


def read_state(folder: Path) -> VaultState | None:
    """The state file, or None if it is missing or cannot be read as one."""
    try:
        content = json.loads((folder / STATE).read_bytes())
        counter = OpenCounter(str(content["incarnation"]), int(content["opens"]))
        waiting = content["entries_not_sent"]
        return VaultState(counter, None if waiting is None else max(0, int(waiting)))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(folder: Path, state: VaultState) -> None:
    """Write the state file, wholly or not at all. The caller holds the vault's lock. Raises `StorageFailed`."""
    content = {
        "version": VERSION,
        "incarnation": state.counter.incarnation,
        "opens": state.counter.opens,
        "entries_not_sent": state.entries_not_sent,
    }
    write_private(folder / STATE, json.dumps(content).encode())


def record_entries_not_sent(folder: Path, count: int) -> None:
    """Note the number of entries not sent, for Unlock to show; writes only if it changed.

    Costs two fsyncs when it does: call it from a worker after a save, not within one. Raises `StorageFailed`.
    """
    with file_lock(folder, VAULT_LOCK):
        state = read_state(folder)
        if state is not None and state.entries_not_sent != count:
            write_state(folder, replace(state, entries_not_sent=count))


@contextlib.contextmanager
def sync_lock(folder: Path) -> Iterator[None]:
    """Hold the right to sync this vault, between programs and threads. Raises `AlreadySyncing` at once if taken.

    The operating system drops it when the process dies.
    """
    with file_lock(folder, SYNC_LOCK, wait=False) as held:
        if not held:
            raise AlreadySyncing(
                "Another fieldpo is syncing this vault right now. Every entry is kept; wait for it to end."
            )
        yield


def start_counter(connection: Connection) -> OpenCounter:
    """Make `meta` and the counter of a new database, within the caller's transaction."""
    make_meta(connection)
    counter = OpenCounter(new_incarnation(), 0)
    _put_counter(connection, counter)
    return counter


def counter_in(connection: Connection) -> OpenCounter:
    """The database's own counter; its `incarnation` is the one to number an entry with in this transaction."""
    found = get_metas(connection, "incarnation", "opens")
    # A vault without them is not known to be any earlier life: whatever the file says, it gets a new one.
    return OpenCounter(found.get("incarnation", ""), int(found.get("opens") or 0))


def advance(connection: Connection, folder: Path, *, renew: bool = False) -> tuple[Past, OpenCounter]:
    """Judge and advance the database's counter, within the caller's write transaction and file lock.

    After the commit the caller calls `follow`. A crash found here is first mended in the file, so that two crashes in
    a row are still two crashes. `renew` asks for a new incarnation whatever the counters say: central saw a fork.
    """
    database = counter_in(connection)
    state = read_state(folder)
    past = judge(database, None if state is None else state.counter)
    if past is Past.CRASHED and state is not None:
        write_state(folder, replace(state, counter=database))
    renewed = renew or past.new_incarnation
    incarnation = new_incarnation() if renewed else database.incarnation
    highest = max(database.opens, 0 if state is None else state.counter.opens)
    counter = OpenCounter(incarnation, highest + 1)
    _put_counter(connection, counter)
    return past, counter


def follow(folder: Path, counter: OpenCounter) -> None:
    """Bring the state file to the database's committed counter; the caller still holds the lock."""
    state = read_state(folder)
    write_state(folder, VaultState(counter, None if state is None else state.entries_not_sent))


def _put_counter(connection: Connection, counter: OpenCounter) -> None:
    put_metas(connection, {"incarnation": counter.incarnation, "opens": str(counter.opens)})
