"""The key file `vault.keys`: who the vault belongs to, and the slots that hold its data key.

    {"version": 1, "vault_id", "device_id", "user_id", "training", "slots": [{"kind", …, "sealed"}, …]}

The data key is 32 random bytes and never changes with a passphrase. A real vault has the slot `pass+device`
where the operating system has a usable keyring, else the slot `pass`. A training vault always has `pass`, and
the keyring is never asked. `slots` is loaded where it is used: `cryptography` costs 35 ms, and Unlock
reads the head of the key file before its first paint. Slots of other kinds are kept as they are when a
passphrase changes.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fieldpo.errors import DeviceSecretLost, VaultDamaged, WeakPassphrase, WrongPassphrase
from fieldpo.store.files import (
    KEYS,
    VAULT_LOCK,
    damaged_keys,
    file_lock,
    no_vault,
    storage_error,
    write_private,
)
from fieldpo.store.opening.attempts import Clock, attempt, utc_now
from fieldpo.store.opening.device_secret import DeviceKeyring, KeyringFinder, find_keyring
from fieldpo.store.opening.passphrase import strength
from fieldpo.store.opening.state import read_state

if TYPE_CHECKING:
    from fieldpo.store.opening.slots import Slot

VERSION: Final = 1


@dataclass(frozen=True)
class KeyFile:
    """What `vault.keys` says without a passphrase."""

    vault_id: str
    device_id: str
    user_id: str
    training: bool
    slots: tuple[Slot, ...] = ()

    @property
    def head(self) -> dict[str, Any]:
        """All but the slots; each slot authenticates it."""
        return {
            "version": VERSION,
            "vault_id": self.vault_id,
            "device_id": self.device_id,
            "user_id": self.user_id,
            "training": self.training,
        }

    @property
    def posture(self) -> str:
        """The kind of the slot a passphrase opens, `pass+device` or `pass`; central is told."""
        return str(self.passphrase_slot["kind"])

    @property
    def passphrase_slot(self) -> Slot:
        """The slot that a passphrase opens. Raises `VaultDamaged` if there is none."""
        for slot in self.slots:
            if slot.get("kind") in ("pass+device", "pass"):
                return slot
        raise damaged_keys()


@dataclass(frozen=True)
class Unlocked:
    """An opened key file; `data_key` is never printed."""

    keys: KeyFile
    data_key: bytes = field(repr=False)


def read_keys(folder: Path) -> KeyFile:
    """Read `vault.keys`. Raises `NoVault` if there is none, `VaultDamaged` if it is not one of ours."""
    try:
        content = json.loads((folder / KEYS).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise no_vault() from error
    except OSError as error:
        raise storage_error(error) from error
    except ValueError as error:
        raise damaged_keys() from error
    if not _is_key_file(content):
        raise damaged_keys()
    if content["version"] != VERSION:
        raise VaultDamaged("A newer fieldpo made this vault. Nothing was changed; update fieldpo to open it.")
    return KeyFile(
        vault_id=content["vault_id"],
        device_id=content["device_id"],
        user_id=content["user_id"],
        training=content["training"],
        slots=tuple(content["slots"]),
    )


def make_keys(
    passphrase: str,
    *,
    user_id: str,
    device_id: str,
    training: bool,
    keyring: KeyringFinder = find_keyring,
) -> Unlocked:
    """New keys for a new vault, not yet written. Raises `WeakPassphrase`; nothing is kept in that case.

    A keyring that fails at this moment is treated as none, so the passphrase must then be long enough alone.
    """
    from fieldpo.store.opening.slots import seal_slot

    vault_id = str(uuid.uuid4())
    found = None if training else keyring()
    require_strength(passphrase, alone=found is None)
    device_secret: bytes | None = None
    if found is not None:
        try:
            device_secret = found.new_device_secret(vault_id)
        except DeviceSecretLost:
            require_strength(passphrase, alone=True)
    bare = KeyFile(vault_id, device_id, user_id, training)
    data_key = secrets.token_bytes(32)
    slot = seal_slot(bare.head, data_key, passphrase, device_secret)
    return Unlocked(_with_slots(bare, (slot,)), data_key)


def write_keys(folder: Path, keys: KeyFile) -> None:
    """Write `vault.keys`, wholly or not at all. Raises `StorageFailed`."""
    content = {**keys.head, "slots": [dict(slot) for slot in keys.slots]}
    write_private(folder / KEYS, json.dumps(content, indent=1).encode())


def unlock(folder: Path, passphrase: str, *, keyring: KeyringFinder = find_keyring, clock: Clock = utc_now) -> Unlocked:
    """Open the passphrase slot; takes about 200 ms, one attempt at a time.

    Raises `NoVault`, `WrongPassphrase`, `VaultLocked` (five failures in 15 minutes), `DeviceSecretLost` (the
    keyring does not give the device's half; no attempt is counted) or `VaultDamaged`.
    """
    from fieldpo.store.opening.slots import open_slot

    keys = read_keys(folder)
    if not passphrase:
        raise WrongPassphrase("Type the passphrase to open the vault.")
    device_keyring, device_secret = _device_half(folder, keys, keyring)
    slot = keys.passphrase_slot
    data_key = attempt(
        folder,
        lambda: open_slot(keys.head, slot, passphrase, device_secret),
        vault_id=keys.vault_id,
        training=keys.training,
        keyring=device_keyring,
        clock=clock,
    )
    return Unlocked(keys, data_key)


def change_passphrase(folder: Path, old: str, new: str, *, keyring: KeyringFinder = find_keyring) -> None:
    """Rewrite the passphrase slot, and only that; entries and other slots stay as they are.

    Raises what `unlock` raises, and `WeakPassphrase`; the old passphrase then still holds.
    """
    from fieldpo.store.opening.slots import seal_slot

    keys = read_keys(folder)
    require_strength(new, alone=keys.posture == "pass")
    unlocked = unlock(folder, old, keyring=keyring)
    _, device_secret = _device_half(folder, keys, keyring)
    fresh = seal_slot(keys.head, unlocked.data_key, new, device_secret)
    with file_lock(folder, VAULT_LOCK):
        now = read_keys(folder)
        current = now.passphrase_slot
        write_keys(folder, _with_slots(now, tuple(fresh if slot is current else slot for slot in now.slots)))


def require_strength(passphrase: str, *, alone: bool) -> None:
    """Raise `WeakPassphrase` with the sentence of `strength` if the passphrase will not do."""
    verdict = strength(passphrase, alone=alone)
    if not verdict.ok:
        raise WeakPassphrase(verdict.sentence)


def _device_half(folder: Path, keys: KeyFile, keyring: KeyringFinder) -> tuple[DeviceKeyring | None, bytes | None]:
    if keys.training or keys.posture == "pass":
        return None, None
    found = keyring()
    if found is None:
        raise DeviceSecretLost(
            "Recovery needed: the keyring that holds this computer's half of the key does not answer. "
            f"{_waiting(folder)} Sign in to your desktop as usual and try again, or ask your agency."
        )
    secret = found.device_secret(keys.vault_id)
    if secret is None:
        raise DeviceSecretLost(
            "Recovery needed: this computer's keyring no longer holds its half of the vault's key. "
            f"{_waiting(folder)} Keep the folder as it is and ask your agency."
        )
    return found, secret


def _waiting(folder: Path) -> str:
    state = read_state(folder)
    if state is None or state.entries_not_sent is None:
        return "Every entry is safe in the vault."
    return f"Every entry is safe in the vault, {state.entries_not_sent} of them not sent yet."


def _with_slots(keys: KeyFile, slots: tuple[Slot, ...]) -> KeyFile:
    return KeyFile(keys.vault_id, keys.device_id, keys.user_id, keys.training, slots)


def _is_key_file(content: object) -> bool:
    if not isinstance(content, Mapping):
        return False
    checks: dict[str, Callable[[object], bool]] = {
        "version": lambda value: isinstance(value, int),
        "vault_id": lambda value: isinstance(value, str),
        "device_id": lambda value: isinstance(value, str),
        "user_id": lambda value: isinstance(value, str),
        "training": lambda value: isinstance(value, bool),
        "slots": lambda value: isinstance(value, list) and all(isinstance(slot, Mapping) for slot in value),
    }
    return all(name in content and right(content[name]) for name, right in checks.items())
