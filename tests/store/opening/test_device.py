"""The device's half of the key, and the keyrings it may stand in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.core
import pytest

from fieldpo.errors import DeviceSecretLost, VaultLocked, WeakPassphrase, WrongPassphrase
from fieldpo.store.files import ATTEMPTS, STATE
from fieldpo.store.opening.device_secret import DeviceKeyring, find_keyring, is_allowed
from fieldpo.store.opening.keys import make_keys, read_keys, unlock, write_keys
from fieldpo.store.opening.state import OpenCounter, VaultState, write_state

PHRASE = "heron14weir"
LONG = "grey heron over the weir"


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A backend of the keyring library that keeps its secrets in memory; not on the list of those allowed."""

    priority = 0.1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """The text kept, or None."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the text."""
        self.kept[service, username] = password


def backend(kind: type[keyring.backend.KeyringBackend]) -> keyring.backend.KeyringBackend:
    """One of the library's backends; its constructors have no types."""
    return kind()


@pytest.fixture
def memory() -> MemoryKeyring:
    """An empty keyring."""
    return MemoryKeyring()


@pytest.fixture
def chosen_keyring() -> Iterator[None]:
    """Give the keyring library back the choice that it had."""
    before = keyring.core._keyring_backend
    yield
    keyring.core._keyring_backend = before


def make(folder: Path, backend: Any) -> bytes:
    """Keys of a real vault with this keyring; returns the data key."""
    unlocked = make_keys(
        PHRASE, user_id="po.reyes", device_id="d1", training=False, keyring=lambda: DeviceKeyring(backend)
    )
    write_keys(folder, unlocked.keys)
    return unlocked.data_key


def test_passphrase_and_device_secret_open_together(tmp_path: Path, memory: MemoryKeyring) -> None:
    """With both halves the key comes out, and the posture is told."""
    data_key = make(tmp_path, memory)
    assert unlock(tmp_path, PHRASE, keyring=lambda: DeviceKeyring(memory)).data_key == data_key
    assert read_keys(tmp_path).posture == "pass+device"


def test_the_right_passphrase_on_another_computer_fails(tmp_path: Path, memory: MemoryKeyring) -> None:
    """A copied profile without the device secret does not open, and says how many entries wait in it."""
    make(tmp_path, memory)
    write_state(tmp_path, VaultState(OpenCounter("i", 1), entries_not_sent=3))
    with pytest.raises(DeviceSecretLost, match="3 of them not sent"):
        unlock(tmp_path, PHRASE, keyring=lambda: DeviceKeyring(MemoryKeyring()))
    with pytest.raises(DeviceSecretLost, match="Recovery needed"):
        unlock(tmp_path, PHRASE, keyring=lambda: None)
    assert not (tmp_path / ATTEMPTS).exists(), "no passphrase was tried"


def test_another_devices_secret_does_not_open(tmp_path: Path, memory: MemoryKeyring) -> None:
    """The right passphrase with a foreign secret is as good as a wrong one."""
    make(tmp_path, memory)
    DeviceKeyring(memory).new_device_secret(read_keys(tmp_path).vault_id)
    with pytest.raises(WrongPassphrase):
        unlock(tmp_path, PHRASE, keyring=lambda: DeviceKeyring(memory))


def test_without_a_keyring_the_passphrase_must_be_long(tmp_path: Path) -> None:
    """A computer without a usable keyring gets the slot `pass`, at fifteen characters or more."""
    with pytest.raises(WeakPassphrase):
        make_keys(PHRASE, user_id="u", device_id="d", training=False, keyring=lambda: None)
    unlocked = make_keys(LONG, user_id="u", device_id="d", training=False, keyring=lambda: None)
    assert unlocked.keys.posture == "pass"


def test_a_keyring_that_forgets_is_found_out(tmp_path: Path) -> None:
    """The null backend takes a secret and keeps none: it counts as no keyring."""
    forgetful = DeviceKeyring(backend(keyring.backends.null.Keyring))
    with pytest.raises(WeakPassphrase):
        make_keys(PHRASE, user_id="u", device_id="d", training=False, keyring=lambda: forgetful)
    unlocked = make_keys(LONG, user_id="u", device_id="d", training=False, keyring=lambda: forgetful)
    assert unlocked.keys.posture == "pass"


def test_a_keyring_that_hangs_is_given_up(tmp_path: Path) -> None:
    """A daemon that never answers ends in a sentence, not in a frozen program."""
    gone = threading.Event()

    class Hanging(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            gone.wait()
            return super().get_password(service, username)

    with pytest.raises(DeviceSecretLost, match="no answer"):
        DeviceKeyring(Hanging(), seconds=0.05).read("x")
    gone.set()


def test_a_keyring_that_fails_is_a_sentence() -> None:
    """Whatever a backend raises, the officer reads what is safe and what to do."""
    with pytest.raises(DeviceSecretLost, match="vault is unharmed"):
        DeviceKeyring(backend(keyring.backends.fail.Keyring)).read("x")


@pytest.mark.usefixtures("chosen_keyring")
@pytest.mark.parametrize("kind", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, MemoryKeyring])
def test_only_listed_keyrings_are_used(kind: type[keyring.backend.KeyringBackend]) -> None:
    """A choice that is not on the list means that no keyring is used, and nothing is asked of it."""
    keyring.set_keyring(kind())
    assert find_keyring() is None
    assert not is_allowed(kind())


def test_failures_are_counted_in_the_keyring_too(tmp_path: Path, memory: MemoryKeyring) -> None:
    """Deleting the counter's file gains nothing: the keyring remembers, and a real vault stays locked."""
    make(tmp_path, memory)
    for tried in range(4):
        with pytest.raises(WrongPassphrase, match=r"(\d tries are|1 try is) left"):
            unlock(tmp_path, f"wrong {tried}", keyring=lambda: DeviceKeyring(memory))
        (tmp_path / ATTEMPTS).unlink()
    with pytest.raises(VaultLocked, match="administrator"):
        unlock(tmp_path, "wrong again", keyring=lambda: DeviceKeyring(memory))
    (tmp_path / ATTEMPTS).unlink()
    with pytest.raises(VaultLocked):
        unlock(tmp_path, PHRASE, keyring=lambda: DeviceKeyring(memory))
    assert not (tmp_path / STATE).exists()
