"""Passwords of central's sign-in page: rules, and Argon2id hashes in PHC form."""

from __future__ import annotations

import os
import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from fieldpo.errors import BadInput

SHORTEST = 15
"""Characters. CJIS IA-5(1) asks 15 of a password that is the only factor."""

LONGEST = 512

_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1  # OWASP Password Storage: Argon2id, 19 MiB, 2 passes, 1 lane
_FEWEST_DIFFERENT = 6
_BLOCKED = ("password", "passphrase", "qwertyuiop", "1234567890", "fieldpo", "letmein", "probation", "parole")


def hash_password(password: str, login: str) -> str:
    """The PHC text to store. Raises BadInput naming the rule that a poor password breaks."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise BadInput(f"The password is too short: at least {SHORTEST} characters; several words are good.")
    if len(plain) > LONGEST:
        raise BadInput(f"The password is too long: at most {LONGEST} characters.")
    bare = plain.casefold()
    for word in (*_BLOCKED, login.casefold()):
        bare = bare.replace(word, "")
    if len(set(bare)) < _FEWEST_DIFFERENT:
        raise BadInput("The password is easy to guess: use several words that are not the name and not 'password'.")
    return _kdf(os.urandom(16)).derive_phc_encoded(plain.encode())


def verify_password(password: str, stored: str | None) -> bool:
    """Whether it is the password; takes as long for an unknown user, for whom `stored` is None."""
    plain = _normal(password)[:LONGEST]
    if stored is None:
        _kdf(b"\x00" * 16).derive(plain.encode())
        return False
    try:
        Argon2id.verify_phc_encoded(plain.encode(), stored)
    except InvalidKey:
        return False
    return True


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _kdf(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB)
