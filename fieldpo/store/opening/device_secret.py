"""The device's half of the key: 32 random bytes in the operating system's keyring.

Only keyrings known to keep a secret are used. `keyrings.alt` would store base64 text in a file, the null
backend forgets what it is given, and a chain of backends may hold either, so a chain is looked through for a
known one. Each call runs in a thread with a timeout: a keyring daemon may hang, or wait for a dialog.
"""

from __future__ import annotations

import base64
import binascii
import queue
import secrets
import threading
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from fieldpo.errors import DeviceSecretLost

SERVICE: Final = "fieldpo"

ALLOWED: Final = frozenset(
    {
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
    }
)
_CHAIN = "keyring.backends.chainer.ChainerBackend"

FIND_SECONDS: Final = 10.0
ASK_SECONDS: Final = 60.0
"""Long enough for a person to answer the desktop's own "unlock your keyring" dialog."""

Answer = TypeVar("Answer")


class SecretBackend(Protocol):
    """What a backend of the keyring library offers."""

    def get_password(self, service: str, username: str) -> str | None:
        """The text kept, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the text."""


class DeviceKeyring:
    """One usable keyring. Every method raises `DeviceSecretLost` if it fails or gives no answer in time."""

    def __init__(self, backend: SecretBackend, *, seconds: float = ASK_SECONDS) -> None:
        self._backend = backend
        self._seconds = seconds

    def read(self, name: str) -> str | None:
        """The text kept under `name`, or None."""
        return self._ask(lambda: self._backend.get_password(SERVICE, name))

    def write(self, name: str, text: str) -> None:
        """Keep `text` under `name`, and read it back: a keyring that forgets is found out here."""
        self._ask(lambda: self._backend.set_password(SERVICE, name, text))
        if self.read(name) != text:
            raise DeviceSecretLost("This computer's keyring did not keep what it was given.")

    def new_device_secret(self, vault_id: str) -> bytes:
        """Make and keep the device secret of a new vault: 32 random bytes."""
        secret = secrets.token_bytes(32)
        self.write(_secret_name(vault_id), base64.b64encode(secret).decode("ascii"))
        return secret

    def device_secret(self, vault_id: str) -> bytes | None:
        """The vault's device secret, or None if the keyring has none that can be read."""
        text = self.read(_secret_name(vault_id))
        if text is None:
            return None
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None

    def _ask(self, call: Callable[[], Answer]) -> Answer:
        return _within(self._seconds, call)


KeyringFinder = Callable[[], DeviceKeyring | None]


def find_keyring() -> DeviceKeyring | None:
    """The operating system's keyring if it is one of those allowed, else None.

    A user's or administrator's choice of a keyring (keyringrc.cfg, PYTHON_KEYRING_BACKEND) is honored:
    choosing one that is not allowed, or none, means that none is used.
    """
    try:
        backend = _within(FIND_SECONDS, _allowed_backend)
    except DeviceSecretLost:
        return None
    return None if backend is None else DeviceKeyring(backend)


def is_allowed(backend: object) -> bool:
    """Whether this very class is on the list; a subclass of one on the list is not."""
    return _class_name(backend) in ALLOWED


def _allowed_backend() -> SecretBackend | None:
    # Imported here: 60 ms, and finding the backends asks D-Bus.
    import keyring
    import keyring.backend

    chosen = keyring.get_keyring()
    if is_allowed(chosen):
        return chosen
    if _class_name(chosen) != _CHAIN:
        return None
    known = [backend for backend in keyring.backend.get_all_keyring() if is_allowed(backend)]
    return max(known, key=keyring.backend.by_priority, default=None)


def _class_name(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _secret_name(vault_id: str) -> str:
    return f"{vault_id}:device-secret"


def _within(seconds: float, call: Callable[[], Answer]) -> Answer:
    answers: queue.SimpleQueue[tuple[Answer] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((call(),))
        except Exception as error:  # noqa: BLE001 - handed over; D-Bus and Win32 have errors of their own
            answers.put(error)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise DeviceSecretLost(
            f"This computer's keyring gave no answer in {seconds:.0f} seconds. The vault is unharmed. "
            "Unlock the keyring (sign out and in again if need be) and try once more."
        ) from None
    if isinstance(answer, Exception):
        raise DeviceSecretLost(
            "This computer's keyring refused to answer. The vault is unharmed. Unlock the keyring and try once more."
        ) from answer
    return answer[0]
