"""One key slot: the vault's data key, sealed under a passphrase with or without the device secret.

A slot is a JSON object `{"kind", …header…, "sealed"}`. All of it but `sealed`, and the head of the key file,
is authenticated data, so that no field can be changed, nor a slot moved to another vault. Kinds that are not
opened by a passphrase stand in the same list and are kept as they are.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldpo.errors import WrongPassphrase
from fieldpo.store.files import damaged_keys
from fieldpo.store.opening.passphrase import as_bytes

PASS_DEVICE: Final = "pass+device"  # noqa: S105 - a kind of slot
PASS: Final = "pass"  # noqa: S105 - a kind of slot

ROUNDS: Final = 600_000
"""PBKDF2-HMAC-SHA512 rounds; OWASP asks at least 210,000 for SHA-512. About 200 ms."""

_MOST_ROUNDS = 20_000_000
_KEY_BYTES = 32
_SALT_BYTES = 32
_NONCE_BYTES = 12
_KDF = "pbkdf2-hmac-sha512+hkdf-sha512"
_CIPHER = "aes-256-gcm"

Slot = Mapping[str, Any]


def seal_slot(head: Mapping[str, Any], data_key: bytes, passphrase: str, device_secret: bytes | None) -> dict[str, Any]:
    """A new slot with a salt and nonce of its own; `pass+device` if a device secret is given, else `pass`."""
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    header: dict[str, Any] = {
        "kind": PASS if device_secret is None else PASS_DEVICE,
        "kdf": _KDF,
        "rounds": ROUNDS,
        "salt": _text(salt),
        "cipher": _CIPHER,
        "nonce": _text(nonce),
    }
    wrapping = _wrapping_key(header["kind"], passphrase, device_secret, salt, ROUNDS)
    sealed = AESGCM(wrapping).encrypt(nonce, data_key, _authenticated(head, header))
    return {**header, "sealed": _text(sealed)}


def open_slot(head: Mapping[str, Any], slot: Slot, passphrase: str, device_secret: bytes | None) -> bytes:
    """The data key. Raises `WrongPassphrase` if the slot does not open, `VaultDamaged` if it is malformed.

    A wrong passphrase, another device's secret and a changed header cannot be told apart, by design.
    """
    try:
        kind, rounds = str(slot["kind"]), slot["rounds"]
        salt, nonce, sealed = (_bytes(slot[name]) for name in ("salt", "nonce", "sealed"))
        known = (slot["kdf"], slot["cipher"]) == (_KDF, _CIPHER) and len(nonce) == _NONCE_BYTES
    except (KeyError, TypeError, binascii.Error, ValueError) as error:
        raise damaged_keys() from error
    if not known or not isinstance(rounds, int) or not ROUNDS <= rounds <= _MOST_ROUNDS:
        raise damaged_keys()
    if (kind == PASS_DEVICE) != (device_secret is not None):
        raise damaged_keys()  # the head's `training` was changed: it says whether the keyring is asked
    wrapping = _wrapping_key(kind, passphrase, device_secret, salt, rounds)
    header = {name: value for name, value in slot.items() if name != "sealed"}
    try:
        data_key = AESGCM(wrapping).decrypt(nonce, sealed, _authenticated(head, header))
    except InvalidTag as error:
        raise WrongPassphrase("That passphrase does not open this vault.") from error
    if len(data_key) != _KEY_BYTES:
        raise damaged_keys()
    return data_key


def _wrapping_key(kind: str, passphrase: str, device_secret: bytes | None, salt: bytes, rounds: int) -> bytes:
    stretched = hashlib.pbkdf2_hmac("sha512", as_bytes(passphrase), salt, rounds)
    expand = HKDF(hashes.SHA512(), _KEY_BYTES, salt, f"fieldpo vault slot {kind} 1".encode())
    return expand.derive(stretched + (device_secret or b""))


def _authenticated(head: Mapping[str, Any], header: Mapping[str, Any]) -> bytes:
    both = {"head": dict(head), "slot": dict(header)}
    return json.dumps(both, sort_keys=True, separators=(",", ":")).encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
