"""What `fieldpo doctor` can say about a vault without opening it: each control with its state and one sentence."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from fieldpo import config, plain
from fieldpo.errors import ConfigError, DeviceSecretLost
from fieldpo.store.files import ATTEMPTS, DATABASE, KEYS, STATE
from fieldpo.store.opening.attempts import MOST_FAILURES, Standing
from fieldpo.store.opening.device_secret import DeviceKeyring, KeyringFinder, find_keyring
from fieldpo.store.opening.keys import KeyFile, read_keys
from fieldpo.store.opening.slots import PASS
from fieldpo.store.vault import peek

State = Literal["ok", "attention", "unknown", "not used"]

LOW_ON_DISK: Final = 500 * 2**20
"""Bytes free below which doctor warns: a first load with its log needs about so much."""

_LOGGING: Final = frozenset({"TEXTUAL", "TEXTUAL_LOG"})
"""Variables by which Textual writes each key to a file or to a developer's console."""

_PR_GET_DUMPABLE: Final = 3
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Control:
    """One thing that keeps the vault safe: its name, how it stands, and a sentence for a person."""

    name: str
    state: State
    said: str


def outside(folder: Path, environ: Mapping[str, str], find: KeyringFinder = find_keyring) -> Iterator[Control]:
    """Every control that needs no passphrase. `environ` is the environment as the command found it.

    Raises `NoVault` where this computer is not enrolled, `VaultDamaged` for a key file that is none.
    """
    keys = read_keys(folder)
    yield enrolled(keys)
    yield posture(keys)
    yield keyring(keys, find)
    yield permissions(folder)
    seen = peek(folder)
    if seen.attempts is not None:
        yield tries(seen.attempts)
    yield waiting(seen.entries_not_sent)
    yield disk_space(folder)
    yield settings()
    yield environment(environ)
    yield core_dumps()
    yield Control(
        "full-disk encryption",
        "unknown",
        "fieldpo cannot tell whether this computer's disk is encrypted (BitLocker, FileVault, LUKS); ask your agency.",
    )
    yield Control(
        "swap and hibernation",
        "unknown",
        "fieldpo cannot tell whether memory written to disk is encrypted; it is where the whole disk is.",
    )


def enrolled(keys: KeyFile) -> Control:
    """Whose vault this is."""
    kind = "a training vault" if keys.training else "a vault"
    user, device = plain.clean(keys.user_id), plain.clean(keys.device_id)
    return Control("vault", "ok", f"This computer has {kind} of user {user}, enrolled as device {device}.")


def posture(keys: KeyFile) -> Control:
    """What opens the vault."""
    if keys.posture == PASS:
        return Control("posture", "ok", "The passphrase alone opens the vault, so it has at least 15 characters.")
    return Control("posture", "ok", "The vault opens with the passphrase and this computer's keyring together.")


def keyring(keys: KeyFile, find: KeyringFinder) -> Control:
    """Whether the operating system's keyring holds this computer's half of the key."""
    if keys.training:
        return Control("keyring", "not used", "A training vault never asks the computer's keyring.")
    found = find()
    if keys.posture == PASS:
        if found is None:
            return Control("keyring", "not used", "This computer has no keyring that fieldpo trusts.")
        return Control(
            "keyring",
            "attention",
            "This computer has a usable keyring, but the vault was made without it; enrolling anew would use it.",
        )
    return _half_of_the_key(keys, found)


def _half_of_the_key(keys: KeyFile, found: DeviceKeyring | None) -> Control:
    if found is None:
        return Control("keyring", "attention", "The keyring with this computer's half of the key does not answer.")
    try:
        held = found.device_secret(keys.vault_id) is not None
    except DeviceSecretLost as lost:
        return Control("keyring", "attention", lost.message)
    if held:
        return Control("keyring", "ok", "The keyring holds this computer's half of the key.")
    return Control(
        "keyring", "attention", "The keyring no longer holds this computer's half of the key: recovery needed."
    )


def permissions(folder: Path) -> Control:
    """Whether only the owner may read the vault's folder and files."""
    if sys.platform == "win32":
        return Control("file permissions", "unknown", "Windows keeps the folder to its user; that is not checked here.")
    names = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", KEYS, STATE, ATTEMPTS)
    # Not by `exists` first: a -wal goes away when the last program closes the vault.
    open_to_others = [path.name for path in (folder, *(folder / name for name in names)) if _mode(path) & _OTHERS]
    if open_to_others:
        return Control(
            "file permissions",
            "attention",
            f"Others on this computer may read {', '.join(open_to_others)}: take their rights away (chmod go=).",
        )
    return Control("file permissions", "ok", "Only you may read the vault's folder and files.")


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def tries(standing: Standing) -> Control:
    """How many tries are left before the vault locks."""
    if standing.locked:
        return Control(
            "failed unlocks", "attention", f"Locked after {MOST_FAILURES} failed tries; every entry is safe in it."
        )
    failed = MOST_FAILURES - standing.left
    if failed:
        said = f"{plain.count(failed, 'failed try', 'failed tries')} in the last 15 minutes; was that you?"
        return Control("failed unlocks", "attention", said)
    return Control("failed unlocks", "ok", "No failed try in the last 15 minutes.")


def waiting(entries: int | None) -> Control:
    """How much only this computer has, as last counted."""
    if entries is None:
        return Control("entries not sent", "unknown", "The count is lost; opening the vault counts anew.")
    if entries == 0:
        return Control("entries not sent", "ok", "Central has every entry.")
    verb = "is" if entries == 1 else "are"
    return Control("entries not sent", "ok", f"{plain.count(entries, 'entry')} {verb} kept here and not sent yet.")


def disk_space(folder: Path) -> Control:
    """Whether there is room to save."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Control("disk space", "unknown", f"The system does not say how much is free: {error.strerror}.")
    said = f"{free / 2**30:,.1f} GiB are free where the vault stands"
    if free < LOW_ON_DISK:
        return Control("disk space", "attention", f"{said}; make room before the next day's work.")
    return Control("disk space", "ok", f"{said}.")


def settings() -> Control:
    """Whether the settings can be read, and what they say about safety."""
    try:
        found = config.load()
    except ConfigError as wrong:
        return Control("settings", "attention", wrong.message)
    editor = "notes may be written in an editor" if found.editor_allowed else "no note goes to an editor"
    return Control("settings", "ok", f"Locks after {found.idle_lock_minutes} idle minutes; {editor}.")


def environment(environ: Mapping[str, str]) -> Control:
    """Whether something asks Textual to write a log, keystrokes and all."""
    named = sorted(name for name in environ if name.upper() in _LOGGING)
    if named:
        said = f"{', '.join(named)} would log keystrokes; fieldpo takes it away, but unset it where it comes from."
        return Control("keystroke log", "attention", said)
    return Control("keystroke log", "ok", "Nothing in the environment asks for a log of keystrokes.")


def core_dumps() -> Control:
    """Whether a crash of this very process could leave the key on the disk; call after `hardening.harden`."""
    if sys.platform == "win32":
        return Control("crash dumps", "ok", "Windows is told to make no report with this program's memory.")
    import resource

    limited = resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    if not limited or _dumpable():
        return Control("crash dumps", "attention", "A crash could write the vault's key to the disk.")
    return Control("crash dumps", "ok", "A crash leaves no memory on the disk.")


def _dumpable() -> bool:
    if sys.platform != "linux":
        return False
    import ctypes

    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0))


def environment_now() -> dict[str, str]:
    """The environment before hardening takes anything out of it."""
    return dict(os.environ)
